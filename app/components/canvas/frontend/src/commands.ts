// What a person can do to the network, said once and used by mouse, keyboard and buttons alike.
import { getViewportForBounds, type ReactFlowInstance, type Viewport } from "@xyflow/react";
import { CARD, type Direction, GRID, type GraphNode, inOrder, onGrid, sameWire, type Wire } from "./graph";
import { tidiedAside } from "./layoutAside";
import type { Size } from "./wrap";
import { madeOf } from "./catalogue";
import { after, clearOf, freeSpot, isFree, makeRoom } from "./place";
import { placeOf } from "./levels";
import type { Box } from "./faultSpot";
import { overviewBox } from "./overviewPlace";
import { newId } from "./protocol";
import type { CardNode, WireEdge } from "./reconcile";
import { isWide, keptFree } from "./stage";
import { apart, possibleWires, refusal } from "./rules";
import { meet, runsThrough } from "./scene";
import type { PortEnd, Session } from "./session";
import { drawnWire } from "./wirePath";

interface Point {
  x: number;
  y: number;
}

export class Commands {
  private narrow = false;
  room: Size | null = null; // what the drawing has, what is kept free for form and panels left out
  seen: Size | null = null; // all that the drawing has
  private before: { view: Viewport; fitted: boolean; room: Size | null } | null = null; // how all was when the panels became wide
  private window = "";
  private held: Point | null = null; // the place of the network that stays in the middle while the window changes
  private release: ReturnType<typeof setTimeout> | undefined;
  private tidying = 0;
  private way: { to: Viewport; until: number } | null = null; // the view goes somewhere smoothly

  constructor(
    readonly session: Session,
    readonly flow: ReactFlowInstance<CardNode, WireEdge>,
    /** The element of the drawing, whose corner is the origin of screen places. */
    readonly stage: () => HTMLElement | null,
  ) {
    session.focusDrawing = () => this.focusDrawing();
  }

  private get graph() {
    return this.session.sync.view;
  }

  private get catalogue() {
    return this.session.catalogue.get();
  }

  private nameOf(id: string): string {
    const node = this.graph.nodes.find((one) => one.id === id);
    return node ? this.catalogue.name(node) : "";
  }

  /** From the palette by click or Enter: after the selected node and wired to it - into its wire if it has just one -, else in
      the middle of the view. */
  addBeside(kind: string): void {
    const selected = this.session.selected();
    const node = selected.length === 1 ? this.graph.nodes.find((one) => one.id === selected[0]) : undefined;
    const middle = this.middle();
    const onward = node && this.onlyWireOf(node);
    if (onward && this.passesOn(kind)) {
      const id = this.insert(kind, after(node, this.session.direction.get()), onward);
      if (id) this.show(id);
      return;
    }
    const wanted = node ? after(node, this.session.direction.get()) : middle;
    const id = this.add(kind, freeSpot(this.graph.nodes, wanted, this.session.direction.get()));
    if (!id) return;
    const wire = node && this.firstWire(node, kind, id);
    if (wire && !refusal(this.graph, this.catalogue, wire)) this.session.edit({ op: "connect", wire });
    this.show(id);
  }

  /** Dropped at a place; on a wire it goes between that wire's ends. */
  addAt(kind: string, middle: Point, wireId: string | null): void {
    const placeholder = this.placeholderAt(middle);
    if (placeholder) return this.standIn(kind, placeholder);
    const wire = wireId ? this.session.edges.get().find((edge) => edge.id === wireId)?.data?.wire : undefined;
    if (wire && this.passesOn(kind)) this.insert(kind, cornerOf(middle), wire);
    else this.add(kind, cornerOf(middle));
  }

  /** The placeholder whose card lies there; what is dropped on it takes its place. */
  placeholderAt({ x, y }: Point): string | null {
    const over = (node: GraphNode) => x >= node.x && x <= node.x + CARD.width && y >= node.y && y <= node.y + CARD.height;
    return this.graph.nodes.findLast((node) => this.isPlaceholder(node) && over(node))?.id ?? null;
  }

  private isPlaceholder({ kind }: GraphNode): boolean {
    return !!this.catalogue.operators.get(kind)?.replaced;
  }

  /** The placeholder that alone is selected. */
  get placeholder(): string | null {
    const [id, ...others] = this.session.selected();
    return !others.length && this.graph.nodes.some((node) => node.id === id && this.isPlaceholder(node)) ? id : null;
  }

