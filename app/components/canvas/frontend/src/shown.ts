// What cards show at their foot.
import type { Pictured } from "./pictured";
import type { Smalls } from "./tries";

/** "training": what was seen of the node while it was trained. */
export type Showing = "training" | "values" | "weights";

/** What was asked for all cards, and why it is not there. */
export interface Shown {
  values: Smalls | null;
  weights: Record<string, Omit<Pictured, "tints">> | null;
  trouble: string;
}

export const NOTHING_SHOWN: Shown = { values: null, weights: null, trouble: "" };
