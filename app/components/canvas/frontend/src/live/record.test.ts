import { expect, it } from "vitest";
import { type Answer, type Event, RunRecord, SLICES } from "./record";
import { LIMIT } from "./steps";

const answer = (events: Event[], rest: Partial<Answer> = {}): Answer => ({
  state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 0, reset: false, events, ...rest,
}); // prettier-ignore

const probe = (step: number): Event => ({ kind: "probe", step, seconds: step, nodes: { a: { mean: 0, spread: 1, low: 0, high: 1, counts: [1], dead: null } } });

it("a million steps stay within 2,000 points, with no step lost and every spike kept", () => {
  const record = new RunRecord("r");
  for (let first = 1; first <= 1_000_000; first += 100) {
    const losses = Array.from({ length: 100 }, (_, i) => (first + i === 654_321 ? 99 : 1));
    record.receive(answer([{ kind: "steps", first, losses, seconds: first / 1000 }]));
  }
  const { points, width } = record.steps;
  expect(points.length).toBeLessThanOrEqual(LIMIT);
  expect(points.length).toBeGreaterThan(LIMIT / 2 - 2);
  expect(points.reduce((sum, { count }) => sum + count, 0)).toBe(1_000_000);
  expect(points[0].from).toBe(1);
  points.slice(1).forEach(({ from }, i) => expect(from).toBe(points[i].to + 1));
  expect(Math.max(...points.map(({ high }) => high))).toBe(99);
  const all = points.reduce((sum, { mean, count }) => sum + mean * count, 0);
  expect(all).toBeCloseTo(1_000_098, 3);
  expect(width).toBe(512);
  expect(record.stepsPerSecond).toBeCloseTo(1000);
});

it("a digest with a stride and the single steps after it join without gap", () => {
  const record = new RunRecord("r");
  record.receive(answer([{ kind: "steps", first: 1, stride: 48, losses: Array(100).fill(2), seconds: 1 }], { reset: true }));
  record.receive(answer([{ kind: "steps", first: 4801, losses: Array(200).fill(1), seconds: 2 }]));
  expect(record.step).toBe(5000);
  expect(record.steps.points.reduce((sum, { count }) => sum + count, 0)).toBe(5000);
  expect(record.steps.points.at(-1)!.to).toBe(5000);
});

it("a loss that was no number leaves a gap and spoils no mean", () => {
  const record = new RunRecord("r");
  record.receive(answer([{ kind: "steps", first: 1, losses: [1, null, 3], seconds: 1 }]));
  expect(record.steps.points.map(({ count }) => count)).toEqual([1, 0, 1]);
  record.receive(answer([{ kind: "steps", first: 4, stride: 4, losses: [5], seconds: 1 }]));
  expect(record.steps.points[0]).toMatchObject({ from: 1, count: 2 + 4, low: 1, high: 5 });
});

it("at most 40 slices a node remain, the first among them, evenly over the run, and the newest look", () => {
  const record = new RunRecord("r");
  for (let i = 0; i < 1000; i++) record.receive(answer([probe(i)]));
  const { slices, now } = record.nodes.get("a")!;
  expect(slices.length).toBeLessThanOrEqual(SLICES);
  expect(slices.length).toBeGreaterThan(SLICES / 2);
  expect(slices[0].step).toBe(0);
  expect(new Set(slices.slice(1).map(({ step }, i) => step - slices[i].step)).size).toBe(1);
  expect(now!.step).toBe(999);
});

it("5,000 epochs stay within 2,000, the best and the last among them", () => {
  const record = new RunRecord("r");
  for (let number = 1; number <= 5000; number++) {
    record.receive(answer([{ kind: "epoch", number, step: number, metrics: { loss: 1 }, seconds: 1, best: number <= 700 }]));
  }
  expect(record.epochs.length).toBeLessThanOrEqual(2000);
  expect(record.epochs.map(({ number }) => number)).toEqual(expect.arrayContaining([700, 5000]));
  const numbers = record.epochs.map(({ number }) => number).filter((number) => number !== 700 && number !== 5000);
  expect(new Set(numbers.slice(1).map((number, i) => number - numbers[i])).size, "early as far apart as late").toBe(1);
});

it("the newest boundary is kept for who draws it", () => {
  const record = new RunRecord("r");
  const boundary = (step: number) => ({ kind: "boundary" as const, step, output: "o", low: [0, 0] as [number, number], high: [1, 1] as [number, number], size: 1, best: [0], sure: [100] });
  record.receive(answer([boundary(1), boundary(2)]));
  expect(record.boundaries.now!.step).toBe(2);
});

it("where the batch size was changed, steps and epochs still meet", () => {
  const record = new RunRecord("r");
  const epoch = (number: number, step: number): Event => ({ kind: "epoch", number, step, metrics: { loss: 1 }, seconds: 1, best: false });
  const change: Event = { kind: "commanded", step: 10, seconds: 1, command: "change", settings: { batch_size: [10, 50], epochs: [5, 8] }, words: "" };
  record.receive(answer([{ kind: "started", parameters: 1, rows: [100, 1, 1], steps_per_epoch: 10, epochs: 5 }, epoch(1, 10), change, epoch(2, 12)]));
  expect([0, 5, 10, 11, 12, 13].map((step) => record.epochOf(step))).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
  expect([record.perEpoch, record.allEpochs]).toEqual([2, 8]);
});

it("a bound on the speed is known from the record", () => {
  const record = new RunRecord("r");
  const speed = (words: string): Event => ({ kind: "commanded", step: 1, seconds: 1, command: "speed", settings: {}, words });
  record.receive(answer([speed("at most 5 steps a second")]));
  expect(record.speed).toBe(5);
  record.receive(answer([speed("as fast as it goes")]));
  expect(record.speed).toBeNull();
});
