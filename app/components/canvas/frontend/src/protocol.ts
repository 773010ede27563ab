// Keeps the person's edits until Python has them. Python owns the network; the canvas shows Python's last word with the
// edits that it has not answered yet on top. Edits are numbered and sent again with every message until acknowledged, since
// Streamlit may drop all but the newest of several quick messages.
import { applyTo, type Edit, type FirstPorts, type Op, placed } from "./fold";
import { EMPTY_GRAPH, type Graph, type Levels } from "./graph";
import { blockAt, reached } from "./levels";
import type { Has } from "./news";
import type { DockSize } from "./stage";

export interface Snapshot {
  epoch: string;
  rev: number;
  acks: Record<string, number>;
  levels: Levels;
}

export interface SyncState extends Record<string, unknown> {
  epoch: string;
  client: string;
  ops: Op[];
  sel: string[];
  wire: string | null; // the only one that is selected
  level: string; // what is shown
  panel: Turn | null;
  has: Has | null; // the state that this page has
  refused: string[]; // why what stands in a field is no value of it, for each such field
}

/** A turn to another panel, or of how much room the panels have. Later turns have larger numbers, those of the page before a reload too. */
export interface Turn {
  to: string;
  n: number;
  size?: DockSize;
}

/** What the next page says again, if this one goes before Python has answered. */
export interface Kept {
  client: string;
  epoch: string;
  pending: Op[];
  turned: Turn | null;
}

/** A message over a megabyte is refused by the server, so the canvas stops before it. */
export const MESSAGE_LIMIT = 1_000_000;
const SELECTION_PAUSE_MS = 50;
const REMEMBERED = 200;

/** Not crypto.randomUUID: that exists on secure pages only, and a class opens http://<address>:8501. */
export function newId(): string {
  const digits = Array.from({ length: 11 }, () => Math.floor(Math.random() * 36).toString(36));
  return "n" + digits.join("");
}

