// Edits and a turn to a panel that Python had not answered when the page went: the next page says them again, under the same name
// and numbers, so that none is lost and none is worked twice.
import type { Kept } from "./protocol";

const key = (id: string) => `graphbuilder.edits.${id}`;

export function keep(id: string, kept: Kept): void {
  try {
    sessionStorage.setItem(key(id), JSON.stringify(kept));
  } catch {
    // storage is blocked or full: what Python has not heard of is lost with the page
  }
}

/** What the page before left, once. */
export function takeKept(id: string): Kept | null {
  try {
    const { client, epoch, pending, turned } = JSON.parse(sessionStorage.getItem(key(id))!) as Kept;
    sessionStorage.removeItem(key(id));
    const whole = /^[a-z][a-z0-9]{7,15}$/.test(client) && typeof epoch === "string" && pending.every(({ n, op }) => Number.isSafeInteger(n) && n > 0 && op);
    const toPanel = Number.isSafeInteger(turned?.n) && typeof turned?.to === "string" ? turned : null;
    return whole && (pending.length || toPanel) ? { client, epoch, pending, turned: toPanel } : null;
  } catch {
    return null;
  }
}
