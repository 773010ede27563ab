// What of a network stands on the page as elements. A small network does whole. Of a large one only the cards that are in view and
// large enough to be read, and what a hand could take hold of: cards and wires under the pointer. The rest is painted (paint.ts),
// which costs a fiftieth; the outline for screen readers has all.
import type { Box } from "./faultSpot";
import { CARD } from "./graph";
import type { CardNode, WireEdge } from "./reconcile";
import { type Drawn, drawnWire, pointsOf } from "./wirePath";

export interface View {
  x: number;
  y: number;
  zoom: number;
  width: number;
  height: number;
}

export interface Hold {
  pointer: { x: number; y: number } | null; // on the network's plane
  nodes: ReadonlySet<string>; // that have to stand wherever they are: what has the focus, what a wire is pulled from
  wires: ReadonlySet<string>;
}

export interface Scene {
  nodes: CardNode[];
  edges: WireEdge[];
  isPainted: boolean;
  isFar: boolean; // cards are painted too
  isHeldWhole: boolean; // every wire of a card that is dragged stands, so that nothing painted moves with it
  isPartly: boolean; // cards that are to stand are still painted, since more came into view than are made in one frame
}

export const FAR = 0.5; // the zoom below which a card has a few large words alone
const FEW = 60; // cards, and twice as many wires, stand as elements whatever the view
const STEP = 480; // the view is looked at in steps of so much, so that few frames of a pan change anything
const REACH = 24; // pixels on the screen around the pointer
const WIDE = 20; // pixels over which a wire can be taken
const MOST_WIRES = 30;
const MOST_DRAGGED = 80; // wires of dragged cards
const MOST_NEW = 6; // cards in a frame: each takes 2 ms to be made, and where the zoom passes FAR some forty come into view at once

export function sceneOf(nodes: CardNode[], edges: WireEdge[], view: View, hold: Hold, isOnWire: IsOnWire): Scene {
  if (nodes.length <= FEW && edges.length <= 2 * FEW) return { nodes, edges, isPainted: false, isFar: false, isHeldWhole: true, isPartly: false };
  const isFar = view.zoom < FAR;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const box = isFar ? null : inSteps(seen(view));
  const near = hold.pointer && around(hold.pointer, REACH / view.zoom);
  const standing = new Set<string>();
  for (const { id, position, dragging } of nodes) {
    const card = { ...position, ...CARD };
    if (dragging || hold.nodes.has(id) || (box && meet(card, box)) || (near && meet(card, near))) standing.add(id);
  }
  const dragged = new Set(nodes.filter(({ dragging }) => dragging).map(({ id }) => id));
  const theirs = dragged.size ? edges.filter((edge) => dragged.has(edge.source) || dragged.has(edge.target)) : [];
  const isHeldWhole = theirs.length <= MOST_DRAGGED;
  const held = new Set(isHeldWhole ? theirs : []);
  const wires = [];
  for (const edge of edges) {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target) continue;
    if (!edge.selected && !held.has(edge) && !hold.wires.has(edge.id) && !(wires.length < MOST_WIRES && hold.pointer && near && touches(edge, source, target, near))) continue;
    wires.push(edge);
    standing.add(source.id).add(target.id);
  }
  return { nodes: nodes.filter(({ id }) => standing.has(id)), edges: wires, isPainted: true, isFar, isHeldWhole, isPartly: false };

  function touches(edge: WireEdge, source: CardNode, target: CardNode, near: Box): boolean {
    const drawn = drawnWire(edge, source, target, nodes);
    return !!drawn && meet(drawn.box, near) && isOnWire(drawn, hold.pointer!, WIDE / view.zoom);
  }
}

/** Whether a place is on a wire that is drawn so broad. */
export type IsOnWire = (wire: Drawn, at: { x: number; y: number }, breadth: number) => boolean;

/** The part of the plane that is in view. */
export const seen = ({ x, y, zoom, width, height }: View): Box => ({ x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom });

