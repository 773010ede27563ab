// The way of a wire whose curve would run over cards: through the gaps between them, worked out from places alone, as
// graphbuilder/passages.py does for pictures. Wires run along x here; cards that stand above one another are a column, and the wire keeps
// to one height, its lane, past each and turns between them.
import { CARD, type Direction } from "./graph";

export type Place = readonly [x: number, y: number];

/** Of a card: its length along the network, and its breadth. */
export interface Size {
  along: number;
  across: number;
}

interface Column {
  left: number;
  right: number;
  free: Place[]; // where a wire can pass, from and to which height
}

const ASIDE = 18; // between a wire and the card that it passes, where there is room
const NEAR = 6; // of a card: a curve that comes so near is led past
const LEAST_GAP = 2 * NEAR;
const TURN = 10; // the least room to go up or down in
const BEND = 60; // how much of a detour a turn is worth
const REACHES = [300, 1200, Infinity]; // above and below its ends a way is looked for, the nearest first

export const sizeIn = (direction: Direction): Size =>
  direction === "lr" ? { along: CARD.width, across: CARD.height } : { along: CARD.height, across: CARD.width };

/** Cards by where they lie along the network, so that a wire need not look at all of them. */
export class Columns {
  private bands = new Map<number, Place[]>();

  constructor(readonly cards: readonly Place[], readonly size: Size) {
    for (const card of cards) {
      const band = Math.floor(card[0] / size.along);
      const others = this.bands.get(band);
      if (others) others.push(card);
      else this.bands.set(band, [card]);
    }
  }

  /** The cards that lie between two ends, in no order. */
  between(low: number, high: number): Place[] {
    const found: Place[] = [];
    const last = Math.floor(high / this.size.along);
    for (let band = Math.floor(low / this.size.along) - 1; band <= last; band += 1) {
      for (const card of this.bands.get(band) ?? []) if (card[0] < high && card[0] + this.size.along > low) found.push(card);
    }
    return found;
  }
}

/** The points between which a wire is drawn, each a curve that begins and ends along x: its two ends alone where that is clear of all
    cards, or no way is. sag: how much lower its middle lies. */
export function passage(start: Place, end: Place, columns: Columns, sag = 0): Place[] {
  const { size } = columns;
  const cards = columns.between(start[0], end[0]);
  if (isClear(start, end, cards, size, sag)) return [start, end];
  for (const reach of REACHES) {
    const [low, high] = [Math.min(start[1], end[1]) - reach, Math.max(start[1], end[1]) + reach];
    const near = cards.filter(([, top]) => top < high + ASIDE && top + size.across > low - ASIDE);
    const passed = columnsOf(near, start[0], end[0], [low, high], size);
    const lanes = lanesOf(passed, start, end);
    if (lanes) return turnsOf(passed, lanes, start, end, near, size);
  }
  return [start, end];
}

/** Whether a wire's curve comes near to no card. */
function isClear(start: Place, end: Place, cards: Place[], { along, across }: Size, sag = 0): boolean {
  const [low, high] = [Math.min(start[1], end[1]) - NEAR, Math.max(start[1], end[1]) + NEAR + sag];
  for (const [left, top] of cards) {
    if (top >= high || top + across <= low) continue;
    if (left >= end[0] || left + along <= start[0]) continue;
    const [a, b] = [heightAt(start, end, left), heightAt(start, end, left + along)];
    if (top < Math.max(a, b) + NEAR + sag && top + across > Math.min(a, b) - NEAR) return false;
  }
  return true;
}

/** How far across the curve from start to end is at x. */
function heightAt(start: Place, end: Place, x: number): number {
  const along = (x - start[0]) / (end[0] - start[0]);
  if (along <= 0 || along >= 1) return along <= 0 ? start[1] : end[1];
  let part = along;
  for (let step = 0; step < 5; step += 1) part -= (part * (1.5 + part * (part - 1.5)) - along) / (1.5 + part * (3 * part - 3));
  return start[1] + (end[1] - start[1]) * part * part * (3 - 2 * part);
}

