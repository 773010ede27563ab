import { expect, test } from "vitest";
import type { Units } from "./live/record";
import { breadthOf, columnsOf, linksOf, placesOf } from "./unitPlaces";

const UNITS: Units = {
  kind: "units",
  step: 7,
  size: 1,
  nodes: { point: ["P", "P"], hidden: ["P", "P"], score: ["P"], sum: ["P"] },
  counts: { point: 2, hidden: 3, score: 1, sum: 1 },
  weights: { hidden: { kernel: [1, 2, 3, 4, 5, 6], bias: [0, 0, 0] }, score: { kernel: [7, 8, 9], bias: [1] } },
};
const WIRES = [
  { from: "point", to: "hidden" },
  { from: "hidden", to: "score" },
  { from: "score", to: "sum" },
];
const ORDER = ["point", "hidden", "score", "sum", "loss"];

test("columns are what weighs and what that reads, in the network's order", () => {
  const columns = columnsOf(UNITS, WIRES, ORDER);
  expect(columns.map(({ id, weighs }) => [id, weighs])).toEqual([["point", false], ["hidden", true], ["score", true]]);
});

test("a weight is that of its input's row and its unit's column, also where not all units are shown", () => {
  const links = linksOf(UNITS, WIRES, columnsOf(UNITS, WIRES, ORDER));
  expect(links.map(({ name, weight }) => [name, weight])).toEqual([
    ["hidden.kernel.0.0", 1], ["hidden.kernel.0.1", 2], ["hidden.kernel.1.0", 4], ["hidden.kernel.1.1", 5],
    ["score.kernel.0.0", 7], ["score.kernel.1.0", 8],
  ]);
});

test.each([[4, 760, 360], [8, 760, 300], [9, 1000, 500]])("%d columns of eight units all stand in the room", (count, width, height) => {
  const columns = Array.from({ length: count }, (_, i) => ({ id: `n${i}`, shown: 8, count: 8, weighs: true }));
  const { side, at } = placesOf(columns, { width, height });
  expect(at.size).toBe(8 * count);
  for (const { x, y } of at.values()) {
    expect(x - side / 2).toBeGreaterThanOrEqual(0);
    expect(x + side / 2).toBeLessThanOrEqual(width);
    expect(y - side / 2).toBeGreaterThan(40);
    expect(y + side / 2).toBeLessThan(height - 50);
  }
  expect(side).toBeGreaterThan(14);
});

test("the largest weight has the broadest line, whatever its sign", () => {
  expect(breadthOf(-2, 2)).toBe(breadthOf(2, 2));
  expect(breadthOf(1, 2)).toBeLessThan(breadthOf(2, 2));
  expect(breadthOf(0, 0)).toBe(0.5);
});