export const meet = (a: Box, b: Box) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Whether a wire comes into a part of the plane, or the lines between its points do. */
export function runsThrough({ path, box }: Drawn, part: Box): boolean {
  if (!meet(box, part)) return false;
  const points = pointsOf(path);
  return points.some(([x, y], i) => {
    const [fromX, fromY] = points[Math.max(0, i - 1)];
    return meet({ x: Math.min(x, fromX), y: Math.min(y, fromY), width: Math.abs(x - fromX), height: Math.abs(y - fromY) }, part);
  });
}

const around = ({ x, y }: { x: number; y: number }, reach: number): Box => ({ x: x - reach, y: y - reach, width: 2 * reach, height: 2 * reach });

function inSteps({ x, y, width, height }: Box): Box {
  const low = (at: number) => Math.floor((at - STEP / 4) / STEP) * STEP;
  const high = (at: number) => Math.ceil((at + STEP / 4) / STEP) * STEP;
  const [left, top] = [low(x), low(y)];
  return { x: left, y: top, width: high(x + width) - left, height: high(y + height) - top };
}

/** The next scene with as many new cards as are made in one frame: those that are held or have a wire, then those nearest to the middle
    of the view. What comes first, or on another level, comes whole. */
export function byDegrees(before: Scene, next: Scene, view: View, held: ReadonlySet<string>): Scene {
  if (!before.isPainted || next.isFar) return next;
  const standing = new Set(before.nodes.map(({ id }) => id));
  const fresh = next.nodes.filter(({ id }) => !standing.has(id));
  if (fresh.length <= MOST_NEW) return next;
  const needed = new Set([...held, ...next.edges.flatMap(({ source, target }) => [source, target])]);
  const box = seen(view);
  const away = ({ position }: CardNode) => Math.hypot(position.x + (CARD.width - box.width) / 2 - box.x, position.y + (CARD.height - box.height) / 2 - box.y);
  const free = fresh.filter(({ id, dragging }) => !dragging && !needed.has(id)).sort((a, b) => away(a) - away(b));
  const later = new Set(free.slice(MOST_NEW));
  return later.size ? { ...next, nodes: next.nodes.filter((node) => !later.has(node)), isPartly: true } : next;
}

export const NO_SCENE: Scene = { nodes: [], edges: [], isPainted: false, isFar: false, isHeldWhole: true, isPartly: false };

/** The next scene, the very same as before where nothing of it changed. */
export function kept(before: Scene, next: Scene): Scene {
  const nodes = same(before.nodes, next.nodes) ? before.nodes : next.nodes;
  const edges = same(before.edges, next.edges) ? before.edges : next.edges;
  const isSame = nodes === before.nodes && edges === before.edges && before.isPainted === next.isPainted && before.isFar === next.isFar && before.isHeldWhole === next.isHeldWhole && before.isPartly === next.isPartly;
  return isSame ? before : { ...next, nodes, edges };
}

/** Whether what is painted of the one is what is painted of the other: a card that is dragged stands with all its wires. */
export function looksAlike(before: Painted, now: Painted): boolean {
  const { scene: a } = before;
  const { scene: b } = now;
  if (a.isPainted !== b.isPainted || a.isFar !== b.isFar || a.isPartly !== b.isPartly || !same(a.edges, b.edges)) return false;
  if (a.nodes.length !== b.nodes.length || a.nodes.some(({ id }, i) => id !== b.nodes[i].id)) return false;
  if (before.nodes === now.nodes) return true;
  if (!b.isHeldWhole || before.nodes.length !== now.nodes.length) return false;
  return before.nodes.every((node, i) => node === now.nodes[i] || (node.dragging && now.nodes[i].dragging && node.id === now.nodes[i].id));
}

interface Painted {
  scene: Scene;
  nodes: CardNode[];
}

const same = <T>(a: readonly T[], b: readonly T[]) => a.length === b.length && a.every((item, i) => item === b[i]);