  /** Puts an operator in the place of a placeholder, whose wires it takes over. */
  standIn(kind: string, id: string): void {
    const operator = this.catalogue.operators.get(kind);
    this.session.wantsFocus = id;
    if (!this.session.edit({ op: "stand in", id, ...(operator ? madeOf(operator) : { kind }) })) return;
    this.session.select([id]);
    this.session.roving.set(id);
    this.session.spoken.set(`${this.catalogue.title(kind)} takes the place of ${this.nameOf(id)}.`);
  }

  /** Opens the list of operators for the place of a placeholder. */
  chooseStandIn(id: string): void {
    const node = this.graph.nodes.find((one) => one.id === id);
    const box = this.stage()?.getBoundingClientRect();
    if (!node || !box) return;
    const screen = this.flow.flowToScreenPosition({ x: node.x, y: node.y + CARD.height + GRID });
    this.session.picker.set({ what: "operator", screen: { x: screen.x - box.left, y: screen.y - box.top }, at: node, placeholder: id });
  }

  /** From the list that a wire drawn into empty space opens: its port comes to lie at the cursor, wired. */
  addWired(kind: string, at: Point, end: PortEnd | undefined): void {
    const operator = this.catalogue.operators.get(kind);
    const shift = !end ? 0 : end.side === "source" ? 0.5 : -0.5;
    const across = this.session.direction.get() === "lr";
    const middle = across ? { x: at.x + shift * CARD.width, y: at.y } : { x: at.x, y: at.y + shift * CARD.height };
    const id = this.add(kind, freeSpot(this.graph.nodes, cornerOf(middle), this.session.direction.get()));
    if (!id) return;
    this.reveal(id);
    if (!end || !operator) return;
    this.connect(
      end.side === "source"
        ? { from: end.node, from_port: end.port, to: id, to_port: operator.inputs[0]?.name }
        : { from: id, from_port: operator.outputs[0]?.name, to: end.node, to_port: end.port },
    );
  }

  connect(wire: Wire): void {
    const reason = refusal(this.graph, this.catalogue, wire);
    if (reason) return this.session.tell(reason);
    if (this.session.edit({ op: "connect", wire: apart(this.graph.wires, wire) })) {
      this.session.spoken.set(`${this.nameOf(wire.from)} now feeds ${this.nameOf(wire.to)}.`);
    }
  }

  reconnect(old: Wire, wire: Wire): void {
    if (refusal(this.graph, this.catalogue, wire, old)) return;
    const others = this.graph.wires.filter((other) => !sameWire(other, old));
    this.session.edit({ op: "reconnect", old, wire: apart(others, wire) });
  }

  cut(wire: Wire): void {
    this.session.edit({ op: "delete", nodes: [], wires: [wire], heal: false });
    this.session.spoken.set(`The wire from ${this.nameOf(wire.from)} to ${this.nameOf(wire.to)} is gone.`);
  }

  moved(places: { id: string; position: Point }[]): void {
    const at: Record<string, [number, number]> = {};
    const known = new Map(this.graph.nodes.map((node) => [node.id, node]));
    for (const { id, position } of places) {
      const node = known.get(id);
      if (node && (node.x !== position.x || node.y !== position.y)) at[id] = [position.x, position.y];
    }
    if (Object.keys(at).length) this.session.edit({ op: "move", at });
  }

  nudge(dx: number, dy: number): void {
    const chosen = new Set(this.session.selected());
    this.moved(
      this.graph.nodes
        .filter((node) => chosen.has(node.id))
        .map((node) => ({ id: node.id, position: { x: node.x + dx * GRID, y: node.y + dy * GRID } })),
    );
  }

  remove(heal: boolean): void {
    const nodes = this.session.selected();
    // A deleted node's wires go with it; named here they would be gone before the gap is closed.
    const wires = this.session.selectedWires().filter(({ from, to }) => !nodes.includes(from) && !nodes.includes(to));
    if (!nodes.length && !wires.length) return;
    const names = nodes.map((id) => this.nameOf(id));
    const order = inOrder(this.graph).map((node) => node.id);
    const left = order.filter((id) => !nodes.includes(id));
    const before = nodes.length ? order.slice(0, order.indexOf(nodes[0])).filter((id) => left.includes(id)) : [];
    if (!this.session.edit({ op: "delete", nodes, wires, heal })) return;
    this.session.spoken.set(names.length ? `${names.join(", ")} deleted.` : "The wire is gone.");
    if (nodes.length) this.session.roving.set(before.at(-1) ?? left[0] ?? null);
  }

