// By layer what tells whether it learns; what is out of the healthy range has a colour and a word.
import type { At } from "../walk";
import type { NodeView } from "./data";
import { type Finding, HEALTHY, healthOf } from "./health";
import type { RunRecord } from "./record";
import { NOTHING, percentWords, short } from "./words";

export function HealthTable({ record, nodes, at, ends }: { record: RunRecord; nodes: NodeView[]; at: At; ends: string[] }) {
  return (
    <div className="lv-health" tabIndex={0} data-testid="health">
      <table>
        <thead>
          <tr title={HEALTHY}>
            <th scope="col">layer</th>
            <th scope="col" title="Root mean square of a step's change over that of the weight; about a thousandth is healthy">
              update / weight
            </th>
            <th scope="col" title="Norm of the gradient that comes back to the layer's output">
              gradient
            </th>
            <th scope="col" title="Units that are zero on every row that was looked at">
              dead
            </th>
            <th scope="col" title="Values near a bound of tanh, sigmoid or softmax, where the gradient fades">
              saturated
            </th>
          </tr>
        </thead>
        <tbody>
          {healthOf(record, nodes, at, ends).map(({ node, ratio, gradient, dead, saturated }) => (
            <tr key={node.id}>
              <th scope="row" title={node.label}>
                {node.label}
              </th>
              <Cell finding={ratio} words={short} />
              <Cell finding={gradient} words={short} />
              <Cell finding={dead} words={percentWords} />
              <Cell finding={saturated} words={percentWords} />
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
