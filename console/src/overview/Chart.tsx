import { type ReactNode, useEffect, useRef, useState } from "react";
import type { RatesView } from "../api/types";

/** Decisions per minute, denied ones in front. The same numbers are there as a table. */
export function Chart({ rates }: { readonly rates: RatesView }): ReactNode {
  const [table, setTable] = useState(false);
  const allowed = rates.minutes.reduce((sum, minute) => sum + minute.allowed, 0);
  const denied = rates.minutes.reduce((sum, minute) => sum + minute.denied, 0);
  const sentence = `${allowed} decisions allowed and ${denied} denied in the last hour${rates.whole ? "" : ", of which early minutes are not counted in full"}.`;
  return (
    <section className="panel" aria-labelledby="rates">
      <header>
        <h2 id="rates">Decisions per minute</h2>
        <span className="legend">
          <span>
            <i className="key allowed" /> allowed <b className="num">{allowed}</b>
          </span>
          <span>
            <i className="key denied" /> denied <b className="num">{denied}</b>
          </span>
          <button type="button" className="quiet" aria-pressed={table} onClick={() => setTable(!table)}>
            {table ? "As a picture" : "As a table"}
          </button>
        </span>
      </header>
      {table ? (
        // biome-ignore lint: it scrolls, so the keyboard must reach it
        <div className="chart-table" tabIndex={0} role="region" aria-label="Decisions per minute, as a table">
          <table>
            <thead>
              <tr>
                <th scope="col">Minute</th>
                <th scope="col">Allowed</th>
                <th scope="col">Denied</th>
              </tr>
            </thead>
            <tbody>
              {[...rates.minutes]
                .reverse()
                .filter((minute, at) => at === 0 || minute.allowed + minute.denied > 0)
                .map((minute) => (
                  <tr key={minute.start}>
                    <td className="num">{new Date(minute.start * 1_000).toTimeString().slice(0, 5)}</td>
                    <td className="num">{minute.allowed}</td>
                    <td className="num">{minute.denied}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      ) : (
        <div role="img" aria-label={sentence}>
          <Plot rates={rates} />
        </div>
      )}
    </section>
  );
}

const HEIGHT = 132;

function Plot({ rates }: { readonly rates: RatesView }): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<import("uplot") | undefined>(undefined);
  const latest = useRef(rates);
  latest.current = rates;
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    let gone = false;
    let made: import("uplot") | undefined;
    const observer = new ResizeObserver(() => made?.setSize({ width: element.clientWidth, height: HEIGHT }));
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const redraw = () => made?.redraw();
    void Promise.all([import("uplot"), import("uplot/dist/uPlot.min.css")]).then(([{ default: UPlot }]) => {
      if (gone) return;
      const ink = () => resolved(element, "--muted");
      const hair = () => resolved(element, "--hair");
      const axis = { stroke: ink, grid: { stroke: hair, width: 1 }, ticks: { show: false }, font: "11px Inter Variable" };
      const paths = UPlot.paths.bars;
      if (paths === undefined) return;
      const bars = paths({ size: [0.7, 14], align: 1 });
      made = new UPlot(
        {
          width: element.clientWidth,
          height: HEIGHT,
          legend: { show: false },
          cursor: { show: false },
          padding: [8, 16, 0, 0],
          scales: { y: { range: (_, __, max) => [0, Math.max(4, (max ?? 0) * 1.15)] } },
          axes: [
            { ...axis, size: 24, grid: { show: false }, values: (_, at) => at.map((t) => new Date(t * 1_000).toTimeString().slice(0, 5)) },
            { ...axis, size: 34, space: 32, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000] },
          ],
          series: [
            {},
            { stroke: () => resolved(element, "--allowed"), fill: () => resolved(element, "--sheet"), width: 1, paths: bars, points: { show: false } },
            { fill: () => resolved(element, "--denied"), width: 0, paths: bars, points: { show: false } },
          ],
        },
        columns(latest.current),
        element,
      );
      plot.current = made;
      observer.observe(element);
      dark.addEventListener("change", redraw);
    });
    return () => {
      gone = true;
      observer.disconnect();
      dark.removeEventListener("change", redraw);
      made?.destroy();
      plot.current = undefined;
    };
  }, []);
  useEffect(() => {
    plot.current?.setData(columns(rates));
  }, [rates]);
  return <div ref={box} className="plot" />;
}

/** A token's colour as the canvas understands it: light-dark() is resolved by a real element. */
function resolved(element: HTMLElement, token: string): string {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  element.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}

/** Nothing is no bar, not a flat one. */
function bar(many: number): number | null {
  return many === 0 ? null : many;
}

function columns(rates: RatesView): [number[], (number | null)[], (number | null)[]] {
  return [
    rates.minutes.map((minute) => minute.start),
    // The outline is the whole; what is filled of it was denied.
    rates.minutes.map((minute) => bar(minute.allowed + minute.denied)),
    rates.minutes.map((minute) => bar(minute.denied)),
  ];
}
