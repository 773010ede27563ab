// What is inside a trained network: what it looked at in one sample, and how a node lays out many.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useCell } from "../cell";
import { type Theme, useTheme } from "../live/theme";
import { tries } from "../tries";
import { keepInLink, walks } from "../walk";
import type { Data } from "./data";
import { Hidden } from "./Hidden";
import { LookedAt } from "./LookedAt";

const VIEWS = { looked: "What it looked at", hidden: "Hidden representation" };
type View = keyof typeof VIEWS;

export function Inside({ data }: { data: Data }) {
  const probe = useRef<HTMLElement>(null);
  const theme = useTheme(probe);
  const root = useRef<HTMLDivElement>(null);
  const isLow = useLow(root);
  return (
    <div ref={root} className={`lk-root${isLow ? " is-low" : ""}`} data-testid="inside">
      <i ref={probe} className="lk-theme" aria-hidden="true" />
      {data.run ? (
        <Views key={data.run} data={data} run={data.run} theme={theme} />
      ) : (
        <p className="lk-empty">{data.empty}</p>
      )}
    </div>
  );
}

const LOW = 360; // pixels, below which text stands beside pictures

/** By a class and not by a container query, for Plotly's sake: docs/decisions.md. */
function useLow(box: RefObject<HTMLElement | null>): boolean {
  const [isLow, setLow] = useState(false);
  useLayoutEffect(() => {
    const read = () => setLow((box.current?.clientHeight ?? LOW) < LOW);
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, [box]);
  return isLow;
}

function Views({ data, run, theme }: { data: Data; run: string; theme: Theme | null }) {
  useState(() => walks.begin(run, data.step));
  const step = useCell(walks.at(run));
  useEffect(() => tries.follow(data.project, data.led, data.sample), [data.led]);
  const [view, setView] = useState<View>("looked");
  const walk = (to: number | null) => {
    walks.at(run).set(to);
    keepInLink(to);
  };
  return (
    <>
      <div className="lk-views" role="group" aria-label="What is seen">
        {(Object.keys(VIEWS) as View[]).map((one) => (
          <button key={one} type="button" aria-pressed={view === one} onClick={() => setView(one)}>
            {VIEWS[one]}
          </button>
        ))}
        <StepChoice steps={data.steps} step={step} newest={data.active ? "newest weights" : "kept weights"} choose={walk} />
      </div>
      {view === "looked" ? <LookedAt data={data} step={step} /> : <Hidden data={data} step={step} theme={theme} choose={() => setView("looked")} />}
    </>
  );
}

interface StepProps {
  steps: number[];
  step: number | null;
  newest: string; // what answers where no step is chosen
  choose: (step: number | null) => void;
}

/** Which weights answer: of a recorded step, and behind the last of these what is there now. */
function StepChoice({ steps, step, newest, choose }: StepProps) {
  if (steps.length < 2) return null;
  const place = step === null ? steps.length : Math.max(0, steps.findLastIndex((one) => one <= step));
  const told = step === null ? newest : `step ${step.toLocaleString("en")}`;
  return (
    <label className="lk-step">
      <span>Weights of</span>
      <input type="range" min={0} max={steps.length} value={place} aria-valuetext={told} data-testid="inside-step" onChange={({ target }) => choose(steps[Number(target.value)] ?? null)} />
      <b>{told}</b>
    </label>
  );
}