  copy(): void {
    const ids = this.session.selected();
    if (!ids.length) return;
    this.session.clipboard = { where: this.session.sync.where, ids };
    this.session.spoken.set(ids.length === 1 ? "1 node copied." : `${ids.length} nodes copied.`);
  }

  paste(): void {
    const { where, ids } = this.session.clipboard;
    if (where === this.session.sync.where) this.duplicate(ids);
    else this.pasteFrom(where, ids);
  }

  /** What was copied at another level comes into the middle of the view, on nobody's toes. */
  private pasteFrom(source: string, ids: string[]): void {
    const inside = !!this.session.sync.where;
    const there = this.session.sync.levels[source]?.nodes.filter(({ id }) => ids.includes(id)) ?? [];
    const chosen = there.filter((node) => this.mayStand(node, inside));
    if (!chosen.length) {
      if (there.length) this.session.tell(`${this.catalogue.name(there[0])} belongs ${inside ? "outside of blocks" : "into a block"}.`);
      return;
    }
    const { x, y, width, height } = boundsOf(chosen.map(({ x, y }) => ({ position: { x, y } })));
    const middle = this.middle();
    const by = { x: onGrid(middle.x + CARD.width / 2 - x - width / 2), y: onGrid(middle.y + CARD.height / 2 - y - height / 2) };
    const moved = chosen.map((node) => ({ ...node, x: node.x + by.x, y: node.y + by.y }));
    const clear = isFree(this.graph.nodes, moved) ? { x: 0, y: 0 } : clearOf(this.graph.nodes, moved, this.session.direction.get());
    const copies = Object.fromEntries(chosen.map(({ id }) => [id, newId()]));
    this.comes((id) => Object.values(copies).includes(id));
    this.session.edit({ op: "copy", source, copies, dx: by.x + clear.x, dy: by.y + clear.y });
  }

  /** What is selected once Python has made it. */
  private comes(awaited: (id: string) => boolean): void {
    this.session.awaited = awaited;
  }

  private mayStand({ kind }: GraphNode, inside: boolean): boolean {
    return this.catalogue.operators.get(kind)?.stands !== (inside ? "outside" : "inside");
  }

  private get chosen(): GraphNode[] {
    const ids = new Set(this.session.selected());
    return this.graph.nodes.filter(({ id }) => ids.has(id));
  }

  /** Of the selected nodes those that may lie in a block; what belongs outside or to the block stays where it is. */
  get groupable(): string[] {
    return this.chosen.filter(({ kind }) => !this.catalogue.operators.get(kind)?.stands).map(({ id }) => id);
  }

  /** A block of the selected nodes. */
  group(): void {
    const nodes = this.groupable;
    if (!nodes.length) {
      const [first] = this.chosen;
      return this.session.tell(first ? `${this.catalogue.name(first)} cannot lie in a block of its own.` : "Select the nodes that are to be a block.");
    }
    const [block, use] = [newId(), newId()];
    this.session.wantsFocus = use;
    this.comes((id) => id === use);
    if (!this.session.edit({ op: "group", nodes, block, use })) return;
    this.session.spoken.set(`${nodes.length === 1 ? "1 node is" : `${nodes.length} nodes are`} a block now. Enter opens it.`);
  }

  /** The selected uses of blocks. */
  get uses(): GraphNode[] {
    return this.chosen.filter(({ block }) => block !== undefined);
  }

  /** What is in the selected blocks comes in their place. */
  ungroup(): void {
    const uses = this.uses.map(({ id }) => id);
    if (!uses.length) return this.session.tell("Select a block: it is dissolved into what is in it.");
    this.comes((id) => uses.some((use) => id.startsWith(`${use}_`)));
    for (const id of uses) this.session.edit({ op: "ungroup", id });
    this.session.spoken.set(uses.length === 1 ? "The block is dissolved." : `${uses.length} blocks are dissolved.`);
  }

  /** The selected use gets a block of its own, where others have the same. */
  makeUnique(): void {
    const [use] = this.uses;
    if (use) this.session.edit({ op: "unique", id: use.id, block: newId() });
  }

  /** Whether weights can be shared among the selected nodes: two or more of one sort, or some that share already. */
  get tiable(): "tie" | "untie" | null {
    const chosen = this.chosen;
    if (chosen.length && chosen.every(({ shares }) => shares)) return "untie";
    const [first, ...others] = chosen;
    const alike = others.length && others.every(({ kind, block }) => kind === first.kind && block === first.block);
    return alike && this.hasWeights(first) ? "tie" : chosen.some(({ shares }) => shares) ? "untie" : null;
  }

