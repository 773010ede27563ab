// Where a bar stands over the drawing: at the top, where it hides nothing there, or else where it hides least.
import type { Box } from "./faultSpot";
import type { Size } from "./wrap";

const EDGE = { side: 12, top: 8, foot: 66 }; // pixels; at the foot are the tools
const STEP = 4;
const ASIDE = 40; // as bad as so many pixels of a card, or of the way down: not in the middle across
const TIGHT = 4; // pixels that are kept free around a bar

/** The bar's corner in a stage of this size. taken: what should not be hidden. */
export function barSpot(bar: Size, stage: Size, taken: readonly Box[]): { x: number; y: number } {
  const middle = (stage.width - bar.width) / 2;
  const xs = [middle, stage.width - EDGE.side - bar.width, EDGE.side];
  let best = { x: middle, y: EDGE.top, cost: Infinity };
  for (let y = EDGE.top; y <= Math.max(EDGE.top, stage.height - EDGE.foot - bar.height); y += STEP) {
    for (const x of xs) {
      const box = { x: x - TIGHT, y: y - TIGHT, width: bar.width + 2 * TIGHT, height: bar.height + 2 * TIGHT };
      const hidden = taken.reduce((sum, other) => sum + common(box, other), 0);
      const cost = hidden + (y - EDGE.top) + (x === middle ? 0 : ASIDE);
      if (cost < best.cost) best = { x, y, cost };
    }
  }
  return { x: best.x, y: best.y };
}

const shared = (a: number, length: number, b: number, other: number) => Math.max(0, Math.min(a + length, b + other) - Math.max(a, b));

const common = (a: Box, b: Box) => shared(a.x, a.width, b.x, b.width) * shared(a.y, a.height, b.y, b.height);