/** Cards with no room to turn between them. */
function columnsOf(cards: Place[], start: number, end: number, bounds: Place, { along, across }: Size): Column[] {
  const found: { left: number; right: number; tops: number[] }[] = [];
  for (const [left, top] of [...cards].sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    const last = found.at(-1);
    if (last && left < last.right + TURN) {
      last.right = Math.max(last.right, left + along);
      last.tops.push(top);
    } else found.push({ left, right: left + along, tops: [top] });
  }
  return found.map(({ left, right, tops }) => ({ left: Math.max(left, start), right: Math.min(right, end), free: gapsOf(tops, bounds, across) }));
}

function gapsOf(tops: number[], [lowest, highest]: Place, across: number): Place[] {
  const found: Place[] = [];
  let [low, inset] = [lowest, 0];
  for (const top of tops.sort((a, b) => a - b)) {
    if (top - low >= LEAST_GAP) {
      const room = Math.min(ASIDE, (top - low) / 2);
      found.push([low + (inset && room), top - room]);
    }
    if (top + across > low) [low, inset] = [top + across, ASIDE];
  }
  if (low + inset <= highest) found.push([low + inset, highest]);
  return found;
}

/** The height at which each column is passed, with few turns and little way across; null where there is none. */
function lanesOf(passed: Column[], start: Place, end: Place): number[] | null {
  const edges = passed.flatMap(({ free }) => free.flat()).filter(Number.isFinite);
  const heights = [...new Set([start[1], end[1], ...edges])].sort((a, b) => a - b);
  let costs = heights.map((y) => (y === start[1] ? 0 : Infinity));
  const came: number[][] = [];
  let right = start[0];
  for (const column of [...passed, { left: end[0], right: end[0], free: [[end[1], end[1]] as const] }]) {
    const turned = afterTurn(heights, costs, column.left - right >= TURN);
    costs = turned.costs.map((cost, at) => (column.free.some(([low, high]) => low <= heights[at] && heights[at] <= high) ? cost : Infinity));
    came.push(turned.back);
    right = column.right;
  }
  let at = heights.indexOf(end[1]);
  if (costs[at] === Infinity) return null;
  const lanes: number[] = [];
  for (const back of came.reverse()) {
    at = back[at];
    lanes.push(heights[at]);
  }
  return lanes.reverse().slice(1);
}

/** The least cost of each height behind a place where a wire can turn, and from which it came there. */
function afterTurn(heights: number[], costs: number[], hasRoom: boolean): { costs: number[]; back: number[] } {
  const found = [...costs];
  const back = costs.map((_, at) => at);
  for (const sign of hasRoom ? [1, -1] : []) {
    let [best, bestAt] = [Infinity, 0];
    for (let step = 0; step < heights.length; step += 1) {
      const at = sign > 0 ? step : heights.length - 1 - step;
      if (costs[at] - sign * heights[at] < best) [best, bestAt] = [costs[at] - sign * heights[at], at];
      if (best + sign * heights[at] + BEND < found[at]) [found[at], back[at]] = [best + sign * heights[at] + BEND, bestAt];
    }
  }
  return { costs: found, back };
}

/** The ends of all turns, each as wide as can be: over columns in which it is clear of cards, so long as every lane is kept past one
    column. */
function turnsOf(passed: Column[], lanes: number[], start: Place, end: Place, cards: Place[], size: Size): Place[] {
  const heights = [start[1], ...lanes, end[1]];
  const waysOut = [start[0], ...passed.map(({ right }) => right)];
  const waysIn = [...passed.map(({ left }) => left), end[0]];
  const places = waysIn.flatMap((_, at) => (heights[at] === heights[at + 1] ? [] : [at]));
  const points = [start];
  let first = 0;
  for (const [i, turn] of places.entries()) {
    const following = places[i + 1] ?? passed.length + 1;
    const [before, behind] = [heights[turn], heights[turn + 1]];
    const clear = (low: number, high: number) => isClear([waysOut[low], before], [waysIn[high], behind], cards, size);
    let [low, high] = [turn, turn];
    for (let was = -1; was !== high - low; ) {
      was = high - low;
      if (high + 1 < following && clear(low, high + 1)) high += 1;
      if (low > first && clear(low - 1, high)) low -= 1;
    }
    points.push([waysOut[low], before], [waysIn[high], behind]);
    first = high + 1;
  }
  points.push(end);
  return points.filter(([x, y], at) => !at || x !== points[at - 1][0] || y !== points[at - 1][1]);
}
