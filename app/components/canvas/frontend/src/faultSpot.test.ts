import { describe, expect, it } from "vitest";
import { between, faultSpot, inView } from "./faultSpot";
import { CARD } from "./graph";

const SIZE = { width: 280, height: 60 };
const view = (x: number, y: number) => inView([x, y, 1], { width: 900, height: 600 });
const spotOf = (x: number, y: number, others: { x: number; y: number }[] = [], size = SIZE, seen = view(0, 0)) => faultSpot({ x, y }, size, seen, [{ x, y }, ...others]);
const covers = (spot: { x: number; y: number }, size: typeof SIZE, card: { x: number; y: number }) =>
  spot.x < card.x + CARD.width && spot.x + size.width > card.x && spot.y < card.y + CARD.height && spot.y + size.height > card.y;

describe("a fault's sentence", () => {
  it("stands below its card, or above where the view ends", () => {
    expect(spotOf(200, 100)).toEqual({ x: 170, y: 234, hides: false });
    expect(spotOf(200, 400)).toEqual({ x: 170, y: 326, hides: false });
  });

  it.each([[0, 8], [680, 612], [-200, 8]])("stays in view as long as its card at %j is", (x, found) => {
    expect(spotOf(x, 100)).toEqual({ x: found, y: 234, hides: false });
  });

  it("goes out of view with its card", () => {
    expect(spotOf(200, 100, [], SIZE, view(-2000, 0))).toEqual({ x: 170, y: 234, hides: false });
  });

  it("is over empty canvas rather than over cards, be it further off", () => {
    const rows = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => ({ x: 20 + column * 260, y: 20 + row * 170 }))).slice(0, 7);
    const high = { width: 280, height: 160 };
    const spot = spotOf(280, 190, rows, high);
    expect([rows.filter((card) => covers(spot, high, card)), spot.hides]).toEqual([[], false]);
    expect(spot.y).toBeGreaterThan(310); // at the foot, beside the last card
  });

  it("never lies over its own card, and tells where it hides others", () => {
    const crowd = [0, 1, 2].flatMap((row) => [0, 1, 2].map((column) => ({ x: 40 + column * 260, y: 20 + row * 170 })));
    const huge = { width: 400, height: 400 };
    const spot = spotOf(300, 20, crowd, huge);
    expect([covers(spot, huge, { x: 300, y: 20 }), spot.hides]).toEqual([false, true]);
  });

  it("is measured in the network's own measure, whatever the zoom", () => {
    expect(inView([100, 50, 0.5], { width: 816, height: 568 })).toEqual({ x: -184, y: -84, width: 1600, height: 1000 });
  });

  it("is joined to its card by the shortest line, but through no other card", () => {
    expect(between({ x: 170, y: 234, ...SIZE }, { x: 200, y: 100 }, [{ x: 200, y: 100 }])).toEqual({ from: { x: 310, y: 234 }, to: { x: 310, y: 220 } });
    expect(between({ x: 500, y: 300, ...SIZE }, { x: 200, y: 100 }, [])).toEqual({ from: { x: 500, y: 300 }, to: { x: 420, y: 220 } });
    expect(between({ x: 800, y: 100, ...SIZE }, { x: 200, y: 100 }, [{ x: 500, y: 100 }])).toBeNull();
  });
});