export class Sync {
  readonly client: string;
  epoch = "";
  rev = -1;
  pending: Op[] = [];
  levels: Levels = { "": EMPTY_GRAPH };
  view: Graph = EMPTY_GRAPH; // the level that is shown
  where = ""; // whose inside that is: a block, or "" for the network itself
  version = 0; // grows with every change that the screen may show, acknowledgements included
  private truth: Levels = this.levels;
  private selection: string[] = [];
  private wire: string | null = null;
  private made: Op[] = []; // the newest edits of this page, answered or not
  private turned: Turn | null = null; // until Python has heard of it
  private lastTurn = 0;
  private refused: string[] = [];
  private next = 1;
  private listeners = new Set<() => void>();
  private sendQueued = false;
  private pause: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly send: (state: SyncState) => void,
    private readonly firstPorts: FirstPorts,
    kept: Kept | null = null,
    private readonly has: () => Has | null = () => null,
    public level = "",
  ) {
    this.client = kept?.pending.length ? kept.client : newId(); // without edits of its own to go on from, its numbers begin anew
    if (!kept) return;
    this.epoch = kept.epoch;
    this.pending = kept.pending;
    this.made = kept.pending;
    this.next = Math.max(0, ...kept.pending.map(({ n }) => n)) + 1;
    this.turned = kept.turned;
    this.lastTurn = kept.turned?.n ?? 0;
  }

  /** What the next page has to say again, if anything. */
  get kept(): Kept | null {
    const { client, epoch, pending, turned } = this;
    return pending.length || turned ? { client, epoch, pending, turned } : null;
  }

  /** False when Python has been away so long that the unanswered edits no longer fit in one message. */
  push(edit: Edit): boolean {
    const op: Op = { ...placed(edit, this.where), n: this.next };
    const size = new TextEncoder().encode(JSON.stringify(this.state([...this.pending, op]))).length;
    if (size > MESSAGE_LIMIT) return false;
    this.next += 1;
    this.pending = [...this.pending, op];
    this.made = [...this.made, op].slice(-REMEMBERED);
    this.lay(applyTo(this.levels, op, this.firstPorts));
    this.changed();
    this.sendSoon();
    return true;
  }

  /** The edits that whoever has heard of `acks` does not know of yet. Forms hear of their answers apart from the canvas. */
  since(acks: Record<string, number>): Op[] {
    const known = acks[this.client] ?? 0;
    return this.made.filter(({ n }) => n > known);
  }

  /** How many edits this page has made. */
  get count(): number {
    return this.next - 1;
  }

  /** The panel that the person turned to and Python does not know of yet. */
  get wish(): Turn | null {
    return this.turned;
  }

  turn(to: string, size?: DockSize): void {
    const still = this.turned?.size === "folded" ? "low" : this.turned?.size; // a panel that is turned to is seen
    this.lastTurn = Math.max(Date.now(), this.lastTurn + 1);
    this.turned = { to, n: this.lastTurn, size: size ?? still };
    this.changed();
    this.sendSoon();
  }

  /** What stands in fields and was refused: it is no edit, and whoever trains is to know. */
  refuse(why: string[]): void {
    if (why.join("\n") === this.refused.join("\n")) return;
    this.refused = why;
    this.sendSoon();
  }

  /** Python has heard of all turns up to this one: from now on what it says holds. */
  heardOfTurn(n: number): void {
    if (!this.turned || this.turned.n > n) return;
    this.turned = null;
    this.changed();
  }

  /** wire: the only one that is selected, by its name. */
  select(ids: string[], wire: string | null = null): void {
    if (wire === this.wire && ids.length === this.selection.length && ids.every((id, i) => id === this.selection[i])) return;
    this.selection = ids;
    this.wire = wire;
    clearTimeout(this.pause);
    this.pause = setTimeout(() => this.sendSoon(), SELECTION_PAUSE_MS);
  }

  /** Sends a selection that still waits, before something that builds on it. */
  flush(): void {
    if (this.pause === undefined && !this.sendQueued) return;
    this.sendNow();
  }

  receive(snapshot: Snapshot): void {
    const fresh = this.epoch !== "" && snapshot.epoch !== this.epoch; // another project: forms may be there, and used, before the canvas is
    if (!fresh && snapshot.rev < this.rev) return;
    const acked = snapshot.acks[this.client] ?? 0;
    const pending = fresh ? [] : this.pending.filter((op) => op.n > acked);
    if (!fresh && snapshot.rev === this.rev && pending.length === this.pending.length) return;
    this.epoch = snapshot.epoch;
    this.rev = snapshot.rev;
    this.pending = pending;
    if (fresh) this.made = [];
    this.truth = snapshot.levels;
    this.lay(pending.reduce((levels, op) => applyTo(levels, op, this.firstPorts), this.truth));
    this.changed();
  }

  /** Shows another level, as far as there is a way to it. */
  go(level: string): void {
    const there = reached(this.levels, level);
    if (there === this.level) return;
    this.level = there;
    this.selection = [];
    this.wire = null;
    this.lay(this.levels);
    this.changed();
    this.sendSoon();
  }

  /** What is shown follows from all levels; of one whose block is gone, what was around it. */
  private lay(levels: Levels): void {
    this.levels = levels;
    this.level = reached(levels, this.level);
    this.where = blockAt(levels, this.level);
    this.view = levels[this.where] ?? EMPTY_GRAPH;
  }

  /** Python built on a state that is not known here: hearing that there is none, it says the whole. */
  ask(): void {
    this.sendSoon();
  }

  /** A canvas that was built anew says again what the old one may not have got through. */
  resend(): void {
    if (this.pending.length || this.turned) this.sendSoon();
  }

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  };

  private state(ops: Op[]): SyncState {
    const { epoch, client, selection: sel, wire, level, turned: panel, refused } = this;
    return { epoch, client, ops, sel, wire, level, panel, has: this.has(), refused };
  }

  /** Edits of one gesture leave as one message. */
  private sendSoon(): void {
    if (this.sendQueued) return;
    this.sendQueued = true;
    queueMicrotask(() => {
      if (this.sendQueued) this.sendNow();
    });
  }

  private sendNow(): void {
    this.sendQueued = false;
    clearTimeout(this.pause);
    this.pause = undefined;
    this.send(this.state(this.pending));
  }

  private changed(): void {
    this.version += 1;
    for (const listener of this.listeners) listener();
  }
}
