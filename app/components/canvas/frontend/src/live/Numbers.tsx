// The numbers beside the plots. Every place is reserved, so that nothing moves when one changes.
import { Fragment } from "react";
import type { Run } from "../poller";
import type { At } from "../walk";
import type { Setting } from "./data";
import { LOSS, type Metric } from "./plot";
import { useRun } from "./useRun";
import { countWords, lossWords, memoryWords, needsWords, NOTHING, restWords, shareWords, speedWords, stateOf, timeWords } from "./words";

const PER_SECOND = 4; // digits that change faster cannot be read

const ONE_LINE = 20; // letters that a line holds in every window
const FEW = 3; // scores; more of them have the place of the step, and scroll
const LONG = 24; // letters of a state, for one line
const LONGER = 26;

interface Props {
  run: Run;
  at: At; // the step that is looked at
  metrics: Metric[]; // beside the loss
  dropout: boolean;
  settings: Setting[];
}

export function Numbers({ run, at, metrics, dropout, settings }: Props) {
  const record = useRun(run, PER_SECOND);
  const { ended, estimate, stepsPerSecond } = record;
  const left = record.secondsLeft ?? (estimate?.left || null);
  const needs = estimate ? needsWords(estimate) : undefined;
  const state = stateOf(record);
  const rests = restWords(record);
  const step = at ?? record.step;
  const last = at === null ? record.epochs.at(-1) : record.epochs.findLast((epoch) => epoch.step <= at);
  const loss = at === null ? record.loss : record.steps.at(at);
  const done = last?.number ?? 0;
  const all = record.allEpochs;
  const current = all ? Math.min(all, record.isFinal && at === null ? done : at === null ? done + 1 : Math.max(1, Math.ceil(record.epochOf(at)))) : null;
  const share = all ? Math.min(1, record.epochOf(step) / all) : 0;
  const rows = [LOSS, ...metrics];
  const isLong = rows.length > FEW;
  const help = dropout ? "Training values are measured with dropout on" : undefined;
  return (
    <section className={`lv-numbers${at === null ? "" : " is-back"}`} aria-label="Training in numbers" data-testid="numbers">
      <p className={`lv-state is-${state.tone}${state.text.length > LONG ? " is-long" : ""}${state.text.length > LONGER ? " is-longer" : ""}`} title={record.state === "finished" && record.reason ? `${state.text}: ${record.reason}` : state.text} data-testid="state">
        <svg viewBox="0 0 24 24" aria-hidden="true">
          <path d={MARKS[state.tone]} />
        </svg>
        <span>{state.text}</span>
      </p>
      {settings.length > 0 && (
        <p className="lv-settings" data-testid="settings" title={settings.map(told).join("\n")}>
          {settings.map((setting, i) => (
            <Fragment key={setting.words}>
              {i > 0 && " · "}
              {setting.now === null ? together(setting.words) : <mark>{`${setting.words} (now ${setting.now})`}</mark>}
            </Fragment>
          ))}
        </p>
      )}
      <p className="lv-epoch">
        <span>Epoch</span> <b>{current === null ? NOTHING : countWords(current)}</b>
        <span> / {all ? countWords(all) : NOTHING}</span>
      </p>
      <div className="lv-progress" role="progressbar" aria-label="Progress" aria-valuenow={Math.round(share * 100)} aria-valuemin={0} aria-valuemax={100}>
        <i style={{ transform: `scaleX(${share})` }} />
      </div>
      <div className={`lv-scores${isLong ? " is-long" : ""}`} tabIndex={isLong ? 0 : undefined}>
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col" title={help} className={help && "has-help"}>
              training{help && <span className="lv-unseen">, with dropout on</span>}
            </th>
            <th scope="col">validation</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, title, share }) => {
            const words = share ? shareWords : lossWords;
            return (
              <tr key={key}>
                <th scope="row" title={title}>
                  {title}
                </th>
                <td>{words(last ? last.metrics[key] : key === LOSS.key ? loss : null)}</td>
                <td>{words(last?.metrics[`val_${key}`])}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
      </div>
      <dl>
        {!isLong && (
          <div>
            <dt>Step</dt>
            <dd>{step || at !== null ? countWords(step) : NOTHING}</dd>
          </div>
        )}
        <div>
          <dt>Steps per second</dt>
          <dd>{rests ?? speedWords(ended ? ended.steps / Math.max(ended.seconds, 1e-9) : stepsPerSecond)}</dd>
        </div>
        <div title={needs}>
          <dt>{ended ? "Time taken" : "Time left"}</dt>
          <dd>{rests ?? timeWords(ended ? ended.seconds : record.isFinal ? null : left)}</dd>
        </div>
        <div className="lv-memory" title={needs}>
          <dt>Memory</dt>
          <dd>{estimate ? memoryWords(estimate.used) : NOTHING}</dd>
        </div>
      </dl>
    </section>
  );
}

/** On one line, where it may be: a line ends between two settings. */
const together = (words: string) => (words.length > ONE_LINE ? words : words.replaceAll(" ", "\u00a0"));
const told = ({ words, now }: Setting) => (now === null ? words : `${words}; the form says ${now} now`);

const MARKS = {
  waiting: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 3",
  running: "M7 4.5v15l12-7.5z",
  done: "M5 12.5l4.5 4.5L19 7.5",
  bad: "M8 3h8l5 5v8l-5 5H8l-5-5V8zM12 7.5v5.5M12 16.4v.2",
};
