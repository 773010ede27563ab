// All that the canvas of one document remembers: unanswered edits, selection, viewport, clipboard. It outlives React's tree, so
// that a remount by Streamlit is not seen; the viewport outlives a reload of the page too.
import { applyEdgeChanges, applyNodeChanges, type EdgeChange, type NodeChange, type Viewport } from "@xyflow/react";
import { Catalogue } from "./catalogue";
import { Cell } from "./cell";
import type { Differing } from "./differing";
import type { Edit, Target } from "./fold";
import { type Direction, type Graph, type Palette, type Wire, wireId } from "./graph";
import type { Flow } from "./flows";
import { focusForm } from "./form";
import { News, type Since, type Whole } from "./news";
import { keep, takeKept } from "./kept";
import { directionOf } from "./layout";
import { graphAt, partsOf, placeOf, stepsOf } from "./levels";
import { pollers, type Run } from "./poller";
import { type Snapshot, Sync, type SyncState } from "./protocol";
import { type CardNode, reconcileEdges, reconcileNodes, type WireEdge, withPainted } from "./reconcile";
import type { PortSide } from "./rules";
import { NO_SCENE, type Scene } from "./scene";
import { type Lit, lineage, litAgain, told, type Ways } from "./lineage";
import { NOTHING_SHOWN, type Showing, type Shown } from "./shown";
import { KeyedStore, lookOf, type Note, type Strip } from "./stores";

interface Told extends Omit<Snapshot, "levels"> {
  id: string;
  level: string; // whose notes are told
  led?: { client: string; n: number; level: string } | null; // where a page's undo or redo of this number belongs
  palette?: Palette; // with a whole state
  tour?: number | null; // the tour was asked for elsewhere: another number for each time
  run?: Run | null; // whose activations the cards show
  differing?: Record<string, Differing> | null; // what another network has otherwise, by the block that it is in
  loud?: boolean; // somebody wanted to train: what is unfinished is told like a fault
  boot: string; // another one than before: the server was started anew
}

export interface PortEnd {
  node: string;
  port: string;
  side: PortSide;
}

export type Data = Told & (Whole | Since);

/** A small list that is open: operators to add at a place (perhaps wired), or ends for a wire from a node. */
export type Picker =
  | { what: "operator"; screen: { x: number; y: number }; at: { x: number; y: number }; end?: PortEnd; placeholder?: string }
  | { what: "wire"; screen: { x: number; y: number }; node: string };

/** What can be done with what is selected, or with the view, as a list at a place of the stage. */
export interface Menu {
  of: "nodes" | "wire" | "view";
  x: number;
  y: number;
}

export interface Toast {
  text: string;
  n: number;
}

let tourSeen = 0; // of all documents: whoever goes to another one has walked it

const GOES_ON_MS = 10_000;

const NO_PALETTE: Palette = { families: [], operators: [], refusals: {} };

const REGISTRY = Symbol.for("graphbuilder.sessions");

/** The session of a project, one a page: the canvas and the forms beside it are scripts of their own, and find it on the page. */
export function sessionOf(id: string): Session {
  const page = window as unknown as { [REGISTRY]?: Map<string, Session> };
  const all = (page[REGISTRY] ??= new Map());
  if (!all.has(id)) all.set(id, new Session(id));
  return all.get(id)!;
}

export const allSessions = (): Session[] => [...((window as unknown as { [REGISTRY]?: Map<string, Session> })[REGISTRY]?.values() ?? [])];

