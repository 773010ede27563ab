// What a network of points answers over the plane, live behind the points: its decision boundary, or amounts.
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from "react";
import { useCell } from "../cell";
import { pointed } from "../pointed";
import type { Run } from "../poller";
import { sessionOf } from "../session";
import type { At } from "../walk";
import { choices } from "./choices";
import type { Placed, Plane } from "./data";
import { Placing, pressed } from "./placing";
import { drawPlane, fieldOfUnit, frameOf, pixelsOf, type Scale, scaleOf, VALIDATION } from "./plane";
import { Tool } from "./PlotPanel";
import type { Theme } from "./theme";
import { useRun } from "./useRun";
import { countWords } from "./words";

const PER_SECOND = 4;

interface Props {
  run: Run;
  at: At;
  plane: Plane;
  placed: Placed | null;
  theme: Theme | null;
  labels?: Record<string, string>; // of the nodes
  outdated?: string; // why these are not the points of now, and what to do
}

export function PlanePanel({ run, at, plane: told, placed, theme, labels, outdated }: Props) {
  const { rows: own, place: placeRows } = usePlaced(placed);
  const plane = useMemo(() => (own ? planeOf(own, told) : told), [own, told]);
  const label = useCell(choices.placed);
  const record = useRun(run, PER_SECOND);
  const boundary = record.boundaries.at(at);
  const isDiscrete = useCell(choices.discrete);
  const isPart = useCell(choices.validation) && !!plane.parts;
  const unit = useCell(pointed);
  const units = unit?.run === run.id ? record.units.at(at) : null;
  const letters = (unit && units?.nodes[unit.node]?.[unit.unit]) ?? null;
  const field = useMemo(() => {
    if (letters !== null && units) return fieldOfUnit(letters, units.size, plane.colors);
    return boundary && theme && { pixels: pixelsOf(boundary, plane.colors, theme.background, isDiscrete), size: boundary.size };
  }, [letters, units, boundary, plane.colors, theme, isDiscrete]);
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [side, setSide] = useState(0);
  useLayoutEffect(() => {
    const read = () => box.current && setSide(Math.min(box.current.clientHeight, box.current.clientWidth));
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  useLayoutEffect(() => {
    if (theme && canvas.current && side > 20) drawPlane(canvas.current, side, { plane, field, frame: frameOf(boundary, plane.points), part: isPart ? VALIDATION : null, theme });
  }, [plane, boundary, field, isPart, theme, side]);
  const place = ({ currentTarget, clientX, clientY }: MouseEvent<HTMLElement>) => {
    const { left, bottom, width } = currentTarget.getBoundingClientRect();
    const rows = placed && width ? pressed({ ...placed, rows: own ?? placed.rows }, frameOf(boundary, plane.points), (clientX - left) / width, (bottom - clientY) / width, label) : null;
    if (rows) placeRows(rows);
  };
  const isUnit = letters !== null;
  const scale = theme && scaleOf(plane, theme, isDiscrete, isUnit ? (units?.reaches?.[unit!.node]?.[unit!.unit] ?? null) : undefined);
  const title = plane.values ? "Answer" : "Decision boundary";
  const heading = plane.values ? title : "Boundary"; // beside its tools in a narrow panel
  const words = boundary ? `after step ${countWords(boundary.step)}` : "before training";
  return (
    <section className={`lv-panel lv-plane${outdated ? " is-outdated" : ""}`} aria-label={`${title} ${words}`} data-testid="plane" data-step={boundary?.step ?? -1}>
      <header>
        <h3>{isUnit ? `${labels?.[unit!.node] ?? unit!.node}, unit ${unit!.unit + 1}` : heading}</h3>
        <div className="lv-tools">
          <Tool label="Discretize: the likelier side alone, however sure the network is" path={ICONS.discrete} isOn={isDiscrete} act={() => choices.discrete.set(!isDiscrete)} />
          {plane.parts && <Tool label="The points of the validation part alone" path={ICONS.validation} isOn={isPart} act={() => choices.validation.set(!isPart)} />}
        </div>
      </header>
      <div ref={box} className="lv-area">
        <canvas ref={canvas} className={placed ? "is-placing" : ""} style={{ width: side, height: side }} aria-hidden="true" onClick={place} />
        {outdated && <p className="lv-outdated">{outdated}</p>}
      </div>
      <p className="lv-classes">
        {plane.classes.length > 2 && scale && <ColourScale scale={scale} />}
        {plane.classes.map((name, i) => [
          i === 1 && plane.classes.length === 2 && scale && <ColourScale key="scale" scale={scale} />,
          placed ? (
            <button key={name} type="button" aria-pressed={label === i} title={`A press into the plane adds a point of ${name}, or takes away the point that is there`} onClick={() => choices.placed.set(i)}>
              <i style={{ background: plane.colors[i] }} />
              {name}
            </button>
          ) : (
            <span key={name} title={name}>
              <i style={{ background: plane.colors[i] }} />
              {name}
            </span>
          ),
        ])}
        {!plane.classes.length && scale && (
          <>
            <span>{isUnit ? "unit" : (plane.name ?? "value")}</span>
            <ColourScale scale={scale} />
          </>
        )}
      </p>
    </section>
  );
}

/** What the colours mean, with the numbers at both ends. */
const ColourScale = ({ scale }: { scale: Scale }) => (
  <span className="lv-scale" role="img" title={scale.told} aria-label={`${scale.told}. From ${scale.low} to ${scale.high}.`} data-testid="scale">
    <span aria-hidden="true">{scale.low}</span>
    <b style={{ background: scale.colors }} aria-hidden="true" />
    <span aria-hidden="true">{scale.high}</span>
  </span>
);

/** The points that a person placed and Python has not told of yet, if there are any, and a way to place more. */
function usePlaced(placed: Placed | null): { rows: number[][] | null; place: (rows: number[][]) => void } {
  const [placing] = useState(() => new Placing());
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const told = JSON.stringify(placed?.rows ?? []);
  useEffect(() => {
    placing.heard(JSON.parse(told) as number[][]);
    draw();
  }, [placing, told]);
  const place = (rows: number[][]) => {
    if (!placed) return;
    placing.placed(rows);
    sessionOf(placed.project).enter(placed.target, placed.name, rows, true);
    draw();
  };
  return { rows: placed && placing.own, place };
}

const planeOf = (rows: number[][], told: Plane): Plane => ({
  ...told,
  points: rows.map(([x, y]) => [x, y]),
  labels: rows.map((row) => Number(row[2] >= 0.5)),
  parts: undefined,
});

const ICONS = {
  discrete: "M4 4h16v16H4zM4 20 20 4M8 20 20 8M12 20l8-8M16 20l4-4",
  validation: "M4 4h16v16H4zM8.5 12.5l2.5 2.5 4.5-6",
};
