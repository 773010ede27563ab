import { expect, it } from "vitest";
import { RunRecord } from "./live/record";
import { stripsOf } from "./strips";

it("a strip folds 64 bins into 32 and knows mean and dead share of the newest look", () => {
  const record = new RunRecord("r");
  const seen = { mean: 0.5, spread: 1, low: 0, high: 1, counts: Array(64).fill(1), dead: null };
  const events = [{ kind: "probe" as const, step: 1, seconds: 1, nodes: { a: seen, b: { ...seen, mean: null, dead: 0.25 } } }];
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events });
  expect(stripsOf(record)).toEqual({ a: { bins: Array(32).fill(2), mean: 0.5, dead: 0 }, b: { bins: Array(32).fill(2), mean: NaN, dead: 0.25 } });
});