export class Session {
  readonly sync: Sync;
  private readonly news = new News();
  readonly notes = new KeyedStore<Note>();
  readonly strips = new KeyedStore<Strip>();
  readonly flows = new KeyedStore<Flow>(); // of the node that a wire leaves
  readonly flowing = new Cell<"forward" | "backward">("forward"); // what wires show
  readonly hasFlows = new Cell(false); // whether a way back was recorded
  readonly hasPictures = new Cell(false); // some card had one of its units: such a network is seen from afar, too, and between two runs
  readonly run = new Cell<Run | null>(null);
  readonly showing = new Cell<Showing>("training"); // at the foot of cards
  readonly unitsShown = new Cell(false); // of a network of points, in the place of cards
  readonly shown = new Cell<Shown>(NOTHING_SHOWN);
  readonly catalogue = new Cell(new Catalogue(NO_PALETTE));
  readonly level: Cell<string>; // what the lists below are of
  readonly nodes = new Cell<CardNode[]>([]);
  readonly edges = new Cell<WireEdge[]>([]);
  readonly scene = new Cell<Scene>(NO_SCENE); // what of them stands as elements
  several = false; // the last press was one that adds to a selection
  readonly direction = new Cell<Direction>("lr");
  readonly roving = new Cell<string | null>(null); // the one card that Tab stops at
  readonly picker = new Cell<Picker | null>(null);
  readonly menu = new Cell<Menu | null>(null);
  readonly help = new Cell(false);
  readonly touring = new Cell(false);
  readonly folded = new Cell(false); // the palette
  foldedForRoom = false; // by itself, not by the person
  readonly trouble = new Cell<string | null>(null); // why what is changed is not kept by the server now
  readonly toast = new Cell<Toast | null>(null);
  readonly spoken = new Cell("");
  readonly fits = new Cell<Set<string> | null>(null); // ports that the wire being drawn may end at
  readonly target = new Cell<string | null>(null); // the card that the open list points at
  readonly dropWire = new Cell<string | null>(null); // the wire under a dragged operator
  readonly focus = new Cell<{ node: string; n: number } | null>(null); // to be shown: another number for each time
  readonly finding = new Cell<string | null>(null); // what is looked for in the field that Ctrl+F opens
  readonly found = new Cell<ReadonlySet<string> | null>(null); // the nodes that it marks
  readonly lit = new Cell<Lit | null>(null); // what alone is not dimmed
  readonly outlined = new Cell(false); // the outline stands in the place of the palette
  readonly opened = new Cell<ReadonlySet<string>>(new Set()); // places of blocks in it
  readonly loud = new Cell(false);
  readonly differing = new Cell<Record<string, Differing> | null>(null);
  readonly newestFault = new Cell<string | null>(null); // the node whose fault came up last
  readonly quiet = new Cell<ReadonlySet<string>>(new Set()); // the nodes whose sentence was put away
  clipboard: { where: string; ids: string[] } = { where: "", ids: [] };
  awaited: ((id: string) => boolean) | null = null; // nodes that are selected as soon as Python has made them
  wantsFocus: string | null = null; // a card to focus as soon as it is drawn
  viewport: Viewport | null;
  fitted: boolean; // nobody moved the view since the network was fitted into it
  setState: (state: SyncState) => void = () => {};
  sendOpen: (id: string) => void = () => {};
  readonly drafts = new Set<() => void>(); // take what is being typed into a field
  private readonly refusals = new Map<string, string[]>(); // by field: why what stands there was refused
  formOf = ""; // the nodes whose form stands beside the canvas
  focusDrawing: () => void = () => {}; // the card where Tab stops
  labelField: (id: string) => HTMLInputElement | null = () => null; // of the form beside the canvas, when it shows this node
  private entered = { field: "", version: 0, when: -Infinity };
  private paletteText = "";
  private boot = "";
  private toasts = 0;
  private wasSelected: string[] = [];
  private noted = new Map<string, Record<string, Note>>(); // what was told last of each level
  private led = 0; // the last edit after which nobody leads the person elsewhere

  constructor(readonly id: string) {
    this.sync = new Sync(
      (state) => this.setState(state),
      (kind, uses) => {
        const { operators, blocks } = this.catalogue.get();
        const ports = uses === undefined ? operators.get(kind) : blocks[uses]?.ports;
        return { input: ports?.inputs[0]?.name, output: ports?.outputs[0]?.name, ports: uses === undefined ? undefined : ports };
      },
      takeKept(id),
      this.news.tell,
      readLevel(id),
    );
    this.level = new Cell(this.sync.level);
    [this.viewport, this.fitted] = readViewport(id, this.sync.level);
    this.sync.subscribe(() => this.rebuild());
  }

