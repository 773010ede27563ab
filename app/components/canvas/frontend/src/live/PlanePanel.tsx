// The decision boundary of a network of points, live behind the points.
import { type MouseEvent, useLayoutEffect, useRef, useState } from "react";
import type { Run } from "../poller";
import { sessionOf } from "../session";
import type { At } from "../walk";
import type { Placed, Plane } from "./data";
import { pressed } from "./placing";
import { drawPlane, frameOf } from "./plane";
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
  outdated?: string; // why these are not the points of now, and what to do
}

export function PlanePanel({ run, at, plane, placed, theme, outdated }: Props) {
  const [label, setLabel] = useState(0); // of the points that are placed
  const boundary = useRun(run, PER_SECOND).boundaries.at(at);
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
    if (theme && canvas.current && side > 20) drawPlane(canvas.current, side, plane, boundary, theme);
  }, [plane, boundary, theme, side]);
  const place = ({ currentTarget, clientX, clientY }: MouseEvent<HTMLElement>) => {
    const { left, bottom, width } = currentTarget.getBoundingClientRect();
    const rows = placed && width ? pressed(placed, frameOf(boundary, plane.points), (clientX - left) / width, (bottom - clientY) / width, label) : null;
    if (placed && rows) sessionOf(placed.project).enter(placed.target, placed.name, rows, true);
  };
  const told = boundary ? `after step ${countWords(boundary.step)}` : "before training";
  return (
    <section className={`lv-panel lv-plane${outdated ? " is-outdated" : ""}`} aria-label={`Decision boundary ${told}`} data-testid="plane" data-step={boundary?.step ?? -1}>
      <header>
        <h3>Decision boundary</h3>
      </header>
      <div ref={box} className="lv-area">
        <canvas ref={canvas} className={placed ? "is-placing" : ""} style={{ width: side, height: side }} aria-hidden="true" onClick={place} />
        {outdated && <p className="lv-outdated">{outdated}</p>}
      </div>
      <p className="lv-classes">
        {plane.classes.map((name, i) =>
          placed ? (
            <button key={name} type="button" aria-pressed={label === i} title={`A press into the plane adds a point of ${name}, or takes away the point that is there`} onClick={() => setLabel(i)}>
              <i style={{ background: plane.colors[i] }} />
              {name}
            </button>
          ) : (
            <span key={name}>
              <i style={{ background: plane.colors[i] }} />
              {name}
            </span>
          ),
        )}
      </p>
    </section>
  );
}
