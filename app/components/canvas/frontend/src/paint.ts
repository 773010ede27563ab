// Paints what of a large network does not stand as elements: wires with their shapes and, from far away, cards. Less is painted the
// further away it is; the shape that leaves a card is the last of its words to vanish.
import type { Catalogue } from "./catalogue";
import { isCovered } from "./cover";
import type { Box } from "./faultSpot";
import { CARD } from "./graph";
import { FAULT_ICONS, TOOLS } from "./Icon";
import type { Inks } from "./inks";
import type { CardNode, WireEdge } from "./reconcile";
import { LIT, type Lit } from "./lineage";
import { meet, type Scene, seen, type View } from "./scene";
import type { Note, Severity } from "./stores";
import { Sprites } from "./sprites";
import { BADGE, badgesWidth, farLines, farSize, pillWidth, shapeSize, timesOf } from "./title";
import { type Drawn, drawnWire, spotOfShape } from "./wirePath";

export interface Picture {
  view: View;
  scene: Scene;
  nodes: CardNode[];
  edges: WireEdge[];
  catalogue: Catalogue;
  note: (id: string) => Note | undefined;
  look: (note: Note | undefined) => Severity | null;
  found: ReadonlySet<string> | null;
  lit: Pick<Lit, "nodes" | "wires"> | null;
}

export const DIMMED = 0.18; // as in style.css
export const LIT_BREADTH = 1.6; // of wires that lead to what is lit, or away from it

export const FARTHER = 0.25; // below this zoom a title cannot be read
export const SPECK = 0.11; // and here nothing can: a card is its colour, as in style.css
const RADIUS = 12;

export function paint(ctx: CanvasRenderingContext2D, picture: Picture, inks: Inks, ratio: number): void {
  const { view, scene } = picture;
  ctx.setTransform(1, 0, 0, 1, 0, 0);
  ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
  if (!scene.isPainted) return;
  ctx.setTransform(ratio * view.zoom, 0, 0, ratio * view.zoom, ratio * view.x, ratio * view.y);
  const box = seen(view);
  paintWires(ctx, picture, inks, box);
  if (scene.isFar || scene.isPartly) paintCards(ctx, picture, inks, box, ratio);
}

const lines = new WeakMap<Drawn, Path2D>();

/** The wire as the browser draws it. */
export function lineOf(drawn: Drawn): Path2D {
  let line = lines.get(drawn);
  if (!line) lines.set(drawn, (line = new Path2D(drawn.path)));
  return line;
}

const ruler = () => (rule ??= document.createElement("canvas").getContext("2d"));
let rule: CanvasRenderingContext2D | null = null;

/** Whether a place of the plane is on a wire that is drawn so broad. */
export function isOnWire(drawn: Drawn, { x, y }: { x: number; y: number }, breadth: number): boolean {
  const ctx = ruler();
  if (!ctx) return false;
  ctx.lineWidth = breadth;
  return ctx.isPointInStroke(lineOf(drawn), x, y);
}

function paintWires(ctx: CanvasRenderingContext2D, { view, scene, nodes, edges, note, lit }: Picture, inks: Inks, box: Box): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const standing = new Set(scene.edges);
  const breadth = scene.isFar ? Math.max(4, 0.9 / view.zoom) : 2;
  const shapes: [string, Drawn][] = [];
  for (const edge of edges) {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    if (!source || !target || standing.has(edge)) continue;
    const drawn = drawnWire(edge, source, target, nodes);
    if (!drawn || !meet(drawn.box, box)) continue;
    const side = lit?.wires.get(edge.id);
    const isDimmed = lit && !side;
    if (lit) ctx.globalAlpha = isDimmed ? DIMMED : 1;
    ctx.strokeStyle = inks.of(side ? LIT[side] : "var(--xy-edge-stroke)");
    ctx.lineWidth = side ? LIT_BREADTH * breadth : breadth;
    ctx.stroke(lineOf(drawn));
    const shape = scene.isFar || isDimmed ? "" : note(edge.source)?.shape;
    if (shape) shapes.push([shape, drawn]);
  }
  ctx.globalAlpha = 1;
  if (!shapes.length) return;
  ctx.font = `${view.zoom < 0.64 ? 17 : 14}px ${inks.font}`;
  ctx.fillStyle = inks.of("var(--muted)");
  ctx.strokeStyle = inks.of("var(--xy-background-color)");
  ctx.lineWidth = 5;
  ctx.lineJoin = "round";
  for (const [shape, drawn] of shapes) {
    const spot = spotOfShape(drawn, shape);
    if (!spot.fits || !meet(spot.box, box) || isCovered(nodes, spot.box)) continue;
    ctx.textAlign = drawn.down ? "left" : "center";
    const [x, y] = drawn.down ? [drawn.x + 8, drawn.y + 5] : [drawn.x, drawn.y - 7];
    ctx.strokeText(shape, x, y);
    ctx.fillText(shape, x, y);
  }
}