  private hasWeights({ id, shares }: GraphNode): boolean {
    return !!shares || !!this.session.notes.get(id)?.parameters;
  }

  /** The selected nodes apply one layer, that of the first in the network; or each its own again. */
  tie(): void {
    const tiable = this.tiable;
    const chosen = inOrder(this.graph).filter(({ id }) => this.session.selected().includes(id));
    const set = (ids: string[], value: string) => this.session.edit({ op: "set", of: "weights", name: "shares", ids, value, where: this.session.sync.where });
    if (tiable === "untie") {
      set(chosen.filter(({ shares }) => shares).map(({ id }) => id), "");
      this.session.spoken.set("They have weights of their own again.");
    } else if (tiable === "tie") {
      const owner = chosen.find(({ shares }) => !shares)?.id ?? chosen[0].shares!;
      set(chosen.filter(({ id, shares }) => id !== owner && shares !== owner).map(({ id }) => id), owner);
      this.session.spoken.set(`They share the weights of ${this.nameOf(owner)}.`);
    } else this.session.tell("Select two nodes of one kind that have weights: they become one layer, applied twice.");
  }

  /** Whether training leaves the weights of all selected nodes as they are; null where none has any. */
  get frozen(): boolean | null {
    const chosen = this.chosen.filter((node) => this.hasWeights(node));
    return chosen.length ? chosen.every(({ frozen }) => frozen) : null;
  }

  freeze(): void {
    const frozen = this.frozen;
    if (frozen === null) return;
    const ids = this.chosen.filter((node) => this.hasWeights(node)).map(({ id }) => id);
    this.session.edit({ op: "set", of: "weights", name: "frozen", ids, value: !frozen, where: this.session.sync.where });
  }

  duplicateSelection(): void {
    this.duplicate(this.session.selected());
  }

  selectAll(): void {
    this.session.select(this.graph.nodes.map((node) => node.id));
  }

  async tidy(direction: Direction): Promise<void> {
    const { nodes } = this.graph;
    if (!nodes.length) return;
    const turn = ++this.tidying;
    const level = this.session.level.get();
    const late = setTimeout(() => this.session.tell(`The layout of ${nodes.length} nodes is being worked out.`), TELLS_AFTER_MS);
    const seen = this.size();
    const at = await tidiedAside(this.graph, direction, seen ? roomOf(seen) : undefined).finally(() => clearTimeout(late));
    if (turn !== this.tidying || level !== this.session.level.get()) return; // asked for anew since then, or left
    this.session.turn(direction);
    this.moved(Object.entries(at).map(([id, [x, y]]) => ({ id, position: { x, y } })));
    this.fit();
  }

  /** Another level is shown: as it was left, else whole. */
  arrive(): void {
    this.letGo();
    const { viewport } = this.session;
    if (this.before) this.before = { ...this.before, view: viewport ?? this.before.view, fitted: this.session.fitted };
    if (viewport && !this.isSmall) this.goTo(viewport);
    else this.fit();
  }

  /** The whole network, as large as the stage allows; what form and panels take when they open is kept free unless a person asks. */
  fit({ smoothly = false, asked = false } = {}): void {
    const view = this.whole(asked);
    this.session.fitted = true;
    if (view) this.goTo(view, smoothly);
  }

  /** Cards came, or went elsewhere by themselves: where all was seen whole before, it is afterwards, while it can be read. What was
      laid out anew, as by folding or by undoing that, is seen whole at any size, unless the person looks at a part that has cards. Where cards have
      pictures of their units, all of these stay in view, since they are seen from afar, too. */
  follow(before: CardNode[]): void {
    const size = this.size();
    const was = new Map(before.map((node) => [node.id, node.position]));
    const ways = new Set<string>();
    let [came, went, stayed] = [0, 0, 0];
    for (const { id, position, selected } of this.session.nodes.get()) {
      const at = was.get(id);
      if (!at) came += 1;
      else if (selected || (at.x === position.x && at.y === position.y)) stayed += 1; // what is selected the person moves
      else {
        went += 1;
        ways.add(`${position.x - at.x} ${position.y - at.y}`);
      }
    }
    if (!size || !before.length || !(came || went)) return;
    const kept = went + stayed;
    const gone = before.length - kept;
    const isOther = came > 0 && gone > 0 && came + gone > kept; // most of what is seen now, or was before, is not in both
    const isLaidAnew = went > stayed && (ways.size > FEW_WAYS || isOther);
    if (isLaidAnew && (this.session.fitted || !this.isAnyWithin(size))) return this.fit({ smoothly: true });
    if (this.isAllWithin(this.session.fitted ? { ...size, height: size.height - TOOLS } : size)) return;
    if (!this.session.fitted && !this.isAllWithin(size, before)) return;
    if (this.whole()!.zoom >= READABLE || this.session.hasPictures.get()) this.fit({ smoothly: true });
  }

