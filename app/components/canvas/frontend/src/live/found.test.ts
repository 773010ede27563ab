// Where findings are seen on a plot.
import { expect, it } from "vitest";
import { evidence, type Evident, seenOf } from "../evidence";
import { onPlot, ringsOf, sinceOf } from "./found";
import { pointsOf } from "./curves";
import { LOSS } from "./plot";
import { type Event, RunRecord } from "./record";

const overfit: Evident = { title: "Overfitting", text: "It learns by heart since epoch 3.", evidence: [{ curve: "val_loss", epoch: 3 }, { curve: "loss", epoch: 3 }] };
const dead: Evident = { title: "Dead ReLU units", text: "Half of a is dead.", evidence: [{ node: "a", step: 40 }] };
const high: Evident = { title: "A learning rate that is too high", text: "It jumps.", evidence: [{ curve: "loss", epoch: 0 }] };
const frame = { left: 50, width: 100, x: [0, 10] as [number, number] };

function recordOf(...losses: (number | null)[]): RunRecord {
  const record = new RunRecord("r");
  const events: Event[] = losses.map((loss, i) => ({ kind: "epoch", number: 2 * i + 1, step: i, metrics: { val_loss: loss, loss: 1 }, seconds: 1, best: false }));
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events });
  return record;
}

it("a finding is seen once on the plot of its curve, and not on others", () => {
  const found = onPlot([overfit, dead, high], LOSS);
  expect(found.map(({ title, curve, epoch }) => [title, curve, epoch])).toEqual([["Overfitting", "val_loss", 3], ["A learning rate that is too high", "loss", 0]]);
  expect(onPlot([overfit], { key: "accuracy", title: "Accuracy", share: true })).toEqual([]);
  expect([seenOf([overfit, dead], "a"), seenOf([dead], "b")]).toEqual([["Half of a is dead."], []]);
});

it("its ring lies on the curve at the first epoch that is told from then on; one that is seen as a whole has none", () => {
  const found = onPlot([overfit, high], LOSS);
  expect(ringsOf(recordOf(4, 2, 3), found)).toEqual({ x: [3], y: [2], text: ["Overfitting"] });
  expect(ringsOf(recordOf(4), found).x).toEqual([]);
});

it("the word at the best epoch makes room for a ring around its star", () => {
  const record = recordOf(4, 2, 3);
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 2, reset: false, events: [{ kind: "epoch", number: 7, step: 4, metrics: { val_loss: 1, loss: 2 }, seconds: 1, best: true }] });
  const word = (found: typeof overfit[]) => pointsOf(record, { metric: LOSS, smoothing: "off", found: onPlot(found, LOSS) } as unknown as Parameters<typeof pointsOf>[1])[4].text;
  expect(word([])).toEqual(["best"]);
  expect(pointsOf(record, { metric: LOSS, smoothing: "off" } as unknown as Parameters<typeof pointsOf>[1])[4].textposition).toEqual(["top center"]);
  expect(word([{ ...overfit, evidence: [{ curve: "val_loss", epoch: 7 }] }])).toEqual(["best<br>\u00a0"]);
});

it("a line goes from there to the right edge; a label with too little room ends there", () => {
  const found = onPlot([overfit, high], LOSS);
  expect(sinceOf(found, frame).map(({ left, width, atRight }) => [left, width, atRight])).toEqual([[80, 70, true], [50, 100, true]]);
  expect(sinceOf(found, { ...frame, width: 1000 })[0]).toMatchObject({ left: 350, width: 700, atRight: false });
  expect(sinceOf(found, { ...frame, x: [0, 2] }).map(({ title }) => title)).toEqual(["A learning rate that is too high"]);
});

it("what is told no longer is marked no longer", () => {
  const end = evidence.tell("r", [overfit]);
  expect(evidence.of("r").get()).toEqual([overfit]);
  end();
  expect(evidence.of("r").get()).toEqual([]);
});
