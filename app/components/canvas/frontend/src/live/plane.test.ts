import { expect, test } from "vitest";
import { fieldOfUnit, frameOf, pixelsOf, scaleOf, sharesOf } from "./plane";
import type { Boundary } from "./record";

const GRID: Boundary = { kind: "boundary", step: 1, output: "o", low: [-1, -1], high: [1, 1], size: 2, best: [0, 1, 1, 1], sure: [100, 100, 50, 100] };

test("a cell has its class' colour, and the highest y comes first", () => {
  const pixels = pixelsOf(GRID, ["#ff0000", "#0000ff"], "#ffffff");
  const at = (row: number, column: number) => [...pixels.slice(4 * (row * 2 + column), 4 * (row * 2 + column) + 4)];
  const [upperLeft, upperRight, lowerLeft] = [at(0, 0), at(0, 1), at(1, 0)];
  expect(lowerLeft[0]).toBe(255);
  expect(lowerLeft[2]).toBeLessThan(110);
  expect(upperRight[2]).toBe(255);
  expect(upperLeft[0]).toBeGreaterThan(upperRight[0] + 80); // as likely as not: faint
});

test("discretized, an unsure cell is as strong as a sure one", () => {
  const pixels = pixelsOf(GRID, ["#ff0000", "#0000ff"], "#ffffff", true);
  const at = (row: number, column: number) => [...pixels.slice(4 * (row * 2 + column), 4 * (row * 2 + column) + 4)];
  expect(at(0, 0)).toEqual(at(0, 1));
});

test("a unit has the colours of the classes on both sides of zero, the highest y first", () => {
  const { pixels, size } = fieldOfUnit("0P@p", 2, ["#ff0000", "#0000ff"]);
  expect(size).toBe(2);
  expect([...pixels.slice(8, 12)]).toEqual([255, 0, 0, 255]); // the first letter: lowest row, left
  expect([...pixels.slice(4, 8)]).toEqual([0, 0, 255, 255]);
});

test("before there is a grid the points are framed, with a margin", () => {
  expect(frameOf(GRID, [])).toEqual({ low: [-1, -1], high: [1, 1] });
  const { low, high } = frameOf(null, [[0, 0], [10, 5]]); // prettier-ignore
  expect([...low, ...high].map((one) => Math.round(100 * one) / 100)).toEqual([-1, -3.5, 11, 8.5]);
});

test("axes of unlike scales have each its own, and a constant one the other's", () => {
  const { low, high } = frameOf(null, [[0, 0], [10, 5000]]); // prettier-ignore
  expect([...low, ...high].map(Math.round)).toEqual([-1, -500, 11, 5500]);
  const flat = frameOf(null, [[0, 3], [10, 3]]); // prettier-ignore
  expect(flat.high[1] - flat.low[1]).toBeCloseTo(12);
  expect(sharesOf({ low, high }, [5, 2500])).toEqual([0.5, 0.5]);
});

const AMOUNTS: Boundary = { ...GRID, best: [], sure: [], values: [0, 50, 100, 160], span: [-1, 1] };

test("an amount is pale half way along its span, and has one colour or the other beyond", () => {
  const pixels = pixelsOf(AMOUNTS, ["#ff0000", "#0000ff"], "#ffffff");
  const at = (row: number, column: number) => [...pixels.slice(4 * (row * 2 + column), 4 * (row * 2 + column) + 3)];
  expect(at(1, 1)).toEqual([255, 255, 255]);
  expect(at(1, 0)[0]).toBe(255);
  expect(at(1, 0)[2]).toBeLessThan(110);
  expect(at(0, 0)).toEqual(at(0, 1)); // beyond the span no stronger than at its end
  expect(at(0, 0)[2]).toBe(255);
});

const PLANE = { points: [], labels: [], classes: ["orange", "blue"], colors: ["#ff0000", "#0000ff"] };
const INKS = { background: "#ffffff", text: "#000000" };

test("the scale tells what the colours stand for, with numbers", () => {
  expect(scaleOf(PLANE, INKS)).toMatchObject({ low: "0", high: "1", told: "How likely the network holds blue; the colours part at 0.5" });
  expect(scaleOf({ ...PLANE, classes: [], values: [], span: [-1, 1], name: "value" }, INKS)).toMatchObject({ low: "−1", high: "1", told: "What the network answers for value; pale is 0" });
  expect(scaleOf(PLANE, INKS, false, 0.5)).toMatchObject({ low: "−0.5", high: "0.5" });
  expect(scaleOf(PLANE, INKS, true).colors).not.toBe(scaleOf(PLANE, INKS).colors);
});