  /** Cards have pictures of their units from now on: all of them come into view, unless the person chose another. */
  gather(): void {
    const size = this.size();
    if (size && this.session.fitted && !this.isAllWithin(size)) this.fit({ smoothly: true });
  }

  /** Brings a place of the network into the middle. */
  look({ x, y }: Point): void {
    this.session.fitted = false;
    void this.flow.setCenter(x, y, { zoom: this.flow.getZoom() });
  }

  zoom(closer: boolean): void {
    this.session.fitted = false;
    void (closer ? this.flow.zoomIn() : this.flow.zoomOut());
  }

  /** Whether every card is seen whole on a stage of this size, as the view stands. */
  isAllWithin({ width, height }: Size, nodes = this.session.nodes.get()): boolean {
    const { x, y, zoom } = this.view;
    return nodes.every(({ position }) => {
      const [left, top] = [position.x * zoom + x, position.y * zoom + y];
      return left >= 0 && top >= 0 && left + CARD.width * zoom <= width && top + CARD.height * zoom <= height;
    });
  }

  private isAnyWithin(size: Size): boolean {
    return this.session.nodes.get().some(({ position }) => meet(onScreen(position, this.view), { x: 0, y: 0, ...size }));
  }

  /** If the window has another size now: until it rests, the middle of the room that there was is held. Palette and panels follow a
      little later. */
  noticeWindow(): void {
    const size = `${window.innerWidth} ${window.innerHeight}`;
    const changed = this.window !== size;
    this.window = size;
    if (!changed || !this.room) return;
    const { x, y, zoom } = this.view;
    this.held ??= { x: (this.room.width / 2 - x) / zoom, y: (this.room.height / 2 - y) / zoom };
    clearTimeout(this.release);
    this.release = setTimeout(() => (this.held = null), AT_REST_MS);
  }

  /** The drawing has this size now. What is opened or folded away leaves the network where it is, since its room was kept free. A
      window or a division of another size fits a network anew that was fitted, or was seen whole and would not be; a view that the person
      chose keeps its middle in a window of another size: back at the old size it is the view as it was. */
  takeRoom(seen: Size): void {
    const [was, wasSeen] = [this.room, this.seen];
    this.noticeWindow();
    [this.room, this.seen] = [roomOf(seen), seen];
    if (!seen.width) return;
    if (isWide() !== this.isSmall) return this.turnWide(was);
    if (was?.width && wasSeen) this.suit(was, wasSeen);
  }

  /** Whether the network is small beside wide panels. */
  get isSmall(): boolean {
    return this.before !== null;
  }

  private turnWide(was: Size | null): void {
    const { before } = this;
    if (!before) {
      this.before = { view: this.view, fitted: this.session.fitted, room: was };
      return this.fit();
    }
    this.before = null;
    this.session.fitted = before.fitted;
    this.goTo(before.view);
    if (before.room) this.suit(before.room, before.room);
    else if (before.fitted) this.fit();
  }

  private suit(was: Size, wasSeen: Size): void {
    const [room, seen] = [this.room!, this.seen!];
    if (isAlike(was, room)) {
      if (this.session.fitted && this.isAllWithin(wasSeen) && !this.isAllWithin(seen)) this.fit(); // fitted into what was folded away
    } else if (this.session.fitted) this.fit();
    else if (this.isHolding) this.holdMiddle();
    else if (this.isAllWithin(was) && !this.isAllWithin(room)) this.fit();
  }

  letGo(): void {
    this.held = null;
    this.way = null;
  }

  get isHolding(): boolean {
    return this.held !== null;
  }

  holdMiddle(): void {
    const { zoom } = this.view;
    if (!this.held || !this.room) return;
    const [x, y] = [this.room.width / 2 - this.held.x * zoom, this.room.height / 2 - this.held.y * zoom];
    this.goTo({ x, y, zoom });
  }

