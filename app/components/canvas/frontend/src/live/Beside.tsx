// Two runs beside each other at the same step: their curves in one plot, and of each its boundary and its layers.
import type { CSSProperties } from "react";
import { useCell } from "../cell";
import { walks } from "../walk";
import { Activations } from "./Activations";
import { colorOf } from "./comparing";
import { type Comparand, comparandRun } from "./data";
import { PlanePanel } from "./PlanePanel";
import { LOSS, type Metric } from "./plot";
import type { Theme } from "./theme";
import { useRun } from "./useRun";
import { countWords, lossWords, shareWords } from "./words";

const PER_SECOND = 4;

interface Props {
  one: Comparand;
  other: Comparand; // beside which it stands
  metrics: Metric[];
  theme: Theme | null;
}

export function Beside({ one, other, metrics, theme }: Props) {
  const run = comparandRun(one);
  const record = useRun(run, PER_SECOND);
  const at = useCell(walks.at(run.id));
  const step = Math.min(at ?? record.step, record.step);
  const epoch = record.epochs.findLast((one) => one.step <= step);
  const values = [LOSS, ...metrics.slice(0, 1)].flatMap(({ key, title, share }) => {
    const value = epoch?.metrics[`val_${key}`] ?? epoch?.metrics[key];
    return value === undefined || value === null ? [] : [`${title.toLowerCase()} ${(share ? shareWords : lossWords)(value)}`];
  });
  const told = [...values, ...(epoch ? [`epoch ${countWords(epoch.number)}`] : []), `step ${countWords(step)}`]; // where it is narrow the end is cut
  return (
    <section className="lv-beside" aria-label={`${one.name}: ${told.join(", ")}`} data-testid="beside" data-run={one.run} data-step={step} style={theme ? ({ "--run": colorOf(one.look, theme) } as CSSProperties) : {}}>
      <p className="lv-of" title="Loss and metric of the validation part, at the last whole epoch">
        <i />
        <b title={one.name}>{one.name}</b>
        <span>{told.join(" · ")}</span>
      </p>
      <div>
        {one.plane && <PlanePanel run={run} at={at} plane={one.plane} placed={null} theme={theme} />}
        <Activations run={run} at={at} nodes={one.nodes ?? []} ends={one.ends ?? []} theme={theme} beside={comparandRun(other)} />
      </div>
    </section>
  );
}
