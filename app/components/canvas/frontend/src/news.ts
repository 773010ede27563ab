// What Python tells of the network, put together: often only what differs from a state that this page said it has (news.py).
import { type Block, EMPTY_GRAPH, type GraphNode, type Levels, type Wire, wireId } from "./graph";
import type { Note } from "./stores";

export interface Change<Value> {
  gone: string[];
  put: [string, Value][];
  order: string[] | null;
}

/** notes: of the level that is shown. */
export interface Whole {
  levels: Levels;
  blocks: Record<string, Block>;
  notes: Record<string, Note>;
}

/** base, of: the revision and the level that the changes are of. */
export interface Since {
  base: number;
  of: string;
  changes: {
    levels: Record<string, { nodes: Change<GraphNode>; wires: Change<Wire> }>;
    blocks: Change<Block>;
    notes: Change<Note>;
  };
}

export interface Has {
  rev: number;
  boot: string;
  level: string;
}

const REMEMBERED = 6; // states: more messages than that are not on their way at once

/** The states of one document that Python may build on. */
export class News {
  private newest: Has | null = null;
  private told = ""; // the state that Python was told of last
  private readonly states = new Map<string, Whole>();
  private epoch = "";

  /** The whole state that a message stands for; null where it builds on one that is not known here. */
  whole(told: { epoch: string; boot: string; rev: number; level: string } & (Whole | Since)): Whole | null {
    if (told.epoch !== this.epoch) {
      this.states.clear();
      this.newest = null;
    }
    this.epoch = told.epoch;
    const found = "levels" in told ? { levels: told.levels, blocks: told.blocks, notes: told.notes } : this.after(told);
    if (!found) {
      this.newest = null;
      return null;
    }
    const key = keyOf(told.rev, told.level);
    this.states.delete(key); // to the end
    this.states.set(key, found);
    for (const old of [...this.states.keys()].slice(0, -REMEMBERED)) if (old !== this.told) this.states.delete(old);
    const { rev, boot, level } = told;
    if (!this.newest || rev >= this.newest.rev || boot !== this.newest.boot) this.newest = { rev, boot, level };
    return found;
  }

  /** The state that Python is told of now and may build on from then. */
  tell = (): Has | null => {
    this.told = this.newest ? keyOf(this.newest.rev, this.newest.level) : "";
    return this.newest;
  };

  private after({ base, of, changes }: Since): Whole | null {
    const before = this.states.get(keyOf(base, of));
    if (!before) return null;
    const blocks = changed(before.blocks, changes.blocks);
    return { levels: levelsAfter(before.levels, changes), blocks, notes: changed(before.notes, changes.notes) };
  }
}

const keyOf = (rev: number, level: string) => `${rev} ${level}`;

function levelsAfter(before: Levels, { levels, blocks }: Since["changes"]): Levels {
  const others = Object.entries(levels);
  if (!others.length && !blocks.gone.length) return before;
  const after = { ...before };
  for (const id of blocks.gone) delete after[id];
  for (const [where, { nodes, wires }] of others) {
    const was = before[where] ?? EMPTY_GRAPH;
    after[where] = { nodes: changedList(was.nodes, nodes, ({ id }) => id), wires: changedList(was.wires, wires, wireId) };
  }
  return after;
}

export function changedList<Value>(before: Value[], change: Change<Value>, keyOf: (value: Value) => string): Value[] {
  if (!change.gone.length && !change.put.length && !change.order) return before;
  const values = new Map(before.map((value) => [keyOf(value), value]));
  for (const key of change.gone) values.delete(key);
  for (const [key, value] of change.put) values.set(key, value);
  return (change.order ?? [...values.keys()]).map((key) => values.get(key)!);
}

function changed<Value>(before: Record<string, Value>, { gone, put, order }: Change<Value>): Record<string, Value> {
  if (!gone.length && !put.length && !order) return before;
  const after = { ...before, ...Object.fromEntries(put) };
  for (const key of gone) delete after[key];
  return order ? Object.fromEntries(order.map((key) => [key, after[key]])) : after;
}
