import { expect, it } from "vitest";
import { flowsOf } from "./flows";
import { type Event, RunRecord } from "./live/record";

function recordOf(...flows: Record<string, number | null>[]): RunRecord {
  const record = new RunRecord("r");
  const events = flows.map((flow, step): Event => ({ kind: "layers", step, seconds: step, nodes: {}, flow }));
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events });
  return record;
}

it("a wire is as thick as the gradient that comes back is large, and says where it vanishes or explodes", () => {
  const flows = flowsOf(recordOf({ first: 1e-5, middle: 0.5, last: 0.5, big: 5e9, none: null }), null, ["last"]);
  expect(flows.middle).toEqual({ norm: "0.5", width: 5.25, word: "" });
  expect([flows.first.word, flows.big.word, flows.none.word]).toEqual(["vanishes", "explodes", "explodes"]);
  expect([flows.first.width < 2, flows.big.width, flows.none.norm]).toEqual([true, 9, "no number"]);
});

it("it is walked through as all else is", () => {
  const record = recordOf({ last: 1 }, { last: 2 });
  expect([flowsOf(record, null, ["last"]).last.norm, flowsOf(record, 0, ["last"]).last.norm]).toEqual(["2", "1"]);
  expect(flowsOf(undefined, null, ["last"])).toEqual({});
});