  receive(told: Data): void {
    const known = this.news.whole(told);
    if (!known) return this.sync.ask();
    const data = { ...told, ...known };
    if (data.run?.id !== this.run.get()?.id) this.run.set(data.run ?? null);
    const text = JSON.stringify(data.palette);
    const otherPalette = data.palette && text !== this.paletteText;
    if (data.palette && otherPalette) {
      this.paletteText = text;
      this.catalogue.set(new Catalogue(data.palette, data.blocks));
    }
    const { palette, blocks } = this.catalogue.get();
    if (data.rev >= this.sync.rev && JSON.stringify(data.blocks) !== JSON.stringify(blocks)) this.catalogue.set(new Catalogue(palette, data.blocks));
    if (this.sync.rev < 0) this.direction.set(directionOf(graphAt(data.levels, this.sync.level)));
    this.loud.set(!!data.loud);
    if (JSON.stringify(data.differing ?? null) !== JSON.stringify(this.differing.get())) this.differing.set(data.differing ?? null);
    if (data.epoch !== this.sync.epoch || data.rev >= this.sync.rev) {
      if (data.epoch !== this.sync.epoch) this.noted.clear();
      this.noted.set(data.level, data.notes);
      if (data.level === this.sync.level) this.take(data);
    }
    const { view: before, level } = this.sync;
    this.sync.receive(data);
    const turned = level === this.sync.level && mostMoved(before, this.sync.view); // as an undone tidying does, here or in another tab
    if (turned) this.direction.set(directionOf(this.sync.view));
    if (otherPalette || turned) this.rebuild();
    if (data.led?.client === this.sync.client && data.led.n > this.led) {
      this.led = data.led.n;
      this.sync.go(data.led.level);
    }
    if (data.tour && data.tour > tourSeen) {
      tourSeen = data.tour;
      this.touring.set(true);
    }
    if (this.boot && data.boot !== this.boot) this.tell("The server was started anew. Your draft is as you left it.");
    this.boot = data.boot;
  }

  private take(data: Whole & Pick<Told, "loud">): void {
    const came = newFault(data, (id) => this.notes.get(id));
    if (came) {
      this.newestFault.set(came);
      this.speakOf([came]);
    }
    this.notes.replace(data.notes);
  }

  /** What was told last of the nodes of a level, where it was shown. */
  toldOf = (level: string) => (id: string): Note | undefined => this.noted.get(level)?.[id];

  /** Shows another level: the inside of a block, or what is around one. */
  go(level: string): void {
    this.led = this.sync.count; // whoever goes elsewhere by himself is not led back
    this.sync.go(level);
  }

  /** Shows what is around the block that is shown; false in the network itself. */
  leave(): boolean {
    const steps = stepsOf(this.sync.level);
    this.go(steps.slice(0, -1).join("/"));
    return steps.length > 0;
  }

  /** Goes into a block, or takes the person to a node's form. Python hears of the selection first: that alone already draws the form. */
  open(id: string): void {
    const { level, levels, view } = this.sync;
    const block = view.nodes.find((node) => node.id === id)?.block;
    if (block !== undefined && levels[block]) return this.go(placeOf(level, id));
    if (this.selected().join() !== id) this.select([id]);
    this.sync.flush();
    this.sendOpen(id);
    focusForm(() => this.labelField(id));
  }

  /** Shows the node at a place, which may be in a block: in the middle, selected. */
  show(place: string): void {
    const { level, id } = partsOf(place);
    this.go(level);
    this.select([id]);
    this.focus.set({ node: id, n: (this.focus.get()?.n ?? 0) + 1 });
  }

  /** Lights what leads to these nodes and depends on them; asked for once more, everything again. */
  light(of: string[], ways: Ways = "both"): void {
    const before = this.lit.get();
    const again = before?.ways === ways && before.of.join() === of.join();
    const lit = again || !of.length ? null : lineage(this.sync.view, of, ways);
    this.lit.set(lit);
    const node = lit && this.sync.view.nodes.find(({ id }) => id === of[0]);
    if (lit && node) this.spoken.set(told(lit, this.catalogue.get().name(node)));
  }

