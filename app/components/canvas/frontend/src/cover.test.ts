import { expect, it } from "vitest";
import { isCovered } from "./cover";
import { CARD } from "./graph";

const at = (x: number, y: number) => ({ position: { x, y } });
const box = { x: 0, y: 0, width: 40, height: 20 };

it("what a card lies over is covered, in part or whole, and what only touches is not", () => {
  expect(isCovered([at(-100, -50)], box)).toBe(true);
  expect(isCovered([at(39, 19)], box)).toBe(true);
  expect(isCovered([at(40, 0)], box)).toBe(false);
  expect(isCovered([at(-CARD.width, 0)], box)).toBe(false);
  expect(isCovered([at(1 - CARD.width, 1 - CARD.height)], box)).toBe(true);
  expect(isCovered([], box)).toBe(false);
});

it("it is the same as looking at every card", () => {
  const cards = Array.from({ length: 60 }, (_, i) => at(((i * 7919) % 2000) - 1000, ((i * 104_729) % 1400) - 700));
  for (let i = 0; i < 300; i++) {
    const one = { x: ((i * 617) % 2400) - 1200, y: ((i * 373) % 1800) - 900, width: 90, height: 18 };
    const slow = cards.some(({ position: { x, y } }) => x < one.x + one.width && x + CARD.width > one.x && y < one.y + one.height && y + CARD.height > one.y);
    expect(isCovered(cards, one)).toBe(slow);
  }
});
