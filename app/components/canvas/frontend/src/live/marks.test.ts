import { expect, it } from "vitest";
import { marksOf } from "./marks";
import type { Commanded } from "./record";

const frame = { left: 50, width: 100, x: [0, 10] as [number, number] };
const asked = (step: number, command: string, settings: Commanded["settings"] = {}, words = ""): Commanded => ({ kind: "commanded", step, seconds: step, command, settings, words });
const marks = (...commands: Commanded[]) => marksOf(commands, (step) => step / 10, frame);

it("a change stands where it was worked, in a few characters, and in full for who points at it", () => {
  const [mark] = marks(asked(50, "change", { learning_rate: [0.01, 0.003] }, "the steps were built anew in 0.3 s"));
  expect(mark).toEqual({ x: 100, room: 50, label: "rate 0.003", told: ["step 50: learning rate 0.01 to 0.003; the steps were built anew in 0.3 s"] });
});

it("marks that stand too close for two labels are one, and the newest change names it", () => {
  const rate = (step: number, to: number) => asked(step, "change", { learning_rate: [1, to] });
  const [one, ...more] = marks(rate(10, 0.5), asked(11, "hold"), rate(20, 0.25));
  expect(more).toEqual([]);
  expect([one.label, one.told.length]).toEqual(["rate 0.25", 3]);
  expect(marks(rate(10, 0.5), asked(12, "change", { "drop1.rate": [0.5, 0.2] }))[0].label).toBe("2 changes");
  expect(marks(asked(1, "hold"), asked(1, "go"))[0]).toMatchObject({ label: "paused", told: ["step 1: paused", "step 1: went on"] });
});

it("a label that has no room stays away, and what is out of sight has no mark", () => {
  expect(marks(asked(10, "hold"), asked(40, "hold")).map(({ label }) => label)).toEqual(["", "paused"]); // 30 pixels apart
  expect(marks(asked(200, "hold"))).toEqual([]);
});

it("what changed at a node is told by the node", () => {
  expect(marks(asked(0, "change", { "drop1.rate": [0.5, 0.2] }))[0].told).toEqual(["step 0: rate of drop1 0.5 to 0.2"]);
});
