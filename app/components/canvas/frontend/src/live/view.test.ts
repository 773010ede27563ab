// What the view works out before anything is drawn: axes and ridges, lines of a plot, columns, words.
import { expect, it } from "vitest";
import { comparisonOf } from "./comparing";
import { escaped, linesOf, merge, reachOf, smoothLine, stepLine } from "./curves";
import { gridOf } from "./grid";
import { LOSS } from "./plot";
import { type Answer, type Event, RunRecord } from "./record";
import { axisOf, heights, rebin, roundUp, thinned } from "./ridges";
import { StepSeries } from "./steps";
import { themeOf } from "./theme";
import { deadWords, lossWords, memoryWords, needsWords, ordinal, short, spokenEpoch, stateOf, timeWords, troubleOf } from "./words";

const said = (rest: Partial<Answer>, events: Event[] = []) => {
  const record = new RunRecord("r");
  record.receive({ state: "running", reason: null, position: null, wait: null, paused: false, engine: "ready", last: 0, reset: false, ...rest, events });
  return record;
};
const epoch = (number: number): Event => ({ kind: "epoch", number, step: number * 10, metrics: { loss: 1 / number, val_loss: 2 / number }, seconds: 1, best: true });
const theme = themeOf("rgb(0, 0, 0)", "rgb(255, 255, 255)", "sans-serif");

it("slices of different ranges share one axis, and their counts are kept on it", () => {
  const wide = { low: -2, high: 2, counts: Array(64).fill(4) };
  const narrow = { low: 0, high: 0.5, counts: Array(64).fill(1) };
  const axis = axisOf([wide, narrow]);
  expect(axis).toEqual({ low: -2, high: 2 });
  const bins = rebin(narrow, axis, 8);
  expect(bins.map((count) => Math.round(count))).toEqual([0, 0, 0, 0, 64, 0, 0, 0]);
  expect(rebin(wide, axis, 8).reduce((a, b) => a + b)).toBeCloseTo(256);
});

it("outliers do not stretch the axis, and 0 is always on it", () => {
  const counts = Array(64).fill(0);
  counts[40] = 100_000;
  counts[63] = 1;
  expect(axisOf([{ low: 0, high: 64, counts }])).toEqual({ low: 0, high: 50 });
  expect(axisOf([])).toEqual({ low: 0, high: 1 });
  expect([0.011, 0.2, 7, 99].map(roundUp)).toEqual([0.015, 0.2, 8, 100]);
});

it("the many zeros of a ReLU do not press the rest flat", () => expect(heights([100, 1])).toEqual([1, 0.1]));

it("ridges are thinned evenly, first and last kept", () => expect(thinned([1, 2, 3, 4, 5], 3)).toEqual([1, 3, 5]));

it("13 layers fit a low box whole; 40 scroll sideways", () => {
  expect(gridOf(13, { width: 430, height: 232 })).toMatchObject({ rows: 3, columns: 5, scrolls: false });
  expect(gridOf(40, { width: 430, height: 232 })).toMatchObject({ rows: 2, columns: 20, scrolls: true });
});

it("merged steps are drawn from their least to their greatest", () => {
  const steps = new StepSeries();
  steps.push(1, [1, 5, 2, 2], 1);
  expect(stepLine(steps, (step) => step / 2)).toEqual({ x: [0.5, 1, 1.5, 2], y: [1, 5, 2, 2] });
  steps.push(5, [3], 2);
  expect(stepLine(steps, (step) => step / 2).y).toEqual([1, 5, 2, 2, 3, 3]);
});

it("smoothing starts at the first loss and follows a constant at once", () => {
  const steps = new StepSeries();
  steps.push(1, [4, 4, null, 4]);
  expect(smoothLine(steps, (step) => step / 1, 100, "much").y.map((y) => y && Math.round(y))).toEqual([4, 4, null, 4]);
  expect(smoothLine(steps, (step) => step / 1, 100, "off").y).toEqual([]);
});

it("X3 a person's text reaches Plotly as text", () => {
  const name = '<a href="x">&lt;b';
  expect(escaped(name)).toBe('&lt;a href="x"&gt;&amp;lt;b');
  const runs = [{ id: "a", name, look: { color: "#000000", color_dark: "#FFFFFF", dash: "" }, record: said({}) }];
  expect(JSON.stringify(comparisonOf(() => runs, LOSS, theme, false, null).lines())).not.toContain("<a");
});

it("the axis of epochs rests while the lines grow", () => {
  const started: Event = { kind: "started", parameters: 1, rows: [1, 1, 1], steps_per_epoch: 10, epochs: 15 };
  const reach = (step: number) => reachOf([said({}, [started, { kind: "steps", first: step, losses: [1], seconds: 1 }])]);
  expect([1, 10, 11, 21, 60, 101, 150].map(reach)).toEqual([1, 1, 2, 3, 10, 15, 15]);
});

it("Python's layout goes over the plot's own, part by part", () =>
  expect(merge({ xaxis: { title: "a", grid: 1 } }, { xaxis: { title: "b" } })).toEqual({ xaxis: { title: "b", grid: 1 } }));

