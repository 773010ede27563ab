// The slider under the curves: the whole run from its first look to now, and a way to look at any step of it.
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useState } from "react";
import { useCell } from "../cell";
import type { Run } from "../poller";
import { type At, keepInLink, moved, nearest, stepsOf, walks } from "../walk";
import { useRecall } from "./recall";
import type { RunRecord } from "./record";
import { useRuns } from "./useRun";
import { countWords } from "./words";

const PER_SECOND = 4;
const PLAYED_MS = 6000; // what a whole run takes when it is played
const FRAME_MS = { least: 90, most: 400 };
const PAGE = 10; // recorded steps

/** runs: that are walked through together, at the same step. */
export function WalkBar({ runs, children }: { runs: readonly Run[]; children?: ReactNode }) {
  const records = useRuns(runs, PER_SECOND);
  const record = longestOf(records);
  const ids = runs.map(({ id }) => id).join();
  const go = useCallback((to: At) => walks.together(ids.split(","), to), [ids]);
  const at = useCell(walks.at(runs[0].id));
  useEffect(() => go(walks.at(ids.split(",")[0]).get()), [ids, go]);
  const signs = records.map(({ run, looks }) => `${run}:${looks}`).join();
  const steps = useMemo(() => stepsOf(...records), [signs]);
  const [isPlaying, setPlaying] = useState(false);
  const isLooking = useRecall(runs, at, !isPlaying);
  useEffect(() => keepInLink(at), [at]);
  useEffect(() => {
    if (!isPlaying) return;
    const pause = Math.min(FRAME_MS.most, Math.max(FRAME_MS.least, PLAYED_MS / steps.length));
    const timer = setTimeout(() => {
      const next = moved(steps, at, 1);
      go(next);
      if (next === null) setPlaying(false);
    }, pause);
    return () => clearTimeout(timer);
  }, [isPlaying, at, steps, go]);

  const isEmpty = steps.length < 2;
  const last = steps.at(-1) ?? 0;
  const shown = at ?? last;
  const newest = records.every(({ isFinal }) => isFinal) ? "end" : "live";
  const epoch = (step: number) => Math.max(1, Math.ceil(record.epochOf(step)));
  const walk = (to: number | null) => {
    setPlaying(false);
    go(to);
  };
  const play = () => {
    if (!isPlaying && at === null) go(steps[0]);
    setPlaying(!isPlaying);
  };
  const press = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -PAGE, PageUp: PAGE, Home: -Infinity, End: Infinity }[event.key];
    if (by === undefined || isEmpty) return;
    event.preventDefault();
    walk(moved(steps, at, by));
  };
  const words = at === null ? (last ? `step ${countWords(Math.max(last, record.step))}` : "") : `step ${countWords(at)} of ${countWords(record.step)}`;
  return (
    <div className={`lv-walk${at === null ? "" : " is-back"}`} role="group" aria-label="Walk through the training" data-testid="walk">
      <button
        type="button"
        aria-label={isPlaying ? "Stop playing" : "Play the training"}
        title={isPlaying ? "Stop playing" : "Play what was recorded from here on; from the end, all of it"}
        disabled={isEmpty}
        onClick={play}
      >
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={isPlaying ? "M8.5 5v14M15.5 5v14" : "M7 4.5v15l12-7.5z"} />
        </svg>
      </button>
      <input
        type="range"
        aria-label="Step that is looked at"
        aria-valuetext={at === null ? `step ${last}, ${newest}` : `step ${at}`}
        title="The step that all pictures show. Arrow keys go from one recorded step to the next"
        min={steps[0] ?? 0}
        max={Math.max(last, 1)}
        value={shown}
        disabled={isEmpty}
        style={{ "--share": last ? (shown - (steps[0] ?? 0)) / Math.max(1, last - (steps[0] ?? 0)) : 0 } as React.CSSProperties}
        onChange={({ target }) => walk(nearest(steps, Number(target.value)))}
        onKeyDown={press}
      />
      <p className={isLooking ? "lv-at is-looking" : "lv-at"} data-testid="at" title={isLooking ? "What was not recorded of this step is worked out from its weights" : undefined}>
        {words}
        {runs.length === 1 && record.started && words && <span> · epoch {countWords(epoch(at ?? Math.max(last, record.step)))}</span>}
      </p>
      <button type="button" className="lv-newest" aria-pressed={at === null} title={`Show the ${newest === "end" ? "last" : "newest"} step`} onClick={() => walk(null)}>
        {newest}
      </button>
      {children}
    </div>
  );
}

const longestOf = (records: RunRecord[]): RunRecord => records.reduce((best, one) => (one.step > best.step ? one : best));