  /** Folding moves the drawing's edge; the view is shifted by as much, so that the network stays where it was. */
  foldPalette(folded: boolean): void {
    if (folded === this.session.folded.get()) return;
    this.session.fitted = false;
    this.setFolded(folded, false);
  }

  /** A narrow canvas folds the palette by itself, and a wide one shows it again unless the person had folded it. */
  fitPalette(width: number): void {
    this.noticeWindow();
    if (isWide()) return; // the drawing is small by itself, and without a palette
    const narrow = width - keptFree().width < NARROW;
    if (narrow === this.narrow) return;
    this.narrow = narrow;
    if (narrow ? this.session.folded.get() : !this.session.foldedForRoom) return;
    this.setFolded(narrow, narrow);
  }

  private setFolded(folded: boolean, forRoom: boolean): void {
    if (folded === this.session.folded.get()) return;
    this.session.folded.set(folded);
    this.session.foldedForRoom = forRoom;
    const { x, y, zoom } = this.view;
    this.goTo({ x: x + (folded ? FOLDS_BY : -FOLDS_BY), y, zoom });
  }

  /** A card that came is seen: if not with the whole network, then by panning. */
  private show(id: string): void {
    requestAnimationFrame(() => this.reveal(id)); // drawn by then, and followed
  }

  /** The stage's size; null as long as it has none. */
  private size(): Size | null {
    const box = this.stage()?.getBoundingClientRect();
    return box?.width ? { width: box.width, height: box.height } : null;
  }

  /** The view that shows the whole network; null as long as there is no stage or no network. inAll: in the room too that is kept free
      for form and panels, and with what only the network has that this one is compared with. */
  whole(inAll = false): Viewport | null {
    const seen = this.size();
    const own: { position: Point }[] = this.session.nodes.get();
    const ghosts = (inAll && this.session.differing.get()?.[this.session.sync.where]?.ghosts) || [];
    const nodes = [...own, ...ghosts.map(({ x, y }) => ({ position: { x, y } }))];
    if (!seen || !nodes.length) return null;
    const { width, height } = inAll ? seen : roomOf(seen);
    const { padding, maxZoom } = FIT;
    const free = this.isSmall ? SMALL : this.session.level.get() ? { ...padding, top: BELOW_BREADCRUMB } : padding;
    const fitted = (width: number, height: number, padding: typeof free | Padding = free) =>
      getViewportForBounds(boundsOf(nodes), width, height, leastZoom(nodes.length), maxZoom, padding);
    const view = fitted(width, height);
    const map = this.isSmall ? null : overviewBox(own.length, { width, height });
    if (!map || !this.liesUnder(map, view, nodes)) return view;
    const [beside, above] = [fitted(map.x, height, { ...free, right: CLEAR }), fitted(width, map.y, { ...free, bottom: CLEAR })];
    return beside.zoom > above.zoom ? beside : above;
  }

  /** Whether a card or a wire would lie under a part of the screen, or close to it. */
  private liesUnder(part: Box, view: Viewport, cards: { position: Point }[]): boolean {
    const { zoom } = view;
    const [width, height] = [(part.width + 2 * CLOSE) / zoom, (part.height + 2 * CLOSE) / zoom];
    const there = { x: (part.x - CLOSE - view.x) / zoom, y: (part.y - CLOSE - view.y) / zoom, width, height };
    if (cards.some(({ position }) => meet({ ...position, ...CARD }, there))) return true;
    const nodes = this.session.nodes.get();
    const byId = new Map(nodes.map((node) => [node.id, node]));
    return this.session.edges.get().some((edge) => {
      const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
      const drawn = source && target && drawnWire(edge, source, target, nodes);
      return !!drawn && runsThrough(drawn, there);
    });
  }

  /** Where the view stands, or will in a moment. */
  private get view(): Viewport {
    return this.way && performance.now() < this.way.until ? this.way.to : this.flow.getViewport();
  }

  private goTo(view: Viewport, smoothly = false): void {
    const duration = smoothly && !window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ? GLIDE_MS : 0;
    this.way = duration ? { to: view, until: performance.now() + duration } : null;
    void this.flow.setViewport(view, { duration });
  }

  /** Pans just far enough that a card is seen. */
  reveal(id: string): void {
    const node = this.graph.nodes.find((one) => one.id === id);
    const box = this.size();
    if (!node || !box) return;
    const { x, y, zoom } = this.view;
    const shift = (at: number, size: number, room: number) => {
      const margin = Math.min(20, Math.max(0, (room - size) / 2));
      return at < margin ? margin - at : at + size > room - margin ? room - margin - size - at : 0;
    };
    const dx = shift(node.x * zoom + x, CARD.width * zoom, box.width);
    const dy = shift(node.y * zoom + y, CARD.height * zoom, box.height);
    if (dx || dy) this.goTo({ x: x + dx, y: y + dy, zoom });
  }

