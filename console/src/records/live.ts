import { events, get } from "../api/client";
import type { RecordPage, RecordView } from "../api/types";

/** Rows kept; older ones are asked for by a narrower filter. About 20 MB in a browser. */
export const ROWS_MAX = 20_000;

/** New rows reach the screen this often at most, so that a storm costs one drawing, not thousands. */
const FLUSH_MILLIS = 120;

const PAGE_RECORDS = 200;
const RETRY_MILLIS = 2_000;

export type Connection = "connecting" | "live" | "lost";

export interface Shown {
  readonly rows: readonly RecordView[];
  /** Arrived, and kept back while somebody reads. */
  readonly waiting: number;
  readonly connection: Connection;
  /** Why there are none, in a sentence. */
  readonly problem: string;
  readonly older: "none" | "more" | "loading" | "cut";
}

/**
 * The newest records under one filter: first what is in the logs, then what comes. While it is held nothing moves; what
 * arrives is counted.
 */
export class LiveRecords {
  private shown: Shown = { rows: [], waiting: 0, connection: "connecting", problem: "", older: "none" };
  private readonly known = new Set<string>();
  private arrived: RecordView[] = [];
  private cursor: string | undefined;
  private held = false;
  private timer = 0;
  private readonly listeners = new Set<() => void>();
  private readonly abort = new AbortController();

  /** @param all whether to read every page at once, up to this many rows */
  constructor(
    private readonly query: string,
    private readonly all = 0,
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): Shown => this.shown;

  start(): () => void {
    void this.follow();
    return () => {
      this.abort.abort();
      window.clearTimeout(this.timer);
    };
  }

  /** Keeps rows where they are, or lets them go on. */
  hold(held: boolean): void {
    this.held = held;
    if (!held) this.flush();
  }

  /** Shows what waits, held or not. */
  readonly flush = (): void => {
    window.clearTimeout(this.timer);
    this.timer = 0;
    if (this.arrived.length === 0) return;
    const fresh = this.arrived.sort(newestFirst);
    this.arrived = [];
    const rows = [...fresh, ...this.shown.rows];
    const cut = rows.length > ROWS_MAX;
    for (const gone of rows.slice(ROWS_MAX)) this.known.delete(gone.address);
    this.set({ rows: cut ? rows.slice(0, ROWS_MAX) : rows, waiting: 0, ...(cut ? { older: "cut" as const } : {}) });
  };

  readonly loadOlder = async (): Promise<void> => {
    if (this.shown.older !== "more" || this.cursor === undefined) return;
    this.set({ older: "loading" });
    try {
      await this.page(this.cursor, PAGE_RECORDS);
    } catch {
      this.set({ older: "more" });
    }
  };

  private async follow(): Promise<void> {
    while (!this.abort.signal.aborted) {
      try {
        let first = true;
        for await (const batch of events(`/v1/records/live?${this.query}`, this.abort.signal)) {
          if (first) {
            first = false;
            void this.begin();
          }
          for (const event of batch) this.take(JSON.parse(event.data) as RecordView);
        }
        this.set({ connection: "lost" });
      } catch (failure) {
        if (this.abort.signal.aborted) return;
        this.set({ connection: "lost", problem: failure instanceof Error ? failure.message : "" });
      }
      await new Promise((done) => window.setTimeout(done, RETRY_MILLIS));
    }
  }

  /** The feed is open, so nothing can slip in between: read what was before it. */
  private async begin(): Promise<void> {
    try {
      const page = await this.fetchPage(undefined, this.all > 0 ? 1_000 : PAGE_RECORDS);
      const newest = page.items.filter((row) => !this.known.has(row.address));
      const overlaps = newest.length < page.items.length || this.shown.rows.length === 0;
      // After a long silence what we hold and what is new do not touch: begin anew rather than show a hole.
      if (!overlaps) {
        this.known.clear();
        this.shown = { ...this.shown, rows: [] };
      }
      for (const row of newest) this.known.add(row.address);
      const rows = [...newest, ...this.shown.rows].sort(newestFirst);
      if (this.cursor === undefined || !overlaps) this.cursor = page.next;
      this.set({
        rows,
        connection: "live",
        problem: "",
        older: this.cursor === undefined ? "none" : "more",
      });
      while (this.cursor !== undefined && this.shown.rows.length < this.all) await this.page(this.cursor, 1_000);
    } catch (failure) {
      if (!this.abort.signal.aborted) {
        this.set({ connection: "lost", problem: failure instanceof Error ? failure.message : "" });
      }
    }
  }

  private async page(cursor: string, limit: number): Promise<void> {
    const page = await this.fetchPage(cursor, limit);
    const rows = page.items.filter((row) => !this.known.has(row.address));
    for (const row of rows) this.known.add(row.address);
    this.cursor = page.next;
    const whole = [...this.shown.rows, ...rows];
    const full = whole.length >= ROWS_MAX;
    this.set({
      rows: whole.slice(0, ROWS_MAX),
      older: full ? "cut" : this.cursor === undefined ? "none" : "more",
    });
  }

  private fetchPage(cursor: string | undefined, limit: number): Promise<RecordPage> {
    const at = cursor === undefined ? "" : `&cursor=${cursor}`;
    return get<RecordPage>(`/v1/records?limit=${limit}${at}&${this.query}`, this.abort.signal);
  }

  private take(row: RecordView): void {
    if (this.known.has(row.address)) return;
    this.known.add(row.address);
    this.arrived.push(row);
    if (this.arrived.length > ROWS_MAX) {
      for (const gone of this.arrived.splice(0, this.arrived.length - ROWS_MAX)) this.known.delete(gone.address);
    }
    if (this.timer === 0) {
      this.timer = window.setTimeout(() => {
        this.timer = 0;
        if (this.held) this.set({ waiting: this.arrived.length });
        else this.flush();
      }, FLUSH_MILLIS);
    }
  }

  private set(change: Partial<Shown>): void {
    this.shown = { ...this.shown, ...change };
    for (const listener of this.listeners) listener();
  }
}

function newestFirst(one: RecordView, other: RecordView): number {
  return one.time < other.time ? 1 : one.time > other.time ? -1 : 0;
}
