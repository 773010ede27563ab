// The decision boundary of a network of points, live behind the points.
import { useLayoutEffect, useRef, useState } from "react";
import type { Run } from "../poller";
import type { At } from "../walk";
import type { Plane } from "./data";
import { drawPlane } from "./plane";
import type { Theme } from "./theme";
import { useRun } from "./useRun";
import { countWords } from "./words";

const PER_SECOND = 4;

interface Props {
  run: Run;
  at: At;
  plane: Plane;
  theme: Theme | null;
  outdated?: string; // why these are not the points of now, and what to do
}

export function PlanePanel({ run, at, plane, theme, outdated }: Props) {
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
  const told = boundary ? `after step ${countWords(boundary.step)}` : "before training";
  return (
    <section className={`lv-panel lv-plane${outdated ? " is-outdated" : ""}`} aria-label={`Decision boundary ${told}`} data-testid="plane" data-step={boundary?.step ?? -1}>
      <header>
        <h3>Decision boundary</h3>
      </header>
      <div ref={box} className="lv-area">
        <canvas ref={canvas} style={{ width: side, height: side }} aria-hidden="true" />
        {outdated && <p className="lv-outdated">{outdated}</p>}
      </div>
      <p className="lv-classes">
        {plane.classes.map((name, i) => (
          <span key={name}>
            <i style={{ background: plane.colors[i] }} />
            {name}
          </span>
        ))}
      </p>
    </section>
  );
}
