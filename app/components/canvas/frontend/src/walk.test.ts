// Walking through a run: which steps there are, where keys and the slider lead, and what each card shows there.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type Answer, type Event, RunRecord } from "./live/record";
import { stripsOf } from "./strips";
import { keepInLink, moved, nearest, placeInLink, stepsOf, Walks } from "./walk";

const probe = (step: number, id = "a"): Event => ({
  kind: "probe", step, seconds: step, nodes: { [id]: { mean: step, spread: 1, low: 0, high: 1, counts: [step + 1, 1], dead: null } },
}); // prettier-ignore
const boundary = (step: number): Event => ({ kind: "boundary", step, output: "o", low: [0, 0], high: [1, 1], size: 1, best: [step], sure: [100] });

function recordOf(events: Event[]): RunRecord {
  const record = new RunRecord("r");
  const answer: Answer = { state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events };
  record.receive(answer);
  return record;
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  history.replaceState(null, "", "/");
  vi.useRealTimers();
});

it("the steps are those at which anything was seen, each once", () => {
  expect(stepsOf(recordOf([probe(0), boundary(0), probe(7), boundary(9), probe(20, "b")]))).toEqual([0, 7, 9, 20]);
});

it("arrow keys go from one recorded step to the next, and the last one follows what comes", () => {
  const steps = [0, 7, 9, 20];
  expect([moved(steps, null, -1), moved(steps, 9, -1), moved(steps, 0, -1)]).toEqual([9, 7, 0]);
  expect([moved(steps, 7, 1), moved(steps, 9, 1), moved(steps, null, 1), moved(steps, 0, 10)]).toEqual([9, null, null, null]);
  expect(moved(steps, 8, 1)).toBe(9); // of a link, where nothing was recorded
  expect(moved([], null, -1)).toBeNull();
});

it("the slider takes the nearest recorded step", () => {
  expect([nearest([0, 7, 20], 3), nearest([0, 7, 20], 4), nearest([0, 7, 20], 19)]).toEqual([0, 7, null]);
});

it("a card shows what was seen last before the step that was walked to", () => {
  const record = recordOf([probe(0), probe(7), probe(20)]);
  const mean = (at: number | null) => stripsOf(record, at).a?.mean;
  expect([mean(null), mean(20), mean(19), mean(7), mean(0)]).toEqual([20, 20, 7, 7, 0]);
  expect(stripsOf(recordOf([probe(5)]), 4)).toEqual({});
  expect(recordOf([boundary(0), boundary(9)]).boundaries.at(8)?.best).toEqual([0]);
});

it("a link leads to its step once, and the step stands in the link", () => {
  const walks = new Walks();
  walks.begin("r", 7);
  expect(walks.at("r").get()).toBe(7);
  walks.at("r").set(null);
  walks.begin("r", 7);
  expect(walks.at("r").get()).toBeNull();
  history.replaceState(null, "", "/?project=p&step=7");
  keepInLink(9);
  keepInLink(20);
  vi.runAllTimers();
  expect(location.search).toBe("?project=p&step=20");
  expect(placeInLink("?project=p&step=20&sample=validation%3A3")).toEqual({ step: "20", sample: "validation:3" });
  keepInLink(null);
  vi.runAllTimers();
  expect(location.search).toBe("?project=p");
});

it("the step stands in the link while a walk is played, which goes on sooner than the link is written", () => {
  history.replaceState(null, "", "/?project=p");
  const seen = new Set<string>();
  for (let step = 1; step <= 30; step++) {
    keepInLink(step);
    vi.advanceTimersByTime(90);
    seen.add(location.search);
  }
  expect(seen.size).toBeGreaterThan(5);
  expect([...seen].at(-1)).toBe("?project=p&step=30");
});

it("runs that are walked together go to one step, of all that any of them recorded", () => {
  const walks = new Walks();
  walks.together(["a", "b"], 7);
  expect([walks.at("a").get(), walks.at("b").get()]).toEqual([7, 7]);
  expect(stepsOf(recordOf([probe(0), probe(7)]), recordOf([probe(0), boundary(9)]))).toEqual([0, 7, 9]);
});
