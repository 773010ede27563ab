// Whether something that lies under the cards would be hidden by one.
import { CARD } from "./graph";

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

type Placed = { position: { x: number; y: number } };

const squares = new WeakMap<readonly Placed[], Map<string, Placed[]>>();

/** Whether a card lies over a box, in part. The cards are sorted once for as long as they stay, since every wire asks. */
export function isCovered(cards: readonly Placed[], box: Box): boolean {
  let sorted = squares.get(cards);
  if (!sorted) squares.set(cards, (sorted = sort(cards)));
  const [left, right] = [box.x - CARD.width, box.x + box.width];
  const [top, bottom] = [box.y - CARD.height, box.y + box.height];
  for (let column = Math.floor(left / CARD.width); column <= right / CARD.width; column++) {
    for (let row = Math.floor(top / CARD.height); row <= bottom / CARD.height; row++) {
      const here = sorted.get(`${column}/${row}`) ?? [];
      if (here.some(({ position: { x, y } }) => x > left && x < right && y > top && y < bottom)) return true;
    }
  }
  return false;
}

/** The cards by the square, as large as a card, that their corner is in. */
function sort(cards: readonly Placed[]): Map<string, Placed[]> {
  const sorted = new Map<string, Placed[]>();
  for (const card of cards) {
    const square = `${Math.floor(card.position.x / CARD.width)}/${Math.floor(card.position.y / CARD.height)}`;
    sorted.set(square, [...(sorted.get(square) ?? []), card]);
  }
  return sorted;
}