it("every state has its words", () => {
  const words = (rest: Partial<Answer>, events: Event[] = []) => {
    const { text } = stateOf(said(rest, events));
    expect(text.length, text).toBeLessThan(30); // its line is narrow
    return text;
  };
  expect(words({ state: "queued", position: 2 })).toBe("2nd in queue");
  expect(words({ state: "queued", position: 1, wait: 20 })).toBe("1st in queue, under a minute");
  expect(words({ state: "queued", position: 3, wait: 250 })).toBe("3rd in queue, about 4 min");
  expect(words({ state: "queued", position: 9, wait: 7000 })).toBe("9th in queue, about 2 hours");
  expect(words({ state: "queued", position: 9, paused: true })).toBe("waiting, the queue is paused");
  expect(words({ state: "queued", engine: "starting" })).toBe("engine is starting");
  expect(words({ state: "stopped" }, [epoch(3)])).toBe("stopped after epoch 3");
  expect(words({ state: "stopped" }, [{ kind: "steps", first: 1, losses: [1], seconds: 1 }])).toBe("stopped in the first epoch");
  expect(words({ state: "stopped" })).toBe("stopped before it began");
  expect(words({ state: "diverged" }, [epoch(3)])).toBe("diverged in epoch 4");
  expect(words({ state: "paused" })).toBe("paused, awaits the engine");
  expect(words({ state: "finished" }, [epoch(1)])).toBe("finished after 1 epoch");
  expect([1, 2, 3, 4, 11, 12, 21, 113].map(ordinal)).toEqual(["1st", "2nd", "3rd", "4th", "11th", "12th", "21st", "113th"]);
});

it("a bad end has its reason in a sentence, a good one none", () => {
  expect(troubleOf(said({ state: "failed", reason: "out of memory" }))).toBe("Out of memory.");
  expect(troubleOf(said({ state: "killed" }))).toContain("ended from outside");
  const steps: Event[] = [{ kind: "steps", first: 1, losses: [1], seconds: 1 }];
  const killed = { state: "killed", reason: "ended from outside (SIGKILL)" } as const;
  expect(troubleOf(said(killed))).toBe("Ended from outside (SIGKILL).");
  expect(troubleOf(said(killed, steps))).toBe("Ended from outside (SIGKILL). Resume goes on from what was kept.");
  expect(troubleOf(said({ state: "diverged", reason: "diverged at epoch 1" }), "Go slower.")).toBe("Diverged at epoch 1. Go slower.");
  expect(troubleOf(said({ state: "failed", reason: "out of memory" }), "Go slower.")).toBe("Out of memory.");
  expect(troubleOf(said({ state: "finished", reason: "early stopping" }))).toBeNull();
});

it("numbers are short and say what they are", () => {
  expect([0, 0.5, -12, 0.00003, 1.234].map(short)).toEqual(["0", "0.5", "−12", "3e−5", "1.2"]);
  expect([0.12345, 12.345, null, 0.00001].map(lossWords)).toEqual(["0.123", "12.35", "–", "1.0e−5"]);
  expect([0.004, 0.12, 0, null].map(deadWords)).toEqual(["<1 % dead", "12 % dead", "", ""]);
  expect([4.2, 59.9, 75, 3700].map(timeWords)).toEqual(["4 s", "1 min 00 s", "1 min 15 s", "1 h 01 min"]);
  expect(spokenEpoch(epoch(2) as never, 15, [])).toBe("Epoch 2 of 15, loss 0.500, validation loss 1.000.");
  const told = { number: 2, metrics: { loss: 0.5, val_loss: 1, f1: 0.25, val_f1: 0.5, mae: 3 } };
  const shown = [{ key: "f1", title: "F1", share: true }, { key: "mae", title: "MAE", share: false }]; // prettier-ignore
  expect(spokenEpoch(told as never, 15, shown)).toBe("Epoch 2 of 15, loss 0.500, validation loss 1.000, f1 25.0 %, validation f1 50.0 %.");
});

it("the smoothed loss follows also where very many epochs are still to come", () => {
  const started: Event = { kind: "started", parameters: 1, rows: [1, 1, 1], steps_per_epoch: 30, epochs: 90_000 };
  const losses = [...Array(150).fill(1), ...Array(150).fill(0)];
  const record = said({}, [started, { kind: "steps", first: 1, losses, seconds: 1 }]);
  const { y } = linesOf(record, { metric: LOSS, smoothing: "some", theme }).find(({ name }) => name === "smoothed")!;
  expect(y[149]).toBeGreaterThan(0.99);
  expect(y[299]).toBeLessThan(0.01);
});

it("what a training needs is said as estimated and as it is", () => {
  const needs = { kind: "estimate", step: 4, seconds: 1, memory: 84e6, used: 1.234e9, each: 0.0123, left: 60 } as const;
  expect(needsWords(needs)).toBe(
    "This training has taken 1.2 GB of memory at most so far, with Keras itself. Before its start the network was estimated to take 84 MB of it. A step takes 12 ms, with all that is done beside it.",
  );
  expect(said({}, [needs]).estimate).toEqual(needs);
  expect([999.6e6, 812e6, 5e4].map(memoryWords)).toEqual(["1.0 GB", "812 MB", "0 MB"]);
});

it("the learning rate is a line by an axis of its own, where it was recorded and is asked for", () => {
  const rated = (number: number, rate?: number): Event => ({ ...(epoch(number) as object), rate }) as Event;
  const record = said({}, [rated(1, 0.1), rated(2, 0.1), rated(3, 0.05)]);
  const lineOf = (rate: boolean) => linesOf(record, { metric: LOSS, smoothing: "some", rate, theme }).find(({ name }) => name === "learning rate")!;
  expect(lineOf(true)).toMatchObject({ x: [1, 2, 3], y: [0.1, 0.1, 0.05], yaxis: "y2", visible: true });
  expect(lineOf(false)).toMatchObject({ x: [], visible: false });
  expect([record.hasRate, said({}, [rated(1)]).hasRate]).toEqual([true, false]);
});
