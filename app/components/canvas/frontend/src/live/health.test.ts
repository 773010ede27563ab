import { expect, it } from "vitest";
import type { NodeView } from "./data";
import { flowWord, healthOf, noiseOf } from "./health";
import { type Distribution, type Event, RunRecord, type Variable } from "./record";
import { looksOf } from "./seen";

const numbers = (mean: number): Distribution => ({ mean, spread: 1, rms: 1, low: -1, high: 1, counts: Array(32).fill(1), zero: 0 });
const variable = (ratio: number | null, mean = 0): Variable => ({ weight: numbers(mean), gradient: numbers(mean + 1), update: ratio === null ? null : numbers(mean + 2), update_ratio: ratio });
const nodes: NodeView[] = ["a", "b", "c"].map((id) => ({ id, label: id, color: "#000" }));

function recordOf(...events: Event[]): RunRecord {
  const record = new RunRecord("r");
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events });
  return record;
}

const layers = (step: number, ratio: number | null, flow: Record<string, number | null>): Event => ({
  kind: "layers", step, seconds: step, flow, nodes: { b: { kernel: variable(ratio, step), bias: variable(ratio && 1e-3) } },
}); // prettier-ignore

it("each layer's numbers have a word where they are out of what is healthy", () => {
  const seen = { mean: 0, spread: 1, low: 0, high: 1, counts: [1], dead: 0.4, saturated: 0.9 };
  const record = recordOf({ kind: "probe", step: 5, seconds: 5, nodes: { a: { ...seen, dead: null, saturated: null }, b: seen } }, layers(5, 0.2, { a: 1e-6, b: 0.5, c: 1 }));
  expect(healthOf(record, nodes, null, ["c"])).toEqual([
    { node: nodes[1], ratio: { value: 0.2, word: "too fast" }, dead: { value: 0.4, word: "many" }, saturated: { value: 0.9, word: "many" }, gradient: { value: 0.5, word: "" } },
  ]);
  expect(healthOf(recordOf(layers(5, 1e-3, { b: 1e-6, c: 1 })), nodes, null, ["c"])[0]).toMatchObject({ ratio: { word: "" }, gradient: { word: "vanishes" } });
});

it("behind the last step a layer is judged by its last update", () => {
  const record = recordOf(layers(5, 0.2, {}), layers(9, null, {}));
  expect(healthOf(record, nodes, null, ["c"])[0].ratio).toEqual({ value: 0.2, word: "too fast" });
});

it("a gradient is judged by that at the network's end", () => {
  expect([flowWord(1, 1), flowWord(1e-4, 1), flowWord(2000, 1), flowWord(null, 1), flowWord(0, 0)]).toEqual(["", "vanishes", "explodes", "explodes", ""]);
});

it("weights, gradients and updates are walked through as activations are", () => {
  const record = recordOf(layers(0, null, {}), layers(5, 0.1, {}), layers(9, 0.1, {}));
  const means = (seen: "weights" | "gradients" | "updates", at: number | null) => looksOf(record, "b", seen, at).all.map(({ mean }) => mean);
  expect([means("weights", null), means("gradients", null), means("updates", null)]).toEqual([[0, 5, 9], [1, 6, 10], [7, 11]]);
  const back = looksOf(record, "b", "weights", 7);
  expect([back.now?.step, back.slices.map(({ step }) => step)]).toEqual([5, [0]]);
  expect(looksOf(record, "b", "weights", null, "bias").now?.mean).toBe(0);
  expect(looksOf(record, "a", "weights", null).now).toBeNull();
});

it("the noise of the gradient is told at the step that is looked at, with what it means", () => {
  const batch = (step: number, gradient_noise: number | null): Event => ({ kind: "batch", step, seconds: step, gradient_norm: 1, gradient_noise });
  const record = recordOf(batch(0, 0.02), batch(10, 0.4), batch(20, 3), batch(30, null));
  expect([0, 15, 25, null].map((at) => noiseOf(record, at)?.value)).toEqual([0.02, 0.4, 3, 3]);
  expect(noiseOf(record, null)!.words).toMatch(/^above 1,/);
  expect(noiseOf(recordOf(), null)).toBeNull();
});

it("two runs beside each other have one axis", () => {
  const [one, other] = [recordOf(layers(5, 1e-3, {})), recordOf(layers(5, 1e-3, {}), layers(6, 1e-3, {}))];
  const looks = looksOf(one, "b", "weights", null, "kernel", other);
  expect([looks.all.length, looks.reach.length]).toEqual([1, 3]);
});
