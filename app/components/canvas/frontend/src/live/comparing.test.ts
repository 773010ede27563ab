// What the comparison of runs works out before it is drawn: which lines, how far the axis reaches, where the names stand.
import { expect, it } from "vitest";
import { type Compared, comparisonOf, cursorsOf, endsOf, overSeeds, rangeOf, roomFor, spread } from "./comparing";
import { type Frame, LOSS } from "./plot";
import { type Event, RunRecord } from "./record";
import { themeOf } from "./theme";

const theme = themeOf("rgb(0, 0, 0)", "rgb(255, 255, 255)", "sans-serif");
const night = themeOf("rgb(255, 255, 255)", "rgb(14, 20, 32)", "sans-serif");

/** A run of these validation losses, its training losses half of them. */
function run(id: string, losses: (number | null)[], dash = ""): Compared {
  const record = new RunRecord(id);
  const started: Event = { kind: "started", parameters: 1, rows: [1, 1, 1], steps_per_epoch: 2, epochs: losses.length };
  const steps: Event = { kind: "steps", first: 1, losses: losses.flatMap((loss) => [loss, loss]), seconds: 1 };
  const epochs: Event[] = losses.map((loss, i) => ({ kind: "epoch", number: i + 1, step: 2 * i + 2, metrics: { loss: loss && loss / 2, val_loss: loss }, seconds: 1, best: false }));
  record.receive({ state: "finished", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events: [started, steps, ...epochs] });
  return { id, name: `the ${id}`, look: { color: `#0000${id.length}0`, color_dark: `#FFFF${id.length}0`, dash }, record };
}

const frame: Frame = { left: 50, top: 10, width: 200, height: 100, x: [0, 2], y: [0, 1] };
const room = { from: 0, to: 100 };

it("names stand where their lines end, if there is room", () => expect(spread([80, 10, 40], 20, room)).toEqual([80, 10, 40]));

it("names that would lie over each other are spread around where they belong, in order", () => {
  expect(spread([50, 50], 20, room)).toEqual([40, 60]);
  expect(spread([50, 45, 90], 20, room)).toEqual([57.5, 37.5, 90]);
  expect(spread([60, 50, 70], 20, room)).toEqual([60, 40, 80]);
});

it("no name leaves the plot, and none is nearer to another than may be", () => {
  expect(spread([99, 98, 100, 97], 20, room)).toEqual([80, 60, 100, 40]);
  expect(spread([0, 0, 0], 20, room)).toEqual([0, 20, 40]);
  for (let round = 0; round < 200; round++) {
    const wanted = Array.from({ length: 5 }, (_, i) => ((round * 37 + i * i * 53) % 120) - 10);
    const places = spread(wanted, 20, room).sort((a, b) => a - b);
    expect(places[0]).toBeGreaterThanOrEqual(-1e-9);
    expect(places[4]).toBeLessThanOrEqual(100 + 1e-9);
    places.slice(1).forEach((place, i) => expect(place - places[i]).toBeGreaterThanOrEqual(20 - 1e-9));
  }
});

it("more names than there is room for stand evenly", () => expect(spread([5, 5, 5, 5, 5], 40, room)).toEqual([0, 25, 50, 75, 100]));

it("a name is at the last number in sight; a run without one has no name yet", () => {
  const ends = endsOf([run("a", [1, 0.5]), run("bb", [0.75, null]), run("ccc", [])], LOSS, false, frame);
  expect(ends).toEqual([
    { id: "a", x: 250, y: 60, at: 60 },
    { id: "bb", x: 150, y: 35, at: 35 },
  ]);
  expect(endsOf([run("a", [1, 0.5])], LOSS, false, { ...frame, x: [0, 1.5] })[0]).toMatchObject({ y: 10 });
});

it("a run that begins shows each step until it has a line of epochs, and has its name at the last", () => {
  const begun = (epochs: number) => {
    const one = run("a", [1, 0.5]);
    one.record!.epochs.length = epochs;
    return one;
  };
  const hazes = [0, 1, 2].map((epochs) => comparisonOf(() => [begun(epochs)], LOSS, theme, false, null).points()[0]);
  expect(hazes.map(({ x }) => x.length)).toEqual([4, 4, 0]);
  expect(hazes[0].y).toEqual([1, 1, 0.5, 0.5]);
  expect(rangeOf([begun(0)], LOSS, false)).toEqual([0.475, 1.025]);
  expect(endsOf([begun(0)], LOSS, false, frame)[0]).toMatchObject({ y: 60 });
  expect(comparisonOf(() => [begun(0)], { ...LOSS, key: "accuracy", share: true }, theme, false, null).points()[0].x, "steps tell no accuracy").toEqual([]);
});

it("a name that stands for several seeds is at the end of their mean", () => {
  const seeds = [run("a", [1, 0.5]), run("bb", [1, 0.25]), run("ccc", [1, 0.75])];
  expect(endsOf([seeds[1]], LOSS, false, frame, { bb: seeds })).toEqual([{ id: "bb", x: 250, y: 60, at: 60 }]);
  expect(endsOf([seeds[1]], LOSS, false, frame, { bb: seeds.slice(1, 2) })[0], "one alone has no mean").toMatchObject({ y: 85 });
});

