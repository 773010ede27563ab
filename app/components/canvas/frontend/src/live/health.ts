// How well each layer learns, in numbers with a word where one is out of what is healthy. The bounds are those of practice: a step
// changes a weight by about a thousandth of its size.
import type { At } from "../walk";
import type { NodeView } from "./data";
import type { RunRecord, Variable } from "./record";

const SLOW = 1e-5; // of a weight a step: it hardly moves
const FAST = 3e-2; // it is thrown about
const MANY_DEAD = 0.1;
const MANY_SATURATED = 0.5;
const FADED = 1e-3; // of the gradient at the network's end
const GROWN = 1e3;

const LED_BY_CHANCE = 1; // of the gradient's noise
const NOISY = "above 1, which batch comes next decides more of a step than the loss does. Larger batches or a smaller rate calm it; late in a training it is usual";
const BETWEEN = "below 1, the loss decides more of a step than the choice of the batch does";
const CALM = "far below 1, batches agree; smaller ones would point the same way and cost less";

/** One number with its verdict, which is empty where all is well. */
export interface Finding {
  value: number | null;
  word: string;
}

export interface Health {
  node: NodeView;
  ratio: Finding; // update over weight, of the layer's largest variable: a bias that starts at 0 is thrown about at first
  dead: Finding;
  saturated: Finding;
  gradient: Finding; // what comes back to the layer's output
}

export const HEALTHY = `Healthy: updates between ${SLOW} and ${FAST} of the weight, few dead or saturated units, a gradient not below a thousandth of the last layer's`;

/** How far batches disagree about the way down at this step: variance of the gradient from batch to batch over the squared norm of their mean. */
export function noiseOf(record: RunRecord, at: At): { value: number; words: string } | null {
  const value = record.batches.at(at, ({ gradient_noise }) => gradient_noise !== null)?.gradient_noise;
  if (value === null || value === undefined) return null;
  return { value, words: value > LED_BY_CHANCE ? NOISY : value > LED_BY_CHANCE / 10 ? BETWEEN : CALM };
}

/** The layers that have something to tell at this step. */
export function healthOf(record: RunRecord, nodes: NodeView[], at: At, ends: readonly string[]): Health[] {
  const norms = record.flow.at(at)?.norms ?? {};
  const end = endOf(norms, ends);
  return nodes.flatMap((node) => {
    const seen = record.nodes.get(node.id)?.at(at);
    const layer = record.layers.get(node.id)?.at(at);
    if (!layer && seen?.dead == null && seen?.saturated == null) return [];
    const [kernel] = Object.values(lastMove(record, node.id, at)).sort((a, b) => sizeOf(b) - sizeOf(a));
    return [
      {
        node,
        ratio: finding(kernel?.update_ratio, paceWord),
        dead: finding(seen?.dead, (share) => (share >= MANY_DEAD ? "many" : "")),
        saturated: finding(seen?.saturated, (share) => (share >= MANY_SATURATED ? "many" : "")),
        gradient: { value: norms[node.id] ?? null, word: node.id in norms ? flowWord(norms[node.id], end) : "" },
      },
    ];
  });
}

/** The variables as the last step before this one changed them; behind the last step nothing changes any more. */
const lastMove = (record: RunRecord, id: string, at: At): Record<string, Variable> =>
  record.layers.get(id)?.at(at, ({ variables }) => Object.values(variables).some(({ update }) => update))?.variables ?? {};

const sizeOf = ({ weight }: Variable): number => weight.counts.reduce((sum, count) => sum + count, 0);

const finding = (value: number | null | undefined, word: (value: number) => string): Finding =>
  value === null || value === undefined ? { value: null, word: "" } : { value, word: word(value) };

const paceWord = (ratio: number): string => (ratio < SLOW ? "hardly moves" : ratio > FAST ? "too fast" : "");

/** The gradient at the network's end, by which the others are judged. ends: the nodes that give their outputs to a loss. */
export const endOf = (norms: Record<string, number | null>, ends: readonly string[]): number | null =>
  Math.max(...ends.map((id) => norms[id] ?? 0), 0) || null;

export type FlowWord = "" | "vanishes" | "explodes";

/** What became of the gradient on its way back. norm: null is no number. end: that of the last layer. */
export function flowWord(norm: number | null, end: number | null): FlowWord {
  if (norm === null || !Number.isFinite(norm)) return "explodes";
  if (!end) return "";
  return norm < end * FADED ? "vanishes" : norm > end * GROWN ? "explodes" : "";
}
