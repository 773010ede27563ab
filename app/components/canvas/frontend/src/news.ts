// What Python tells of the network, put together: often only what differs from a state that this page said it has (news.py).
import { type Graph, type GraphNode, type Wire, wireId } from "./graph";
import type { Note } from "./stores";

export interface Change<Value> {
  gone: string[];
  put: [string, Value][];
  order: string[] | null;
}

export interface Whole {
  doc: Graph;
  notes: Record<string, Note>;
}

export interface Since {
  base: number; // the revision that the changes are of
  changes: { nodes: Change<GraphNode>; wires: Change<Wire>; notes: Change<Note> };
}

export interface Has {
  rev: number;
  boot: string;
}

const REMEMBERED = 6; // states: more messages than that are not on their way at once

/** The states of one document that Python may build on. */
export class News {
  private newest: Has | null = null;
  private told = -1; // the revision that Python was told of last
  private readonly states = new Map<number, Whole>();
  private epoch = "";

  /** The whole state that a message stands for; null where it builds on one that is not known here. */
  whole(told: { epoch: string; boot: string; rev: number } & (Whole | Since)): Whole | null {
    if (told.epoch !== this.epoch) {
      this.states.clear();
      this.newest = null;
    }
    this.epoch = told.epoch;
    const found = "doc" in told ? { doc: told.doc, notes: told.notes } : this.after(told);
    if (!found) {
      this.newest = null;
      return null;
    }
    this.states.delete(told.rev); // to the end
    this.states.set(told.rev, found);
    for (const old of [...this.states.keys()].slice(0, -REMEMBERED)) if (old !== this.told) this.states.delete(old);
    if (!this.newest || told.rev >= this.newest.rev || told.boot !== this.newest.boot) this.newest = { rev: told.rev, boot: told.boot };
    return found;
  }

  /** The state that Python is told of now and may build on from then. */
  tell = (): Has | null => {
    this.told = this.newest?.rev ?? -1;
    return this.newest;
  };

  private after({ base, changes }: Since): Whole | null {
    const before = this.states.get(base);
    if (!before) return null;
    const notes = changed(before.notes, changes.notes);
    const nodes = changedList(before.doc.nodes, changes.nodes, ({ id }) => id);
    const wires = changedList(before.doc.wires, changes.wires, wireId);
    const same = nodes === before.doc.nodes && wires === before.doc.wires;
    return { doc: same ? before.doc : { nodes, wires }, notes };
  }
}

export function changedList<Value>(before: Value[], change: Change<Value>, keyOf: (value: Value) => string): Value[] {
  if (!change.gone.length && !change.put.length && !change.order) return before;
  const values = new Map(before.map((value) => [keyOf(value), value]));
  for (const key of change.gone) values.delete(key);
  for (const [key, value] of change.put) values.set(key, value);
  return (change.order ?? [...values.keys()]).map((key) => values.get(key)!);
}

function changed(before: Record<string, Note>, { gone, put }: Change<Note>): Record<string, Note> {
  if (!gone.length && !put.length) return before;
  const notes = { ...before, ...Object.fromEntries(put) };
  for (const key of gone) delete notes[key];
  return notes;
}
