// Edits that Python had not answered when the page went: the next page says them again, under the same name and numbers, so
// that none is lost and none is worked twice.
import type { Op } from "./fold";

export interface Kept {
  client: string;
  epoch: string;
  pending: Op[];
}

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
    const { client, epoch, pending } = JSON.parse(sessionStorage.getItem(key(id))!) as Kept;
    sessionStorage.removeItem(key(id));
    const whole = /^[a-z][a-z0-9]{7,15}$/.test(client) && typeof epoch === "string" && pending.every(({ n, op }) => Number.isSafeInteger(n) && n > 0 && op);
    return whole && pending.length ? { client, epoch, pending } : null;
  } catch {
    return null;
  }
}