  /** A value entered into a field. What is typed or stepped on in the same field just after is one step with it. */
  enter(target: Target, name: string, value: unknown, goesOn: boolean): boolean {
    const field = JSON.stringify([target, name]);
    const { field: before, version, when } = this.entered;
    const again = goesOn && field === before && version === this.sync.count && performance.now() - when < GOES_ON_MS;
    const taken = this.edit({ op: "set", ...target, name, value, ...(again ? { again } : {}) });
    this.entered = { field, version: this.sync.count, when: performance.now() };
    return taken;
  }

  edit(edit: Edit): boolean {
    const taken = this.sync.push(edit);
    if (taken) pollers.hurry(this.run.get()?.id);
    else this.tell("The server has not answered for too long; this edit was not made. Wait, or reload the page.");
    return taken;
  }

  turn(direction: Direction): void {
    this.direction.set(direction);
    this.rebuild();
  }

  changeNodes = (changes: NodeChange<CardNode>[]) => {
    const before = this.nodes.get();
    const now = applyNodeChanges(changes, before);
    const { isPainted, nodes } = this.scene.get();
    this.nodes.set(isPainted ? withPainted(changes, before, now, nodes, this.several) : now);
    this.reportSelection();
  };

  changeEdges = (changes: EdgeChange<WireEdge>[]) => {
    this.edges.set(applyEdgeChanges(changes, this.edges.get()));
    this.reportSelection();
  };

  /** Selects one wire alone. */
  selectWire(wire: Wire): void {
    this.select([]);
    this.edges.set(this.edges.get().map((edge) => (edge.id === wireId(wire) ? { ...edge, selected: true } : edge)));
    this.reportSelection();
  }

  select(ids: string[]): void {
    const chosen = new Set(ids);
    this.nodes.set(
      this.nodes.get().map((node) => (!!node.selected === chosen.has(node.id) ? node : { ...node, selected: chosen.has(node.id) })),
    );
    this.edges.set(this.edges.get().map((edge) => (edge.selected ? { ...edge, selected: false } : edge)));
    this.reportSelection();
  }

  selected = (): string[] =>
    this.nodes
      .get()
      .filter((node) => node.selected)
      .map((node) => node.id);

  selectedWires = (): Wire[] =>
    this.edges
      .get()
      .filter((edge) => edge.selected)
      .map((edge) => edge.data!.wire);

  /** Puts the sentences of all faults away that there are now, until they change or their node is selected anew. */
  hush(): void {
    this.quiet.set(new Set(this.sync.view.nodes.map(({ id }) => id).filter((id) => this.notes.get(id)?.fault)));
  }

  private speakOf(ids: string[]): void {
    const quiet = this.quiet.get();
    if (ids.some((id) => quiet.has(id))) this.quiet.set(new Set([...quiet].filter((id) => !ids.includes(id))));
  }

  /** Whether what a field is for is still there. */
  isThere({ ids, where = "" }: Target): boolean {
    return !ids || ids.some((id) => this.sync.levels[where]?.nodes.some((node) => node.id === id));
  }

  /** A message that is seen and read out. */
  tell(text: string): void {
    this.toasts += 1;
    this.toast.set({ text, n: this.toasts });
  }

  keepViewport = (viewport: Viewport) => {
    this.viewport = viewport;
    try {
      sessionStorage.setItem(storageKey(this.id, this.level.get()), JSON.stringify({ ...viewport, fitted: this.fitted }));
    } catch {
      // storage is blocked: the viewport lasts as long as the page
    }
  };

  /** The page goes; what is being typed is taken, and what Python has not answered outlives it. */
  keepEdits(): void {
    for (const take of [...this.drafts]) take();
    const { kept } = this.sync;
    if (kept) keep(this.id, kept);
  }

  /** What stands in a field was refused, for these reasons; none any more, or the field is gone. */
  refuse(field: string, why: string[]): void {
    if (why.length) this.refusals.set(field, why);
    else this.refusals.delete(field);
    this.sync.refuse([...this.refusals.values()].flat());
  }

