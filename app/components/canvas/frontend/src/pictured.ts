// Small pictures at the foot of cards of what is looked at inside their nodes: kernels, or what each channel makes of the chosen sample.
// Canvas and views are bundles of their own, so they find it on the page itself. Keys are nodes by path.
import type { Tile, Tints } from "./picture";
import { KeyedStore } from "./stores";

export interface Pictured {
  tiles: (Tile & { unit?: number })[]; // the first few, and which they are
  of: number; // how many there are
  what: string; // what one is called
  tints: Tints;
}

export const ON_A_CARD = 8;

/** How many of so many pictures find room on a card beside the number of those that do not: one of three digits takes the room of a picture. */
export const onACard = (of: number) => (of - ON_A_CARD < 100 ? ON_A_CARD : of < 10_000 ? ON_A_CARD - 1 : ON_A_CARD - 2);

const PLACE = Symbol.for("graphbuilder.pictured");

export const pictured: KeyedStore<Pictured> = ((globalThis as { [PLACE]?: KeyedStore<Pictured> })[PLACE] ??= new KeyedStore<Pictured>());
