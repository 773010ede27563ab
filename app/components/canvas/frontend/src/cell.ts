// One value that parts of the screen watch, so that a change draws again only what shows it.
import { useSyncExternalStore } from "react";

export class Cell<Value> {
  private listeners = new Set<() => void>();
  constructor(private value: Value) {}

  get = (): Value => this.value;

  set(value: Value): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of this.listeners) listener();
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };
}

export const useCell = <Value>(cell: Cell<Value>): Value => useSyncExternalStore(cell.subscribe, cell.get);

/** Draws again only when what `select` makes of the value changes. */
export const useCellPart = <Value, Part>(cell: Cell<Value>, select: (value: Value) => Part): Part =>
  useSyncExternalStore(cell.subscribe, () => select(cell.get()));