  /** The page came back as it was, with its edits. */
  forgetKeptEdits(): void {
    takeKept(this.id);
  }

  private rebuild(): void {
    const { view, level } = this.sync;
    if (level !== this.level.get()) return this.arrive();
    this.nodes.set(reconcileNodes(this.nodes.get(), view, this.catalogue.get(), this.direction.get()));
    this.edges.set(reconcileEdges(this.edges.get(), view));
    const lit = this.lit.get();
    if (lit) this.lit.set(litAgain(lit, view));
    const came = this.awaited ? view.nodes.filter(({ id }) => this.awaited!(id)).map(({ id }) => id) : [];
    if (came.length) {
      this.awaited = null;
      this.select(came);
      this.roving.set(came[0]);
    }
    const roving = this.roving.get();
    if (!roving || !view.nodes.some((node) => node.id === roving)) this.roving.set(view.nodes[0]?.id ?? null);
    this.reportSelection();
  }

  /** Another level is shown than before: as it was left, and selected what one came out of. */
  private arrive(): void {
    const { view, level } = this.sync;
    const from = this.level.get();
    const cameOutOf = from.startsWith(placeOf(level, "")) ? stepsOf(from)[stepsOf(level).length] : undefined;
    [this.viewport, this.fitted] = readViewport(this.id, level);
    this.direction.set(directionOf(view));
    for (const cell of [this.picker, this.menu, this.target, this.dropWire, this.newestFault, this.fits, this.lit]) cell.set(null);
    this.quiet.set(new Set());
    this.wasSelected = [];
    this.notes.replace(this.noted.get(level) ?? {});
    const nodes = reconcileNodes([], view, this.catalogue.get(), this.direction.get());
    this.nodes.set(nodes.map((node) => (node.id === cameOutOf ? { ...node, selected: true } : node)));
    this.edges.set(reconcileEdges([], view));
    this.roving.set(cameOutOf ?? view.nodes[0]?.id ?? null);
    this.level.set(level);
    keepLevel(this.id, level);
    this.reportSelection();
  }

  private reportSelection(): void {
    const now = this.selected();
    this.speakOf(now.filter((id) => !this.wasSelected.includes(id)));
    this.wasSelected = now;
    const wires = this.selectedWires();
    this.sync.select(now, !now.length && wires.length === 1 ? wireId(wires[0]) : null);
  }
}

/** A node with a fault that it did not have before. */
function newFault({ notes, loud }: Whole & Pick<Told, "loud">, before: (id: string) => Note | undefined): string | undefined {
  const came = Object.entries(notes).find(
    ([id, { fault }]) => fault?.text && lookOf(fault, !!loud) !== "need" && before(id)?.fault?.text !== fault.text,
  );
  return came?.[0];
}

function mostMoved(before: Graph, now: Graph): boolean {
  const at = new Map(before.nodes.map((node) => [node.id, node]));
  const moved = now.nodes.filter(({ id, x, y }) => at.has(id) && (at.get(id)!.x !== x || at.get(id)!.y !== y));
  return moved.length > now.nodes.length / 2;
}

const storageKey = (id: string, level: string) => `graphbuilder.viewport.${placeOf(id, level)}`;

/** The view of a level as it was left, and whether the network was fitted into it. */
function readViewport(id: string, level: string): [Viewport | null, boolean] {
  try {
    const { x, y, zoom, fitted } = JSON.parse(sessionStorage.getItem(storageKey(id, level))!);
    return [x, y, zoom].every(Number.isFinite) ? [{ x, y, zoom }, !!fitted] : [null, true];
  } catch {
    return [null, true];
  }
}

const levelKey = (id: string) => `graphbuilder.level.${id}`;

function readLevel(id: string): string {
  try {
    return sessionStorage.getItem(levelKey(id)) ?? "";
  } catch {
    return "";
  }
}

function keepLevel(id: string, level: string): void {
  try {
    sessionStorage.setItem(levelKey(id), level);
  } catch {
    // storage is blocked: the page begins at the network itself
  }
}
