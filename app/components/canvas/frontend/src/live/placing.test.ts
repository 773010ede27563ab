import { expect, test } from "vitest";
import type { Placed } from "./data";
import { Placing, pressed } from "./placing";
import type { Reach } from "./plane";

const placed: Placed = { project: "p", target: { of: "data", who: "drawn" }, name: "points", rows: [[0, 0, 0], [1, 1, 1]], most: 3, least: 1 };
const square: Reach = { low: [-1, -1], high: [3, 3] };

test("a press into the open adds a point of the class, one on a point takes it away", () => {
  expect(pressed(placed, square, 0.5, 0.25, 1)).toEqual([[0, 0, 0], [1, 1, 1], [1, 0, 1]]);
  expect(pressed(placed, square, 0.25, 0.26, 1)).toEqual([[1, 1, 1]]);
});

test("near is told by the picture, also where one axis reaches much farther than the other", () => {
  const flat: Reach = { low: [0, 0], high: [1, 1000] };
  const own = { ...placed, rows: [[0.5, 500, 0], [1, 1, 1]] };
  expect(pressed(own, flat, 0.51, 0.51, 1)).toEqual([[1, 1, 1]]);
  expect(pressed(own, flat, 0.6, 0.5, 1)).toEqual([...own.rows, [0.6, 500, 1]]);
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
