import { expect, it } from "vitest";
import { barSpot } from "./barSpot";

const BAR = { width: 200, height: 38 };
const STAGE = { width: 800, height: 400 };

it("a bar stands at the top in the middle, aside of what is there, and between two rows that fill the drawing", () => {
  expect(barSpot(BAR, STAGE, [])).toEqual({ x: 300, y: 8 });
  expect(barSpot(BAR, STAGE, [{ x: 250, y: 0, width: 300, height: 300 }])).toEqual({ x: 588, y: 8 });
  const rows = [10, 170].map((y) => ({ x: 0, y, width: 800, height: 100 }));
  expect(barSpot(BAR, STAGE, rows)).toEqual({ x: 300, y: 116 });
});

it("a bar in a drawing without room stands at its top", () => {
  expect(barSpot(BAR, { width: 0, height: 0 }, [{ x: 0, y: 0, width: 10, height: 10 }]).y).toBe(8);
});
