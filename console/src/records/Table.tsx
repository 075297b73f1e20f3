import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { RecordView } from "../api/types";
import { Inert, clock, put } from "../text/text";
import { inert } from "../text/inert";
import { Mark } from "./Mark";
import type { LiveRecords, Shown } from "./live";
import { say, withoutCode } from "./say";

/** Rows drawn beyond what is seen, so that a fast scroll meets no blank. */
const BEYOND = 12;

const ROW_WIDE = 28;
const ROW_NARROW = 46;
const NARROW = "(max-width: 760px)";

interface Props {
  readonly records: LiveRecords;
  readonly shown: Shown;
  readonly selected: string | undefined;
  readonly open: (record: RecordView) => void;
}

/**
 * Records, newest first. Only what is seen is drawn. While the pointer or the keyboard is in it, or it is scrolled, new
 * rows wait and are counted: nothing jumps.
 */
export function RecordTable({ records, shown, selected, open }: Props): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [narrow, setNarrow] = useState(() => window.matchMedia(NARROW).matches);
  const [active, setActive] = useState<string | undefined>(selected);
  const pointer = useRef(false);
  const focus = useRef(false);
  const rowHeight = narrow ? ROW_NARROW : ROW_WIDE;

  const judge = () => {
    const scrolled = (box.current?.scrollTop ?? 0) > rowHeight;
    records.hold(pointer.current || focus.current || scrolled);
  };

  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    const media = window.matchMedia(NARROW);
    const changed = () => setNarrow(media.matches);
    media.addEventListener("change", changed);
    return () => {
      observer.disconnect();
      media.removeEventListener("change", changed);
    };
  }, []);

  useEffect(() => {
    setActive((before) => selected ?? before);
  }, [selected]);

  const { rows } = shown;
  const first = Math.max(0, Math.floor(top / rowHeight) - BEYOND);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + BEYOND);
  const at = rows.findIndex((row) => row.address === active);

  const move = (to: number) => {
    const target = Math.min(rows.length - 1, Math.max(0, to));
    const row = rows[target];
    const element = box.current;
    if (row === undefined || element === null) return;
    setActive(row.address);
    const above = target * rowHeight;
    if (above < element.scrollTop) element.scrollTop = above;
    else if (above + rowHeight > element.scrollTop + element.clientHeight) {
      element.scrollTop = above + rowHeight - element.clientHeight;
    }
    if (target > rows.length - 20) void records.loadOlder();
  };

  const keys = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 1);
    const row = rows[at];
    switch (event.key) {
      case "j":
      case "ArrowDown":
        move(at + 1);
        break;
      case "k":
      case "ArrowUp":
        move(at < 0 ? 0 : at - 1);
        break;
      case "PageDown":
        move(at + page);
        break;
      case "PageUp":
        move(at - page);
        break;
      case "Home":
        move(0);
        break;
      case "End":
        move(rows.length - 1);
        break;
      case "Enter":
      case " ":
        if (row !== undefined) open(row);
        break;
      case "c":
        if (row !== undefined) void put(row.address);
        break;
      default:
        return;
    }
    event.preventDefault();
  };

  return (
    <div className="table-frame">
      <div className="waiting" aria-live="polite">
        {shown.waiting > 0 && (
          <button
            type="button"
            className="pill"
            onClick={() => {
              if (box.current !== null) box.current.scrollTop = 0;
              records.flush();
            }}
          >
            {shown.waiting.toLocaleString("en-GB")} new
          </button>
        )}
      </div>
      <div
        ref={box}
        className="records"
        role="grid"
        aria-label="Records, newest first"
        aria-rowcount={rows.length + 1}
        aria-activedescendant={at >= first && at < last ? rowId(rows[at]) : undefined}
        // biome-ignore lint: the grid itself is the one tab stop, its rows are reached by keys
        tabIndex={0}
        onKeyDown={keys}
        onScroll={(event) => {
          setTop(event.currentTarget.scrollTop);
          judge();
          const left = event.currentTarget.scrollHeight - event.currentTarget.scrollTop - height;
          if (left < 400) void records.loadOlder();
        }}
        onPointerEnter={(event) => {
          pointer.current = event.pointerType === "mouse";
          judge();
        }}
        onPointerLeave={() => {
          pointer.current = false;
          judge();
        }}
        onFocus={() => {
          focus.current = true;
          judge();
        }}
        onBlur={() => {
          focus.current = false;
          judge();
        }}
      >
        <div className="row head" role="row" aria-rowindex={1}>
          <span role="columnheader">Time</span>
          <span role="columnheader">What</span>
          <span role="columnheader">Agent</span>
          <span role="columnheader">Run</span>
          <span role="columnheader">Why</span>
        </div>
        <div role="rowgroup" className="canvas" style={{ height: rows.length * rowHeight }}>
          {rows.slice(first, last).map((row, index) => (
            <Row
              key={row.address}
              row={row}
              index={first + index}
              top={(first + index) * rowHeight}
              active={row.address === active}
              selected={row.address === selected}
              pick={() => {
                setActive(row.address);
                open(row);
              }}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function rowId(row: RecordView | undefined): string | undefined {
  return row === undefined ? undefined : `record-${row.address.replace(/[^a-zA-Z0-9]/g, "-")}`;
}

interface RowProps {
  readonly row: RecordView;
  readonly index: number;
  readonly top: number;
  readonly active: boolean;
  readonly selected: boolean;
  readonly pick: () => void;
}

function Row({ row, index, top, active, selected, pick }: RowProps): ReactNode {
  const said = say(row);
  return (
    // biome-ignore lint: keys are the grid's
    <div
      id={rowId(row)}
      className={`row ${said.tone}${active ? " active" : ""}${selected ? " selected" : ""}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      style={{ transform: `translateY(${top}px)` }}
      onClick={pick}
    >
      <span role="gridcell" className="num" title={row.time}>
        {clock(row.time)}
      </span>
      <span role="gridcell" className="what" title={`${said.word} ${inert(said.about)}`}>
        <Mark tone={said.tone} />
        <b>{said.word}</b> <Inert text={said.about} mono={row.resource !== undefined} />
      </span>
      <span role="gridcell" className="agent">
        <Inert text={row.agent ?? row.person ?? ""} />
      </span>
      <span role="gridcell" className="mono run">
        {row.run?.slice(-8) ?? ""}
      </span>
      <span role="gridcell" className="why" title={inert(row.reasons.join(" "))}>
        <Inert text={withoutCode(row.reasons[0] ?? row.policies.join(", "))} />
      </span>
    </div>
  );
}
