// Colours of what speaks for and against an answer, and points of samples.
import { expect, it } from "vitest";
import { themeOf } from "../live/theme";
import type { Coloured, Placed } from "./data";
import { farthest, inkOf, reachOf, scaleOf, short } from "./heat";
import { figureOf, reachOfPoints } from "./points";

const TINTS = ["#0072B2", "#D55E00"] as const;

it("colours a number by its side of zero and how far it lies from there", () => {
  expect(reachOf([[0.1, -0.4], [0.2]])).toBe(0.4);
  expect(inkOf(0, 0.4, TINTS)).toBe("rgba(213,94,0,0)");
  expect(inkOf(0.4, 0.4, TINTS)).toBe("rgba(213,94,0,0.85)");
  expect(inkOf(-0.2, 0.4, TINTS)).toBe("rgba(0,114,178,0.425)");
  expect(inkOf(0, 0, TINTS)).toBe("rgba(213,94,0,0)");
});

it("has a scale with two sides only where something lies below zero", () => {
  expect(scaleOf([0, 0.5], TINTS).ends).toEqual([0, 0.5]);
  const both = scaleOf([-0.25, 0.5], TINTS);
  expect(both.ends).toEqual([-0.5, 0.5]);
  expect(both.gradient).toContain("0,114,178");
});

it("shows the columns that say most first, and how many are left out", () => {
  expect(farthest([0.1, -0.9, 0.5, 0], 2)).toEqual({ places: [1, 2], left: 2 });
  expect([0, 0.12345, -0.5, -0.00001, 123456].map(short)).toEqual(["0", "0.123", "−0.5", "−1.0e−5", "1.2e5"]);
});

const placed: Placed = {
  node: "n3", label: "hidden", method: "pca", step: null, width: 4, of: 9, shares: [0.75, 0.2], colours: [],
  points: [[0, 0], [1, 2], [-1, 4]], samples: [0, 4, 8],
}; // prettier-ignore
const theme = themeOf("rgb(20,20,20)", "rgb(255,255,255)", "sans-serif");
const classes: Coloured = { target: "kind", kind: "class", names: ["a", "b", "c"], values: [1, 0, 1] };

it("draws a trace with a mark of its own for each class that is there, and rings the chosen sample", () => {
  const { data, layout } = figureOf(placed, classes, ["#111111", "#222222"], theme, [[-1, 1], [0, 4]], "validation:4"); // prettier-ignore
  expect(data.map(({ name, x, ids }) => [name, x, ids])).toEqual([
    ["a", [1], ["4"]],
    ["b", [0, -1], ["0", "8"]],
    ["chosen", [1], ["4"]],
  ]);
  expect(new Set(data.map(({ marker }) => (marker as { symbol: string }).symbol)).size).toBe(3);
  expect(layout.xaxis.title.text).toBe("component 1 · 75 %");
});

it("marks no two of ten classes alike, where six colours last for the first alone", () => {
  const names = [..."0123456789"];
  const ten = { ...placed, samples: names.map(Number), points: names.map((_, at) => [at, at] as [number, number]) };
  const { data } = figureOf(ten, { ...classes, names, values: names.map(Number) } as typeof classes, ["#1", "#2", "#3", "#4", "#5", "#6"], theme, [[0, 9], [0, 9]], ""); // prettier-ignore
  const marks = data.map(({ marker }, at) => `${(marker as { symbol: string }).symbol} ${at % 6}`);
  expect(new Set(marks).size).toBe(10);
});

it("keeps its axes while one walks over the steps, and lets them grow", () => {
  const first = reachOfPoints([[0, 0], [10, 10]], null); // prettier-ignore
  expect(first[0][0]).toBeLessThan(0);
  expect(reachOfPoints([[4, 4], [5, 5]], first)).toEqual(first); // prettier-ignore
  expect(reachOfPoints([[4, 4], [50, 5]], first)[0][1]).toBeGreaterThan(50); // prettier-ignore
});
