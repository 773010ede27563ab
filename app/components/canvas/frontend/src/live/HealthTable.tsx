// By layer what tells whether it learns; what is out of the healthy range has a colour and a word.
import type { At } from "../walk";
import type { NodeView } from "./data";
import { type Finding, HEALTHY, healthOf, noiseOf } from "./health";
import type { RunRecord } from "./record";
import { NOTHING, percentWords, short } from "./words";

const COLUMNS: { key: "ratio" | "gradient" | "dead" | "saturated"; name: string; help: string; words: (value: number) => string }[] = [
  { key: "ratio", name: "update", help: "Root mean square of a step's change over that of the weight; about a thousandth is healthy", words: short },
  { key: "gradient", name: "gradient", help: "Norm of the gradient that comes back to the layer's output", words: short },
  { key: "dead", name: "dead", help: "Units that are zero on every row that was looked at", words: percentWords },
  { key: "saturated", name: "saturated", help: "Values near a bound of tanh, sigmoid or softmax, where the gradient fades", words: percentWords },
];

export function HealthTable({ record, nodes, at, ends }: { record: RunRecord; nodes: NodeView[]; at: At; ends: string[] }) {
  const layers = healthOf(record, nodes, at, ends);
  const noise = noiseOf(record, at);
  const columns = COLUMNS.filter(({ key }) => layers.some((layer) => layer[key].value !== null || layer[key].word));
  return (
    <div className="lv-health" tabIndex={0} data-testid="health">
      {noise && (
        <p className="lv-noise" data-testid="noise" title="Variance of the gradient from batch to batch, of the run's batch size, over the squared norm of their mean">
          Gradient noise <b>{short(noise.value)}</b>: {noise.words}.
        </p>
      )}
      <table>
        <thead>
          <tr>
            <th scope="col" title={HEALTHY}>
              layer
            </th>
            {columns.map(({ key, name, help }) => (
              <th key={key} scope="col" title={help}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {layers.map((layer) => (
            <tr key={layer.node.id}>
              <th scope="row" title={layer.node.label}>
                {layer.node.label}
              </th>
              {columns.map(({ key, words }) => (
                <Cell key={key} finding={layer[key]} words={words} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ finding: { value, word }, words }: { finding: Finding; words: (value: number) => string }) {
  return (
    <td className={word ? "is-unwell" : undefined}>
      {value === null ? (word ? "" : NOTHING) : words(value)} {word && <b>{word}</b>}
    </td>
  );
}
