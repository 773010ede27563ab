import { expect, test } from "vitest";
import { overPlane, pixelsOf } from "./picture";
import { onACard } from "./pictured";

test("a cell has the colour of its side of zero, as strong as it is far, and the highest row comes first", () => {
  const pixels = pixelsOf(overPlane("0P@p", 2), ["#ff0000", "#0000ff"]);
  const at = (cell: number) => [...pixels.slice(4 * cell, 4 * cell + 4)];
  expect(at(2)).toEqual([255, 0, 0, 255]); // the first letter: lowest row, left
  expect(at(3)[3]).toBe(0); // zero
  expect(at(0)).toEqual([255, 0, 0, 128]);
  expect(at(1)).toEqual([0, 0, 255, 255]);
});

test("pictures leave room for how many more there are", () => {
  expect([8, 16, 128, 20_000].map(onACard)).toEqual([8, 8, 7, 6]);
});
