// The way back on the canvas: how large a gradient comes to each node's output, as the wires that leave it show it.
import { endOf, type FlowWord, flowWord } from "./live/health";
import type { RunRecord } from "./live/record";
import { short } from "./live/words";
import type { At } from "./walk";

/** What a wire shows of the gradient that comes back along it. */
export interface Flow {
  norm: string; // in words
  width: number; // pixels
  word: FlowWord;
}

const WIDTH = { least: 1.5, most: 9 };
const DECADES = 3; // on both sides of the end's norm, over which a wire grows from the thinnest to the thickest

/** By node. ends: those that give their outputs to a loss, by which the others are judged. */
export function flowsOf(record: RunRecord | undefined, at: At, ends: readonly string[]): Record<string, Flow> {
  const norms = record?.flow.at(at)?.norms ?? {};
  const end = endOf(norms, ends);
  return Object.fromEntries(Object.entries(norms).map(([id, norm]) => [id, { norm: norm === null ? "no number" : short(norm), width: widthOf(norm, end), word: flowWord(norm, end) }]));
}

/** In the middle for a gradient as large as that of the end, and by its logarithm to both sides. */
function widthOf(norm: number | null, end: number | null): number {
  if (norm === null) return WIDTH.most;
  if (!norm || !end) return WIDTH.least;
  const share = 0.5 + Math.log10(norm / end) / (2 * DECADES);
  return WIDTH.least + (WIDTH.most - WIDTH.least) * Math.min(1, Math.max(0, share));
}