  /** Asked for by the faults panel: that node in the middle, large enough to read. */
  centre(id: string): void {
    const node = this.graph.nodes.find((one) => one.id === id);
    if (!node) return;
    this.session.roving.set(id);
    this.session.fitted = false;
    const zoom = Math.max(this.flow.getZoom(), 0.8);
    void this.flow.setCenter(node.x + CARD.width / 2, node.y + CARD.height / 2, { zoom });
  }

  /** Where the selected wire begins or ends; of a selected node what feeds it, or what it feeds, by its first wire. */
  endOf(end: "from" | "to"): string | null {
    const [wire] = this.session.selectedWires();
    const [node, ...others] = this.session.selected();
    if (node === undefined) return wire?.[end] ?? null;
    const near = end === "from" ? "to" : "from";
    return others.length ? null : (this.graph.wires.find((one) => one[near] === node)?.[end] ?? null);
  }

  /** What people call the node there. */
  nameOfEnd(end: "from" | "to"): string {
    const node = this.graph.nodes.find(({ id }) => id === this.endOf(end));
    const catalogue = this.session.catalogue.get();
    return node ? catalogue.labelOf(node) || catalogue.titleOf(node) : "its end";
  }

  /** Shows the node there, in the middle. */
  jump(end: "from" | "to"): void {
    const id = this.endOf(end);
    if (id) this.session.show(placeOf(this.session.level.get(), id));
  }

  /** The outline in the place of the palette, or the operators again. */
  outline(shown: boolean): void {
    if (shown) this.foldPalette(false);
    this.session.outlined.set(shown);
    if (!shown) this.focusDrawing();
  }

  /** Back to the drawing: to the card where Tab stops, else to the drawing itself. */
  focusDrawing(): void {
    const id = this.session.roving.get();
    const root = this.stage()?.closest<HTMLElement>(".nn-root");
    const card = id ? root?.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(id)}"]`) : null;
    (card ?? root)?.focus({ preventScroll: true });
  }

  /** Along the network, as Tab goes; null at its end. */
  neighbour(id: string, step: 1 | -1): string | null {
    const order = inOrder(this.graph);
    return order[order.findIndex((node) => node.id === id) + step]?.id ?? null;
  }

  /** The nearest card in a direction on the screen, or null. */
  towards(id: string, dx: number, dy: number): string | null {
    const here = this.graph.nodes.find((node) => node.id === id);
    if (!here) return null;
    const far = (node: GraphNode) => {
      const along = (node.x - here.x) * dx + (node.y - here.y) * dy;
      const aside = Math.abs((node.x - here.x) * dy) + Math.abs((node.y - here.y) * dx);
      return along > 0 ? along + 2 * aside : Infinity;
    };
    const best = this.graph.nodes.reduce<GraphNode | null>((a, b) => (far(b) < (a ? far(a) : Infinity) ? b : a), null);
    return best?.id ?? null;
  }

  /** Opens the list of ends for a wire from this node. */
  startWire(id: string): void {
    const node = this.graph.nodes.find((one) => one.id === id);
    const box = this.stage()?.getBoundingClientRect();
    if (!node || !box) return;
    const wired = this.graph.wires.some((wire) => wire.from === id || wire.to === id);
    if (!wired && !possibleWires(this.graph, this.catalogue, node).length) {
      return this.session.tell(`${this.catalogue.name(node)} has nothing to be wired to yet.`);
    }
    const screen = this.flow.flowToScreenPosition({ x: node.x + CARD.width + GRID, y: node.y });
    this.session.picker.set({ what: "wire", node: id, screen: { x: screen.x - box.left, y: screen.y - box.top } });
  }

  private add(kind: string, { x, y }: Point, wire?: Wire): string | null {
    const id = newId();
    this.session.wantsFocus = id;
    const operator = this.catalogue.operators.get(kind);
    const made = operator ? madeOf(operator) : { kind };
    if (!this.session.edit({ op: "add", id, ...made, x, y, ...(wire ? { wire } : {}) })) return null;
    this.session.select([id]);
    this.session.roving.set(id);
    this.session.spoken.set(`${this.catalogue.title(kind)} is on the canvas.`);
    return id;
  }

  /** Into a wire: with room made for the card in the same gesture, and so in the same step of undo. */
  private insert(kind: string, wanted: Point, wire: Wire): string | null {
    const target = this.graph.nodes.find((node) => node.id === wire.to);
    if (!target) return this.add(kind, wanted);
    const { at, moved } = makeRoom(this.graph.nodes, target, wanted, this.session.direction.get());
    const id = this.add(kind, at, wire);
    if (id && Object.keys(moved).length) this.session.edit({ op: "move", at: moved });
    return id;
  }

  private passesOn(kind: string): boolean {
    const operator = this.catalogue.operators.get(kind);
    return !!operator?.inputs.length && !!operator.outputs.length;
  }

  private onlyWireOf(node: GraphNode): Wire | undefined {
    const output = this.catalogue.ports(node, this.graph).outputs[0]?.name;
    const wires = this.graph.wires.filter((wire) => wire.from === node.id && wire.from_port === output);
    return wires.length === 1 ? wires[0] : undefined;
  }

  private duplicate(ids: string[]): void {
    const present = this.graph.nodes.filter((node) => ids.includes(node.id));
    if (!present.length) return;
    const copies = Object.fromEntries(present.map(({ id }) => [id, newId()]));
    const { x, y } = clearOf(this.graph.nodes, present, this.session.direction.get());
    if (!this.session.edit({ op: "duplicate", copies, dx: x, dy: y })) return;
    this.session.select(Object.values(copies));
    this.reveal(copies[present[0].id]);
  }

  private firstWire(source: GraphNode, kind: string, id: string): Wire | null {
    const output = this.catalogue.ports(source, this.graph).outputs[0];
    const input = this.catalogue.operators.get(kind)?.inputs[0];
    return output && input ? { from: source.id, from_port: output.name, to: id, to_port: input.name } : null;
  }

  private middle(): Point {
    const box = this.stage()?.getBoundingClientRect();
    const { x, y, zoom } = this.flow.getViewport();
    return cornerOf({ x: ((box?.width ?? 0) / 2 - x) / zoom, y: ((box?.height ?? 0) / 2 - y) / zoom });
  }
}

