// The unit whose small picture on a card is under the pointer: the plane beside the curves shows it large. Canvas and live view are two
// bundles, so they meet on the page itself.
import { Cell } from "./cell";

export interface Pointed {
  run: string;
  node: string; // its path
  unit: number;
}

const PLACE = Symbol.for("graphbuilder.pointed");

export const pointed: Cell<Pointed | null> = ((globalThis as { [PLACE]?: Cell<Pointed | null> })[PLACE] ??= new Cell<Pointed | null>(null));
