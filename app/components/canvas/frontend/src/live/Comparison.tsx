// Several runs compared: their curves, and the name of each at the end of its line.
import { type CSSProperties, type ReactNode, type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { pollers } from "../poller";
import { walks } from "../walk";
import type { Chart } from "./chart";
import { choices } from "./choices";
import { colorOf, type Compared, comparisonOf, cursorsOf, type End, endsOf, roomFor } from "./comparing";
import { comparandRun, type Data } from "./data";
import { PlotPanel } from "./PlotPanel";
import { type Band, type Frame, isLoss, type Layout, type Line, type Metric } from "./plot";
import type { Theme } from "./theme";
import { useRuns } from "./useRun";

const PER_SECOND = 2;

interface Props {
  metric: Metric;
  title: ReactNode;
  compare: Data["compare"];
  bands: Band[]; // draws mean and spread of these
  layout: Layout;
  theme: Theme | null;
}

const LEAST_NAMED = 240; // pixels; in a narrower plot names would be cut, and those beside it say them

export function Comparison({ metric, title, compare, bands, layout, theme }: Props) {
  const log = useCell(choices.log) && isLoss(metric);
  const pointed = useCell(choices.pointed);
  const [frame, setFrame] = useState<Frame | null>(null);
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const named = compare.filter(({ quiet }) => !quiet);
  const isNamed = !width || width >= LEAST_NAMED;
  const room = roomFor(isNamed ? named.map(({ name }) => name) : [], width); // prettier-ignore
  const wanted = JSON.stringify([compare, layout, bands]); // data of Streamlit are new objects on every run of the page
  const known = (some: Data["compare"] = named): Compared[] => some.map(({ run, name, look }) => ({ id: run, name, look, record: pollers.record(run) }));
  const quiet = new Set(compare.filter((one) => one.quiet).map(({ run }) => run));
  const together = bands.filter(({ runs }) => runs.some((id) => quiet.has(id)));
  const seeds = () => Object.fromEntries(together.map(({ runs }) => [runs.find((id) => !quiet.has(id)), known(compare.filter(({ run }) => runs.includes(run)))]));

  const draw = useCallback(
    (chart: Chart) => {
      const [compare, layout, bands] = JSON.parse(wanted) as [Data["compare"], Layout, Band[]];
      const runs = () => compare.map(({ run, name, look }) => ({ id: run, name, look, record: pollers.record(run) }));
      const show = () => chart.append();
      const ends = compare.map(({ run, path, active }) => pollers.watch({ id: run, path, active }, show, PER_SECOND));
      chart.draw(comparisonOf(runs, metric, theme!, log, pointed, bands), { theme: theme!, log, layout, room });
      return () => ends.forEach((end) => end());
    },
    [theme, wanted, metric, log, pointed, room],
  );

  return (
    <div ref={place} className="lv-comparison">
      <PlotPanel
        metric={metric}
        title={title}
        label={`${metric.title} over epochs, of ${compare.map(({ name }) => name).join("; ")}`}
        zoom={`compare:${metric.key}`}
        draw={theme && draw}
        tools={<Parts luck={bands.length > 0} />}
        framed={setFrame}
        pointed={(line: Line | null) => choices.pointed.set(line ? String(line.meta) : null)}
      >
        {frame && theme && <Cursors compare={compare} frame={frame} theme={theme} />}
        {frame && theme && isNamed && <Ends runs={known()} ends={endsOf(known(), metric, log, frame, seeds())} frame={frame} theme={theme} />}
      </PlotPanel>
    </div>
  );
}

/** Where the step that is looked at stands on the axis of epochs: one line where it is the same place for all of them. */
function Cursors({ compare, frame, theme }: { compare: Data["compare"]; frame: Frame; theme: Theme }) {
  const records = useRuns(compare.map(comparandRun), PER_SECOND);
  const at = useCell(walks.at(compare[0].run));
  if (at === null) return null;
  const cursors = cursorsOf(records.map((record, i) => ({ record, look: compare[i].look })), at, frame); // prettier-ignore
  return (
    <div className="lv-marks">
      {cursors.map(({ x, look }) => (
        <i key={x} className="lv-cursor" style={{ left: x, top: frame.top, height: frame.height, ...(cursors.length > 1 && { borderColor: colorOf(look, theme) }) }} data-testid="cursor" />
      ))}
    </div>
  );
}

/** What strong and pale lines are. */
const Parts = ({ luck }: { luck: boolean }) => (
  <p className="lv-parts">
    {luck && <span>mean ± standard deviation of the seeds</span>}
    {["validation", "training"].map((part) => (
      <span key={part}>
        <i className={`is-${part}`} />
        {part}
      </span>
    ))}
  </p>
);

function Ends({ runs, ends, frame, theme }: { runs: Compared[]; ends: End[]; frame: Frame; theme: Theme }) {
  const pointed = useCell(choices.pointed);
  const right = frame.left + frame.width;
  return (
    <>
      <svg className="lv-leads" aria-hidden="true">
        {ends.map(({ id, x, y, at }) => {
          const { look } = runs.find((run) => run.id === id)!;
          const color = colorOf(look, theme);
          const faint = pointed && pointed !== id ? "is-faint" : "";
          return (
            <g key={id} className={faint} stroke={color} fill={color}>
              <circle cx={x} cy={y} r="4" />
              <path d={`M${x + 5} ${y}L${right + 4} ${y}L${right + 18} ${at}`} />
            </g>
          );
        })}
      </svg>
      {ends.map(({ id, at }) => {
        const { name, look } = runs.find((run) => run.id === id)!;
        const names = ["lv-end", pointed === id && "is-pointed", pointed && pointed !== id && "is-faint"];
        return (
          <span
            key={id}
            className={names.filter(Boolean).join(" ")}
            style={{ left: right + 20, top: at, "--run": colorOf(look, theme) } as CSSProperties}
            title={name}
            data-testid="end"
            data-run={id}
            onPointerEnter={() => choices.pointed.set(id)}
            onPointerLeave={() => choices.pointed.set(null)}
          >
            {name}
          </span>
        );
      })}
    </>
  );
}

/** Watches the list of runs beside the plot: the run under the pointer there, or under the keys, is that of the plot too. */
export function usePointedRow(compare: Data["compare"]): void {
  const ids = compare.map(({ run }) => run).join();
  useEffect(() => {
    const look = ({ target }: Event) => {
      const row = target instanceof Element ? target.closest("[class*='st-key-run-']") : null;
      const id = ids.split(",").find((id) => row?.classList.contains(`st-key-run-${id}`));
      if (id) choices.pointed.set(id);
      else if (target instanceof Element && !target.shadowRoot) choices.pointed.set(null);
    };
    document.addEventListener("pointerover", look);
    document.addEventListener("focusin", look);
    return () => {
      document.removeEventListener("pointerover", look);
      document.removeEventListener("focusin", look);
      choices.pointed.set(null);
    };
  }, [ids]);
}

function useWidth(place: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const read = () => setWidth(place.current?.clientWidth ?? 0);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place]);
  return width;
}
