// Whether this browser was shown the tour, or its person wants none.
import { Cell } from "./cell";

const KEY = "graphbuilder.tour";

function isNew(): boolean {
  try {
    return !localStorage.getItem(KEY);
  } catch {
    return false; // nothing could be remembered, and nobody is invited at every visit
  }
}

export const invited = new Cell(isNew());

/** The tour was walked, left or declined: nobody is invited again. */
export function remember(): void {
  invited.set(false);
  try {
    localStorage.setItem(KEY, "seen");
  } catch {
    // storage is blocked: remembered as long as the page
  }
}