it("each run has its colour and dash, validation strong and training pale", () => {
  const runs = [run("a", [1, 0.5]), run("bb", [1, 0.25], "3px,3px")];
  const lines = comparisonOf(() => runs, LOSS, theme, false, null).lines();
  expect(lines.map(({ name, x }) => [name, x.length])).toEqual([
    ["the a, each step", 0], ["the a, training", 2], ["the a", 2], ["the bb, each step", 0], ["the bb, training", 2], ["the bb", 2],
  ]); // prettier-ignore
  expect(lines.map(({ opacity }) => opacity)).toEqual([1, 0.5, 1, 1, 0.5, 1]);
  expect(lines[2].line).toMatchObject({ color: "#000010", dash: "solid", width: 3 });
  expect(lines[4].line).toMatchObject({ color: "#000020", dash: "3px,3px", width: 1.75 });
  expect(comparisonOf(() => runs, LOSS, night, false, null).lines()[2].line).toMatchObject({ color: "#FFFF10" });
});

it("only the run under the pointer shows its single steps, and the others step back", () => {
  const runs = [run("a", [1, 0.5]), run("bb", [1, 0.25])];
  const lines = comparisonOf(() => runs, LOSS, theme, false, "bb").lines();
  expect(lines.map(({ x }) => x.length)).toEqual([0, 2, 2, 4, 2, 2]);
  expect(lines[2].opacity).toBeLessThan(0.5);
  expect(lines[5].opacity).toBe(1);
  expect(comparisonOf(() => runs, { key: "accuracy", title: "Accuracy", share: true }, theme, false, "bb").lines()[3].x).toEqual([]);
});

it("over seeds the mean stands before the runs, in a band of one standard deviation", () => {
  const runs = [run("a", [1, 4, 2]), run("bb", [3, 2]), run("ccc", [2, null])];
  const { mean, band } = overSeeds(runs, LOSS, false);
  expect(mean).toEqual({ x: [1, 2], y: [2, 3] });
  expect(band.x).toEqual([1, 2, 2, 1]);
  [3, 3 + Math.SQRT2, 3 - Math.SQRT2, 1].forEach((y, i) => expect(band.y[i]).toBeCloseTo(y));
  expect(overSeeds([run("a", [0.01]), run("bb", [100])], LOSS, true).band.y[1], "a logarithmic axis has no zero").toBe(0.01);
  const drawing = comparisonOf(() => runs, LOSS, theme, false, null, [{ name: "", look: null, runs: ["a", "bb", "ccc"] }]);
  expect(drawing.lines().slice(-2).map(({ name }) => name)).toEqual(["mean ± standard deviation", "mean of the seeds"]); // prettier-ignore
  expect(drawing.points()).toHaveLength(drawing.lines().length);
  expect(drawing.range!()[1]).toBeGreaterThan(3 + Math.SQRT2);
  expect(comparisonOf(() => runs, LOSS, theme, false, null).lines()).toHaveLength(9);
});

it("two groups of seeds have a band and a mean each, in their own colours", () => {
  const runs = [run("a", [1, 4]), run("bb", [3, 2]), run("ccc", [9, 9]), run("dddd", [7, 9])];
  const bands = [["A", runs[0], ["a", "bb"]], ["B", runs[2], ["ccc", "dddd"]]].map(([name, { look }, ids]: any) => ({ name, look, runs: ids })); // prettier-ignore
  const drawing = comparisonOf(() => runs, LOSS, theme, false, null, bands);
  const lines = drawing.lines();
  expect(lines.slice(-4).map(({ name }) => name)).toEqual(["mean ± standard deviation of A", "mean of A", "mean ± standard deviation of B", "mean of B"]); // prettier-ignore
  expect([lines.at(-3)!.y, lines.at(-1)!.y]).toEqual([[2, 3], [8, 9]]); // prettier-ignore
  expect(lines.at(-1)!.line).toMatchObject({ color: "#000030" });
  expect(drawing.points()).toHaveLength(lines.length);
});

it("a run that goes out of all bounds does not press the others flat", () => {
  const others = [run("a", [2, 1, 0.5]), run("bb", [2, 1, 0.5])];
  const [from, to] = rangeOf([...others, run("ccc", [1e9])], LOSS, false);
  expect(from).toBe(0);
  expect(to).toBeLessThan(50);
  expect(rangeOf([run("ccc", [1e9])], LOSS, true)[1]).toBeGreaterThan(8.9);
  expect(rangeOf([], LOSS, false)).toEqual([0, 1]);
});

it("losses that are nearer to each other than to zero are told apart", () => {
  const [from, to] = rangeOf([run("a", [0.65, 0.62]), run("bb", [0.64, 0.6])], LOSS, false);
  expect([from, to].map((end) => end.toFixed(3))).toEqual(["0.282", "0.667"]);
  expect(rangeOf([run("a", [0.65, 0.3])], LOSS, false)[0]).toBe(0);
});

it("where runs that end low began is in sight", () => {
  const low = Array.from({ length: 40 }, () => 0.001);
  expect(rangeOf([run("a", [0.3, ...low]), run("bb", [0.2, ...low])], LOSS, false)[1]).toBeGreaterThan(0.3);
});

it("names take what they need, of a narrow plot not more than half", () => {
  expect(roomFor(["SGD 0.01"], 1000)).toBe(115);
  expect(roomFor(["x".repeat(80)], 500)).toBe(250);
});

it("a step that is walked to stands on the axis once where runs agree, else for each, and not behind a run's end", () => {
  const look = { color: "", color_dark: "", dash: "" };
  const one = { record: run("a", [1, 1, 1, 1]).record!, look };
  const short = { record: run("b", [1]).record!, look };
  const at = (step: number, ...runs: (typeof one)[]) => cursorsOf(runs, step, { left: 50, width: 400, x: [0, 4] }).map(({ x }) => x);
  expect(at(2, one, one)).toEqual([150]);
  expect(at(6, one, short)).toEqual([350, 150]);
  expect(at(200, one)).toEqual([450]);
});
