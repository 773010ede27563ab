import { describe, expect, it } from "vitest";
import type { Op } from "../fold";
import type { Field, Value } from "./data";
import { placeOn, read, readNumber, shown, sliderOf, written } from "./values";

const field = (rest: Partial<Field> = {}): Field => ({
  name: "units", label: "units", kind: "whole", value: 64, target: { of: "node", ids: ["a"] }, help: "", faults: [], ...rest,
});
const set = (n: number, value: unknown, rest: Record<string, unknown> = {}) =>
  ({ op: "set", of: "node", ids: ["a"], name: "units", value, n, ...rest }) as Op;

describe("a number that is typed", () => {
  it.each([
    ["0.001", 0.001], ["1e-7", 1e-7], ["1/16", 0.0625], ["0,5", 0.5], ["0,005", 0.005], [" 3 ", 3], ["−2", -2], [".5", 0.5], ["1 / 3", 1 / 3],
  ])("%s is understood", (text, value) => expect(readNumber(text)).toBe(value));
  it.each(["", "x", "1/0", "1/2/3", "0x10", "1e999", "NaN", "Infinity", "1 2"])("%s is none", (text) => expect(readNumber(text)).toBeNull());
});

describe("a field that is typed into", () => {
  it("says what is no whole number, and cuts nothing", () =>
    expect(read(field(), "3.7")).toEqual({ fault: "units must be a whole number; received “3.7”." }));
  it("reads thousands as the screen writes them", () => expect(read(field(), "10,000")).toEqual({ value: 10_000 }));
  it("asks for another way to write what may be a thousand or one", () =>
    expect(read(field({ kind: "number" }), "1,000")).toHaveProperty("fault"));
  it("says what is empty", () => expect(read(field(), "  ")).toEqual({ fault: "units must be a whole number; received nothing." }));
  it.each(["8, 8, 1", "8x8x1", "8 × 8 × 1", "(8, 8, 1)", "[8 8 1]"])("reads the shape %s", (text) =>
    expect(read(field({ kind: "shape" }), text)).toEqual({ value: [8, 8, 1] }));
  it("takes a size that only the data tell", () =>
    expect(read(field({ kind: "shape", unknown: true }), "?, 16")).toEqual({ value: [null, 16] }));
  it("writes such a size as it is typed", () => expect(written([null, 16])).toBe("?, 16"));
  it("refuses it where sizes are needed", () => expect(read(field({ kind: "shape" }), "?, 16")).toHaveProperty("fault"));
  it("reads nothing as none where that means something", () =>
    expect(read(field({ none: "as key_dim" }), " ")).toEqual({ value: null }));
  it("takes an open size in a shape", () => expect(read(field({ kind: "shape" }), "-1, 4")).toEqual({ value: [-1, 4] }));
  it("wants as many sizes as there are", () => expect(read(field({ kind: "sizes", length: 2 }), "3")).toHaveProperty("fault"));
  it.each<[Field["kind"], string, Value]>([
    ["wholes", "1, 2 3", [1, 2, 3]], ["wholes", "", []], ["numbers", "0.5, 1/4", [0.5, 0.25]], ["numbers", " ", []],
    ["texts", "a word\n\n b ", ["a word", "b"]], ["matrix", "1 0 -1\n2, 0, 1/2", [[1, 0, -1], [2, 0, 0.5]]], ["matrix", "1 2; 3 4", [[1, 2], [3, 4]]],
  ])("reads %s %s, and takes back what it writes", (kind, text, value) => {
    expect(read(field({ kind }), text)).toEqual({ value });
    expect(read(field({ kind }), written(value))).toEqual({ value });
  });
  it.each<[Field["kind"], string]>([["wholes", "1.5"], ["numbers", "1, y"], ["matrix", "1 a"]])("refuses as %s %s", (kind, text) =>
    expect(read(field({ kind }), text)).toHaveProperty("fault"));
  it.each([[1e-7], [0.1], [64], [[8, 8, 1]]])("takes back what it writes: %s", (value) =>
    expect(read(field({ kind: Array.isArray(value) ? "shape" : "number" }), written(value))).toEqual({ value }));
});

describe("what a field shows while edits are on their way", () => {
  it("is the last value that was entered", () => expect(shown(field(), [set(1, 32), set(2, 33)])).toEqual({ value: 33, mixed: false }));
  it("is not what was entered into another field", () =>
    expect(shown(field(), [set(1, 32, { name: "seed" }), set(2, 9, { ids: ["b"] }), set(3, 9, { of: "training" })]).value).toBe(64));
  it("is not an option of another optimizer", () => {
    const rate = field({ name: "learning_rate", target: { of: "optimizer", who: "SGD" }, value: 0.01 });
    expect(shown(rate, [set(1, 0.002, { of: "optimizer", who: "Adam", name: "learning_rate", ids: undefined })]).value).toBe(0.01);
  });
  it("after an undo is what Python said last", () => expect(shown(field(), [set(1, 32), { op: "undo", n: 2 }]).value).toBe(64));
  it("after an undo and another value is that value", () =>
    expect(shown(field(), [set(1, 32), { op: "undo", n: 2 }, set(3, 7)]).value).toBe(7));
  it("of several nodes is mixed until all have one", () => {
    const both = field({ target: { of: "node", ids: ["a", "b"] } });
    expect(shown(both, [set(1, 9)])).toEqual({ value: null, mixed: true });
    expect(shown(both, [set(1, 9), set(2, 5, { ids: ["a", "b"] })])).toEqual({ value: 5, mixed: false });
  });
});

it("a slider stands where bounds are near each other, and keeps off those that are open", () => {
  expect(sliderOf(field({ kind: "number", low: 0, high: 1, open_high: true }))).toEqual({ low: 0, high: 0.99, step: 0.01 });
  expect(sliderOf(field({ low: 1, high: 1_000_000_000 }))).toBeNull();
  expect(sliderOf(field({ kind: "number", low: 0, high: null }))).toBeNull();
});

it("a slider with stops stands at the nearest of them, and what is left empty at its own end", () => {
  const track = sliderOf(field({ low: 1, high: 1_000_000, none: "full batch", stops: [1, 2, 4, 8, 16, 32, null] }))!;
  expect(track).toMatchObject({ low: 0, high: 6, step: 1 });
  expect([1, 5, 6, 32, 500, null].map((value) => placeOn(track, value))).toEqual([0, 2, 3, 5, 5, 6]);
});