const NARROW = 800;
const AT_REST_MS = 1000;
const TELLS_AFTER_MS = 700;
const READABLE = 0.5; // a card below this zoom has its title alone
/** The zoom beyond which nobody gets lost; a large network has to be seen whole. */
export const leastZoom = (nodes: number): number => (nodes > 100 ? 0.02 : 0.1);
const GLIDE_MS = 250;
const FOLDS_BY = 232 - 44; // the palette's two widths in style.css

// Room for the tools at the foot and for a fault's sentence at the sides.
export const FIT = { padding: { top: "24px", bottom: "60px", left: "40px", right: "64px" }, maxZoom: 1 } as const;

type Padding = Record<"top" | "bottom" | "left" | "right", `${number}px`>;
const CLEAR = "16px"; // of the small map
const CLOSE = 6; // pixels from it, where it seems to cover what it does not
const TOOLS = 54; // pixels at the foot that the tools take; FIT leaves a few more
const FEW_WAYS = 3; // that cards go when one is put in between; more, and the network was laid out anew

const BELOW_BREADCRUMB = "60px" as const;
const ROUNDED = 2; // pixels

const isAlike = (a: Size, b: Size) => Math.abs(a.width - b.width) <= ROUNDED && Math.abs(a.height - b.height) <= ROUNDED;

/** What of the stage is left when form and panels are open. */
function roomOf(size: Size): Size {
  const free = keptFree();
  return { width: size.width - free.width, height: size.height - free.height };
}

const SMALL = { top: "14px", bottom: "58px", left: "14px", right: "14px" } as const; // the padding beside wide panels

/** The card whose corner is there, as it is seen. */
const onScreen = ({ x, y }: Point, view: Viewport) => ({ x: x * view.zoom + view.x, y: y * view.zoom + view.y, width: CARD.width * view.zoom, height: CARD.height * view.zoom });

export function boundsOf(nodes: { position: Point }[]) {
  const [xs, ys] = [nodes.map(({ position }) => position.x), nodes.map(({ position }) => position.y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x + CARD.width, height: Math.max(...ys) - y + CARD.height };
}

const cornerOf = (middle: Point): Point => ({ x: onGrid(middle.x - CARD.width / 2), y: onGrid(middle.y - CARD.height / 2) });
