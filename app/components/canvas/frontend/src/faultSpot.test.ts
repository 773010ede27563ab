import { describe, expect, it } from "vitest";
import { faultSpot, inView } from "./faultSpot";

const SIZE = { width: 280, height: 60 };
const view = (x: number, y: number) => inView([x, y, 1], { width: 900, height: 600 });

describe("a fault's sentence", () => {
  it("stands below its card, or beside it in a network that runs down", () => {
    expect(faultSpot({ x: 200, y: 100 }, SIZE, "lr", view(0, 0))).toEqual({ x: 170, y: 226 });
    expect(faultSpot({ x: 200, y: 100 }, SIZE, "tb", view(0, 0))).toEqual({ x: 434, y: 100 });
  });

  it("goes to the other side of its card where the view ends", () => {
    expect(faultSpot({ x: 200, y: 400 }, SIZE, "lr", view(0, 0))).toEqual({ x: 170, y: 334 });
    expect(faultSpot({ x: 600, y: 100 }, SIZE, "tb", view(0, 0))).toEqual({ x: 306, y: 100 });
  });

  it.each([
    [{ x: 0, y: 100 }, { x: 8, y: 226 }],
    [{ x: 680, y: 100 }, { x: 612, y: 226 }],
    [{ x: -200, y: 100 }, { x: 8, y: 226 }],
  ])("stays in view as long as its card at %j is", (card, spot) => {
    expect(faultSpot(card, SIZE, "lr", view(0, 0))).toEqual(spot);
  });

  it("goes out of view with its card", () => {
    expect(faultSpot({ x: 200, y: 100 }, SIZE, "lr", view(-2000, 0))).toEqual({ x: 170, y: 226 });
  });

  it("is measured in the network's own measure, whatever the zoom", () => {
    expect(inView([100, 50, 0.5], { width: 816, height: 568 })).toEqual({ x: -184, y: -84, width: 1600, height: 1000 });
  });
});