function paintCards(ctx: CanvasRenderingContext2D, picture: Picture, inks: Inks, box: Box, ratio: number): void {
  const { scene, nodes, view, found, lit } = picture;
  const standing = new Set(scene.nodes.map(({ id }) => id));
  const raised = inks.of("var(--raised)");
  const seenHere = nodes.filter((node) => !standing.has(node.id) && meet({ ...node.position, ...CARD }, box));
  const copied = view.zoom < SPECK || seenHere.length < MANY ? null : spritesOf(seenHere);
  for (const node of seenHere) {
    if (lit) ctx.globalAlpha = lit.nodes.has(node.id) ? 1 : DIMMED;
    if (!found?.has(node.id) && copied?.(node)) continue;
    paintCard(ctx, node, picture, inks, raised);
  }
  ctx.globalAlpha = 1;

  /** Copies a card to its place; false where there is none of its look. */
  function spritesOf(nodes: CardNode[]): (node: CardNode) => boolean {
    const scale = ratio * view.zoom;
    const margin = Math.ceil(12 * scale + Math.max(1.5 * scale, ratio)) + 1; // sheets behind a block, and the ring of what is selected
    const [width, height] = [Math.ceil(CARD.width * scale) + 2 * margin, Math.ceil(CARD.height * scale) + 2 * margin];
    const looks = new Map<string, CardNode>();
    for (const node of nodes) {
      const look = lookKey(node, picture);
      if (!looks.has(look)) looks.set(look, node);
    }
    const cells = sprites.of(looks, `${view.zoom} ${ratio} ${inks.turn}`, width, height, (sheet, node, cell) => {
      sheet.setTransform(scale, 0, 0, scale, cell.x + margin - node.position.x * scale, cell.y + margin - node.position.y * scale);
      paintCard(sheet, node, { ...picture, found: null }, inks, raised);
    });
    return (node) => {
      const cell = cells.get(lookKey(node, picture));
      if (!cell) return false;
      const { x, y } = node.position;
      ctx.setTransform(1, 0, 0, 1, 0, 0);
      const at = [Math.round(ratio * view.x + x * scale) - margin, Math.round(ratio * view.y + y * scale) - margin] as const;
      ctx.drawImage(sprites.sheet, cell.x, cell.y, cell.width, cell.height, ...at, cell.width, cell.height);
      ctx.setTransform(scale, 0, 0, scale, ratio * view.x, ratio * view.y);
      return true;
    };
  }
}

const MANY = 40; // cards, from which on copying is worth it
const sprites = new Sprites();

/** All that a card shows from far away. */
function lookKey({ id, selected, data }: CardNode, { catalogue, note, look }: Picture): string {
  const told = note(id);
  return [catalogue.titleOf(data), data.kind, told?.shape, look(told), selected, data.block !== undefined, data.times, data.frozen].join("\n");
}

function paintCard(ctx: CanvasRenderingContext2D, { id, position, selected, data }: CardNode, picture: Picture, inks: Inks, raised: string): void {
  const { zoom } = picture.view;
  const operator = picture.catalogue.operators.get(data.kind);
  const family = operator && picture.catalogue.families.get(operator.family);
  const colour = family ? `var(--family-${family.name})` : "var(--st-gray-color)";
  const note = picture.note(id);
  const look = picture.look(note);
  const { x, y } = position;
  if (picture.found?.has(id)) {
    ctx.fillStyle = inks.of(FOUND);
    const wide = Math.max(10, 5 / zoom);
    ctx.fillRect(x - wide, y - wide, CARD.width + 2 * wide, CARD.height + 2 * wide);
  }
  const ring = selected ? "var(--accent)" : look === "error" ? "var(--error)" : look === "warning" ? "var(--warning)" : null;
  if (zoom < SPECK) {
    ctx.fillStyle = inks.of(ring ?? colour);
    const wide = ring ? 1.5 / zoom : 0;
    ctx.fillRect(x - wide, y - wide, CARD.width + 2 * wide, CARD.height + 2 * wide);
    return;
  }
  if (data.block !== undefined) sheetsBehind(ctx, x, y, raised, inks.of(`color-mix(in srgb, ${colour} 38%, var(--line))`));
  ctx.fillStyle = inks.of(`color-mix(in srgb, ${colour} 45%, ${raised})`);
  tile(ctx, x, y, CARD.width, CARD.height);
  ctx.fill();
  ctx.fillStyle = inks.of(colour);
  tile(ctx, x, y, CARD.width, 2 * RADIUS);
  ctx.fill();
  ctx.fillStyle = inks.of(`color-mix(in srgb, ${colour} 26%, ${raised})`);
  tile(ctx, x + 1, y + 5, CARD.width - 2, CARD.height - 6);
  ctx.fill();
  if (ring) {
    ctx.strokeStyle = inks.of(ring);
    ctx.lineWidth = Math.max(3, 2 / zoom);
    tile(ctx, x, y, CARD.width, CARD.height);
    ctx.stroke();
  }
  const shape = note?.shape ?? "";
  const badges = badgesWidth(data);
  if (badges) paintBadges(ctx, x, y, data, colour, `var(--family-${family?.name}-ink)`, inks);
  ctx.textAlign = "center";
  ctx.fillStyle = inks.of("var(--st-text-color)");
  const middle = x + CARD.width / 2;
  if (shape) {
    ctx.font = `600 ${shapeSize(shape, badges)}px ${inks.font}`;
    ctx.fillText(shape, middle + badges / 2, y + 105, CARD.width - badges - 16);
  }
  if (zoom < FARTHER) {
    icon(ctx, family?.icon ?? TOOLS.unknown, x + CARD.width / 2 - 28, y + (shape ? 13 : 32), 56, colour, `var(--family-${family?.name}-ink)`, inks);
  } else {
    const title = picture.catalogue.titleOf(data);
    const size = farSize(title);
    ctx.font = `600 ${size}px ${inks.font}`;
    const rows = farLines(title, size);
    rows.forEach((row, i) => ctx.fillText(row, middle, y + 41 + size * (0.36 + 1.05 * (i - (rows.length - 1) / 2)), CARD.width - 8));
  }
  if (look) faultIcon(ctx, look, x + CARD.width - 53, y + 9, inks);
}

