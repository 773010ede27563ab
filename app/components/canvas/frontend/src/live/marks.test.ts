import { expect, it } from "vitest";
import { marksOf } from "./marks";
import type { Commanded } from "./record";

const frame = { left: 50, width: 100, x: [0, 10] as [number, number] }; // ten pixels an epoch
const asked = (step: number, command: string, settings: Commanded["settings"] = {}, words = ""): Commanded => ({ kind: "commanded", step, seconds: step, command, settings, words });
const marks = (...commands: Commanded[]) => marksOf(commands, (step) => step / 10, frame);

it("a change stands where it was worked, in a few characters, and in full for who points at it", () => {
  const [mark] = marks(asked(50, "change", { learning_rate: [0.01, 0.003] }, "the steps were built anew in 0.3 s"));
  expect(mark).toEqual({ x: 100, room: 50, label: "0.003", told: ["step 50: learning rate 0.01 to 0.003; the steps were built anew in 0.3 s"] });
});

it("marks that stand too close for two labels are one, and the newest change names it", () => {
  const rate = (step: number, to: number) => asked(step, "change", { learning_rate: [1, to] });
  const [one, ...more] = marks(rate(10, 0.5), asked(11, "hold"), rate(20, 0.25));
  expect(more).toEqual([]);
  expect([one.label, one.told.length]).toEqual(["rate 0.25", 3]);
  expect(marks(rate(10, 0.5), asked(12, "change", { "drop1.rate": [0.5, 0.2] }))[0].label).toBe("2 changes");
  expect(marks(asked(1, "hold"), asked(1, "go"))[0]).toMatchObject({ label: "paused", told: ["step 1: paused", "step 1: went on"] });
});

it("a label is as long as there is room, and what is out of sight has no mark", () => {
  const rate = (step: number) => asked(step, "change", { learning_rate: [1, 0.25] });
  expect(marks(rate(10), rate(55), rate(80)).map(({ label }) => label)).toEqual(["0.25", "", ""]); // 45, 25 and 20 pixels
  expect(marksOf([asked(0, "speed", {}, "at most 5 steps a second")], (step) => step, frame)[0].label).toBe("5/s");
  expect(marks(asked(200, "hold"))).toEqual([]);
});

it("what changed at a node is told by the node's label", () => {
  const penalty = asked(0, "change", { "n3.kernel_regularizer": [{ l1: 0, l2: 0 }, { l1: 0, l2: 0.5 }] });
  expect(marksOf([penalty], (step) => step, frame, { n3: "c1" })[0].told).toEqual(["step 0: kernel regularizer of c1 none to l2 0.5"]);
  expect(marks(asked(0, "change", { "drop1.rate": [0.5, 0.2] }))[0].told).toEqual(["step 0: rate of drop1 0.5 to 0.2"]);
});
