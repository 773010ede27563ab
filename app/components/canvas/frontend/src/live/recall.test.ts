// What was not recorded of a step is worked out from weights that were kept, where these tell more.
import { expect, it } from "vitest";
import { type Answer, type Event, RunRecord } from "./record";
import { wanting } from "./recall";

const probe = (step: number, mean = step): Event => ({ kind: "probe", step, seconds: step, nodes: { a: { mean, spread: 1, low: 0, high: 1, counts: [1], dead: null } } });
const boundary = (step: number): Event => ({ kind: "boundary", step, output: "o", low: [0, 0], high: [1, 1], size: 1, best: [step], sure: [100] });

function recordOf(events: Event[], state: Answer["state"] = "finished"): RunRecord {
  const record = new RunRecord("r");
  record.receive({ state, reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events });
  return record;
}

const SEEN = [probe(0), boundary(0), probe(9), probe(20), boundary(20), { kind: "snapshots", steps: [0, 9, 20] } as Event];

it("weights are asked where they were kept later than something was seen, and not beside a training that goes on", () => {
  const record = recordOf(SEEN);
  expect([0, 8, 9, 15, 20, null].map((at) => wanting(record, at))).toEqual([null, null, 9, 9, null, null]);
  expect(wanting(recordOf(SEEN, "running"), 9)).toBeNull();
  expect(wanting(recordOf(SEEN, "holding"), 9)).toBe(9);
  expect(wanting(recordOf(SEEN.slice(0, 5)), 9)).toBeNull();
});

it("what comes of them stands at its step, and before what was seen later", () => {
  const record = recordOf(SEEN);
  record.recall([probe(9, 0.5), boundary(9)]);
  expect([record.boundaries.at(8)!.step, record.boundaries.at(9)!.step, record.boundaries.at(19)!.step, record.boundaries.at(null)!.step]).toEqual([0, 9, 9, 20]);
  expect(record.nodes.get("a")!.steps.filter((step) => step === 9)).toEqual([9]);
  expect(wanting(record, 9)).toBeNull();
});
