import { expect, test } from "vitest";
import type { Placed } from "./data";
import { Placing, pressed } from "./placing";

const placed: Placed = { project: "p", target: { of: "data", who: "drawn" }, name: "points", rows: [[0, 0, 0], [1, 1, 1]], most: 3, least: 1 };
const square = { low: [-1, -1] as [number, number], side: 4 };

test("a press into the open adds a point of the class, one on a point takes it away", () => {
  expect(pressed(placed, square, 0.5, 0.25, 1)).toEqual([[0, 0, 0], [1, 1, 1], [1, 0, 1]]);
  expect(pressed(placed, square, 0.25, 0.26, 1)).toEqual([[1, 1, 1]]);
});

test("there are never too many, nor too few", () => {
  expect(pressed({ ...placed, most: 2 }, square, 0.9, 0.9, 0)).toBeNull();
  expect(pressed({ ...placed, least: 2 }, square, 0.25, 0.25, 0)).toBeNull();
});

test("points that are placed faster than they are answered all stay, and an undo takes them away", () => {
  const placing = new Placing();
  const [one, two] = [[[0, 0, 1]], [[0, 0, 1], [0.5, 0, 1]]]; // prettier-ignore
  placing.placed(one);
  placing.placed(two);
  placing.heard(one);
  expect(placing.own).toEqual(two);
  placing.heard(two);
  expect(placing.own).toBeNull();
  placing.placed(two);
  placing.heard([]);
  expect(placing.own).toBeNull();
});