/** A block's card lies on two more. */
function sheetsBehind(ctx: CanvasRenderingContext2D, x: number, y: number, raised: string, line: string): void {
  ctx.fillStyle = raised;
  ctx.strokeStyle = line;
  ctx.lineWidth = 1.5;
  for (const by of [10, 5]) {
    tile(ctx, x + by, y + by, CARD.width, CARD.height);
    ctx.fill();
    ctx.stroke();
  }
}

/** Before the shape: a snowflake, and how often a block is repeated. */
function paintBadges(ctx: CanvasRenderingContext2D, x: number, y: number, { times, frozen }: CardNode["data"], colour: string, ink: string, inks: Inks): void {
  const { snow, pad, left, gap } = BADGE;
  if (frozen) {
    ctx.save();
    ctx.translate(x + left, y + 74);
    ctx.scale(snow / 24, snow / 24);
    ctx.strokeStyle = inks.of("var(--accent)");
    ctx.lineWidth = 2;
    ctx.lineCap = ctx.lineJoin = "round";
    ctx.stroke(pathOf(TOOLS.snow));
    ctx.restore();
  }
  if (times === undefined) return;
  const start = x + left + (frozen ? snow + gap : 0);
  ctx.fillStyle = inks.of(colour);
  ctx.beginPath();
  ctx.roundRect(start, y + 72, pillWidth(times), 38, 7);
  ctx.fill();
  ctx.fillStyle = inks.of(ink);
  ctx.font = `600 ${BADGE.times}px ${inks.font}`;
  ctx.textAlign = "left";
  ctx.fillText(timesOf(times), start + pad, y + 100, pillWidth(times) - 2 * pad);
}

export const FOUND = "color-mix(in srgb, var(--accent) 45%, var(--st-background-color))";

function tile(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, width, height, RADIUS);
}

const icons = new Map<string, Path2D>();

function pathOf(d: string): Path2D {
  let path = icons.get(d);
  if (!path) icons.set(d, (path = new Path2D(d)));
  return path;
}

function icon(ctx: CanvasRenderingContext2D, d: string, x: number, y: number, size: number, colour: string, ink: string, inks: Inks): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.fillStyle = inks.of(colour);
  tile(ctx, 0, 0, size, size);
  ctx.fill();
  ctx.translate(size / 6, size / 6);
  ctx.scale(size / 36, size / 36);
  ctx.strokeStyle = inks.of(ink);
  ctx.lineWidth = 2.2;
  ctx.lineCap = ctx.lineJoin = "round";
  ctx.stroke(pathOf(d));
  ctx.restore();
}

function faultIcon(ctx: CanvasRenderingContext2D, look: Severity, x: number, y: number, inks: Inks): void {
  const { body, mark } = FAULT_ICONS[look];
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(44 / 24, 44 / 24);
  ctx.fillStyle = inks.of(look === "need" ? "var(--muted)" : `var(--${look})`);
  ctx.fill(pathOf(body));
  ctx.strokeStyle = inks.of("var(--raised)");
  ctx.lineWidth = 2.5;
  ctx.lineCap = "round";
  ctx.stroke(pathOf(mark));
  ctx.restore();
}
