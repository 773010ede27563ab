// The bar at the left of the curves: go on or wait, one step, begin again, and how fast.
import { type ReactNode, useCallback } from "react";
import { pollers, type Run } from "../poller";
import { Refused, useAsking } from "./asking";
import { useRun } from "./useRun";
import { speedsWords } from "./words";

const PER_SECOND = 5;
const SPEEDS = [1, 2, 5, 10, 30, 100, null]; // steps a second; null: as fast as it goes
const MANY = 10; // steps, with Shift

/** more: the run is over, and can go on for more epochs. interrupted: it is, before its end, and can go on. */
export function CommandBar({ run, path, more = false, interrupted = false }: { run: Run; path: string; more?: boolean; interrupted?: boolean }) {
  const record = useRun(run, PER_SECOND);
  const look = useCallback(() => pollers.look(run.id), [run.id]);
  const { ask, refused } = useAsking(path, look);
  const isHolding = record.state === "holding" || record.state === "paused";
  const isGoing = record.state === "running" || isHolding;
  const why = isGoing ? "" : record.isFinal ? "This run has ended. Train begins another one" : "The run waits for its turn";
  const { speed } = record;
  const done = record.epochs.at(-1)?.number ?? 0;
  const wasCut = interrupted && record.isFinal;
  const whole = more && record.isFinal ? epochsOn(done, record.allEpochs ?? 0) : 0;
  const speeds = SPEEDS.includes(speed) ? SPEEDS : [speed, ...SPEEDS];
  return (
    <>
      <div className="lv-commands" role="toolbar" aria-orientation="vertical" aria-label="The training" data-testid="commands" onKeyDown={walkByArrows}>
        <Button
          name={isHolding || whole || wasCut ? "Go on" : "Pause"}
          told={wasCut ? "Go on from where it was kept last" : whole ? `Go on for ${(whole - done).toLocaleString("en-US")} more epochs` : isHolding ? "Go on training" : "Pause: the training waits at this step, ready to go on"}
          why={whole || wasCut ? "" : why}
          path={isHolding || whole || wasCut ? ICONS.go : ICONS.hold}
          act={() => ask(whole ? { command: "change", settings: { epochs: whole } } : { command: isHolding || wasCut ? "go" : "hold" })}
          strong
        />
        <Button
          name="One step"
          told={`One step, then wait. With Shift ${MANY} steps`}
          why={why}
          path={ICONS.step}
          act={(many) => ask({ command: "step", steps: many ? MANY : 1 })}
        />
        <Button name="Begin again" told="Begin again from the same first weights" why={whole || wasCut ? "" : why} path={ICONS.reset} act={() => ask({ command: "reset" })} />
        <label className="lv-speed" title={why || "Speed: how many steps a second at most"}>
          <span className="lv-unseen">Speed</span>
          <select
            aria-label="Speed"
            disabled={!!why}
            value={String(speed)}
            onChange={({ target }) => ask({ command: "speed", speed: target.value === "null" ? null : Number(target.value) })}
          >
            {speeds.map((one) => (
              <option key={String(one)} value={String(one)}>
                {speedsWords(one)}
              </option>
            ))}
          </select>
          <b aria-hidden="true">{speed === null ? "full" : `${speed}/s`}</b>
        </label>
      </div>
      <Refused why={refused} />
    </>
  );
}

/** How many epochs a run that is over is to have: what it was to have had, or as many again. 0: none are known. */
function epochsOn(done: number, all: number): number {
  return all > done ? all : done + all;
}

interface ButtonProps {
  name: string;
  told: string;
  why: string; // it cannot be pressed
  path: string;
  act: (many: boolean) => void;
  strong?: boolean;
}

function Button({ name, told, why, path, act, strong }: ButtonProps): ReactNode {
  return (
    <button
      type="button"
      className={strong ? "is-strong" : undefined}
      aria-label={name}
      title={why || told}
      aria-disabled={!!why}
      onClick={({ shiftKey }) => !why && act(shiftKey)}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

/** From button to button by the arrow keys too, as in every toolbar. */
function walkByArrows(event: React.KeyboardEvent<HTMLElement>): void {
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button")];
  const place = buttons.indexOf(event.target as HTMLElement);
  if (!by || place < 0) return;
  event.preventDefault();
  buttons[(place + by + buttons.length) % buttons.length].focus();
}

const ICONS = {
  go: "M7 4.5v15l12-7.5z",
  hold: "M8.5 5v14M15.5 5v14",
  step: "M6 5v14l9.5-7zM19 5v14",
  reset: "M5.5 12a6.5 6.5 0 1 0 2.2-4.9M5 4v4.5h4.5",
};
