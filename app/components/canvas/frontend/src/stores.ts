// What changes by itself on a card - shapes, faults, live histograms - kept per node outside React Flow's own list, so that an
// answer from the server draws one card again and can move none.

/** A button that mends a fault. */
export interface Repair {
  key: string;
  says: string;
}

export type Severity = "error" | "need" | "warning";

export interface Fault {
  code: string;
  severity: Severity;
  text: string;
  unfinished: boolean; // only not drawn to its end yet: told quietly
  repairs: Repair[];
  within?: string; // its place, where that is in the node's block
}

/** How a fault is shown: what is only unfinished is told quietly until somebody wants to train. */
export const lookOf = (fault: Pick<Fault, "severity" | "unfinished">, loud: boolean): Severity => (fault.unfinished && !loud ? "need" : fault.severity);

export interface Note {
  title: string;
  line: string;
  shape: string;
  parameters: string;
  fault: Fault | null;
  probed?: string; // the node whose values are looked at for it in training, where that is another
}

/** Activations of one layer now: histogram counts, their mean, and the share of units that are zero on every row. */
export interface Strip {
  bins: number[];
  mean: number;
  dead: number;
  tiles?: Tiles; // of a network of points
}

/** What the first units of a layer answer over the plane, a letter a cell. tints: below zero, and above. */
export interface Tiles {
  units: string[];
  size: number;
  count: number; // units in all
  tints: [string, string];
}

export class KeyedStore<Value> {
  private values = new Map<string, Value>();
  private texts = new Map<string, string>();
  private listeners = new Map<string, Set<() => void>>();
  private anyone = new Set<() => void>();

  version = 0; // grows with every change

  get = (id: string): Value | undefined => this.values.get(id);

  set(id: string, value: Value | undefined): void {
    if (this.put(id, value)) this.announce();
  }

  /** Takes a whole snapshot; only what differs is announced, and to those who watch all once. */
  replace(all: Record<string, Value>): void {
    const gone = [...this.values.keys()].filter((id) => !(id in all));
    const changes = [...gone.map((id) => this.put(id, undefined)), ...Object.entries(all).map(([id, value]) => this.put(id, value))];
    if (changes.includes(true)) this.announce();
  }

  private announce(): void {
    this.version += 1;
    this.anyone.forEach((listener) => listener());
  }

  /** Whether it is another value than before. */
  private put(id: string, value: Value | undefined): boolean {
    if (value === this.values.get(id)) return false;
    const text = JSON.stringify(value);
    if (this.texts.get(id) === text) return false;
    if (value === undefined) {
      this.values.delete(id);
      this.texts.delete(id);
    } else {
      this.values.set(id, value);
      this.texts.set(id, text);
    }
    this.listeners.get(id)?.forEach((listener) => listener());
    return true;
  }

  subscribe(id: string, listener: () => void): () => void {
    const set = this.listeners.get(id) ?? new Set();
    this.listeners.set(id, set.add(listener));
    return () => {
      set.delete(listener);
      if (!set.size) this.listeners.delete(id);
    };
  }

  subscribeAll = (listener: () => void) => {
    this.anyone.add(listener);
    return () => void this.anyone.delete(listener);
  };
}
