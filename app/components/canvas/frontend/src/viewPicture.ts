// What is seen of the drawing as a picture to keep: an SVG, whose colours stand in it as they are in the page's theme, or a PNG of that.
import type { Commands } from "./commands";
import { isCovered } from "./cover";
import { CARD } from "./graph";
import { FAULT_ICONS, TOOLS } from "./Icon";
import { Inks } from "./inks";
import { rgbOf } from "./live/theme";
import { LIT } from "./lineage";
import { DIMMED, FARTHER, LIT_BREADTH } from "./paint";
import type { CardNode, WireEdge } from "./reconcile";
import { FAR, meet, seen, type View } from "./scene";
import { lookOf } from "./stores";
import { BADGE, badgesWidth, farLines, farSize, pillWidth, shapeSize, timesOf } from "./title";
import { drawnWire, spotOfShape } from "./wirePath";

const SQUEEZED = 1.5; // words that are wider than that for their room are cut
const PORT_LINE = 2.5;
const SHARP = 2; // pixels of a PNG for one of the screen

export async function savePicture(commands: Commands, kind: "svg" | "png"): Promise<void> {
  const box = commands.stage()?.getBoundingClientRect();
  if (!box) return;
  const view = { ...commands.flow.getViewport(), width: Math.round(box.width), height: Math.round(box.height) };
  const svg = svgOf(commands, view);
  const blob = kind === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg, view);
  if (!blob) return commands.session.tell("This view is too large for a PNG. Save it as SVG.");
  const carrying = await withProject(commands.session.id, blob);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(carrying ?? blob);
  link.download = `view.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  commands.session.spoken.set(`The picture view.${kind} is saved.`);
  if (!carrying) commands.session.tell("The picture is saved without its project: the server did not put it in.");
}

/** A picture with the project in it, so that it can be opened again; null where the server does not give it. */
async function withProject(project: string, picture: Blob): Promise<Blob | null> {
  try {
    const answer = await fetch(`/api/projects/${encodeURIComponent(project)}/picture`, { method: "POST", body: picture, credentials: "same-origin" });
    return answer.ok ? await answer.blob() : null;
  } catch {
    return null;
  }
}

async function pngOf(svg: string, { width, height }: View): Promise<Blob | null> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const sheet = document.createElement("canvas");
  Object.assign(sheet, { width: width * SHARP, height: height * SHARP });
  sheet.getContext("2d")!.drawImage(image, 0, 0, sheet.width, sheet.height);
  return new Promise((resolve) => sheet.toBlob(resolve, "image/png"));
}

function svgOf({ session, stage }: Commands, view: View): string {
  const inks = new Inks(stage()!, () => {});
  const ink = (css: string) => plain(inks.of(css));
  const [nodes, edges, catalogue, lit] = [session.nodes.get(), session.edges.get(), session.catalogue.get(), session.lit.get()];
  const box = seen(view);
  const far = view.zoom < FAR;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parts: string[] = [];
  for (const edge of edges) wire(edge);
  for (const node of nodes) if (meet({ ...node.position, ...CARD }, box)) card(node);
  const font = escaped(inks.font);
  const background = ink("var(--xy-background-color)");
  inks.dispose();
  const { x, y, zoom, width, height } = view;
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${font}">` +
    `<rect width="100%" height="100%" fill="${background}"/><g transform="translate(${round(x)} ${round(y)}) scale(${round(zoom)})" stroke-linecap="round" stroke-linejoin="round">${parts.join("")}</g></svg>`
  );

  function wire(edge: WireEdge): void {
    const [source, target] = [byId.get(edge.source), byId.get(edge.target)];
    const drawn = source && target && drawnWire(edge, source, target, nodes);
    if (!drawn || !meet(drawn.box, box)) return;
    const side = lit?.wires.get(edge.id);
    const dimmed = lit && !side;
    const colour = ink(edge.selected ? "var(--accent)" : side ? LIT[side] : "var(--xy-edge-stroke)");
    const breadth = (far ? Math.max(4, 0.9 / view.zoom) : 2) * (side ? LIT_BREADTH : 1);
    parts.push(`<path d="${drawn.path}" fill="none" stroke="${colour}" stroke-width="${round(breadth)}"${dimmed ? ` opacity="${DIMMED}"` : ""}/>`);
    const shape = session.notes.get(edge.source)?.shape;
    if (far || dimmed || !shape) return;
    const spot = spotOfShape(drawn, shape);
    if (!spot.fits || isCovered(nodes, spot.box)) return;
    const [left, top, anchor] = drawn.down ? [drawn.x + 8, drawn.y + 5, "start"] : [drawn.x, drawn.y - 7, "middle"];
    parts.push(text(shape, round(left as number), round(top as number), 14, ink("var(--muted)"), { anchor: anchor as string, halo: ink("var(--xy-background-color)") }));
  }

  function card({ id, position: { x, y }, selected, data, handles }: CardNode): void {
    const family = catalogue.operators.get(data.kind)?.family;
    const named = family && catalogue.families.has(family);
    const colour = ink(named ? `var(--family-${family})` : "var(--st-gray-color)");
    const onColour = ink(named ? `var(--family-${family}-ink)` : "var(--st-background-color)");
    const note = session.notes.get(id);
    const look = note?.fault && lookOf(note.fault, session.loud.get());
    const [raised, words, muted] = [ink("var(--raised)"), ink("var(--st-text-color)"), ink("var(--muted)")];
    const line = selected ? ink("var(--accent)") : look && look !== "need" ? ink(`var(--${look})`) : colour;
    const title = catalogue.titleOf(data);
    const drawn: string[] = [];
    const top = `<path d="M12 0H208A12 12 0 0 1 219 5.5H1A12 12 0 0 1 12 0Z" fill="${colour}"/>`;
    if (data.block !== undefined) for (const by of [10, 5]) drawn.push(frame(by, raised, colour, 1));
    drawn.push(frame(0, raised, line, selected || line !== colour ? 2.5 : 1));
    if (far) {
      drawn.push(`<rect width="${CARD.width}" height="${CARD.height}" rx="12" fill="${colour}" fill-opacity="0.26"/>`, top);
      if (view.zoom < FARTHER) drawn.push(icon(catalogue.families.get(family ?? "")?.icon, 82, 14, 56));
      else {
        const size = farSize(title);
        const rows = farLines(title, size);
        rows.forEach((row, i) => drawn.push(text(row, 110, round(41 + size * (0.36 + 1.05 * (i - (rows.length - 1) / 2))), size, words, { bold: true, anchor: "middle", width: 212, squeezed: true })));
      }
      const shape = note?.shape ?? "";
      const taken = badgesWidth(data);
      if (data.frozen) drawn.push(`<g transform="translate(${BADGE.left} 74) scale(${round(BADGE.snow / 24)})"><path d="${TOOLS.snow}" fill="none" stroke="${ink("var(--accent)")}" stroke-width="2"/></g>`);
      if (data.times !== undefined) drawn.push(repeated(data.times, BADGE.left + (data.frozen ? BADGE.snow + BADGE.gap : 0)));
      if (shape) drawn.push(text(shape, 110 + taken / 2, 105, shapeSize(shape, taken), words, { bold: true, anchor: "middle", width: 204 - taken, squeezed: true }));
    } else {
      drawn.push(`<path d="M0 38V12A12 12 0 0 1 12 0H208A12 12 0 0 1 220 12V38Z" fill="${colour}" fill-opacity="0.13"/>`, top);
      drawn.push(icon(catalogue.families.get(family ?? "")?.icon, 8, 9, 24));
      const label = [catalogue.labelOf(data), data.times !== undefined ? timesOf(data.times) : ""].filter(Boolean).join(" ");
      const room = look ? 150 : 172;
      const wide = Math.min(room, widthOf(title, 15, true));
      drawn.push(text(title, 40, 26, 15, words, { bold: true, width: room, squeezed: true }));
      if (label && room - wide > 20) drawn.push(text(label, round(40 + wide + 8), 26, 14, muted, { width: room - wide - 8 }));
      if (note?.line) drawn.push(text(note.line, 12, 58, 14, words, { width: 196 }));
      if (note?.shape) drawn.push(text(note.shape, 12, 81, 14, words, { bold: true, width: 130, squeezed: true }));
      const left = 196 - (note?.shape ? Math.min(130, widthOf(note.shape, 14, true)) + 10 : 0);
      if (note?.parameters) {
        const words = widthOf(note.parameters, 14, false) <= left ? note.parameters : note.parameters.replace(/ params?$/, "");
        drawn.push(text(words, 208, 81, 14, muted, { anchor: "end", width: left }));
      }
    }
    if (look) drawn.push(`<g transform="translate(${far ? "167 9" : "191 9"}) scale(${far ? 1.8 : 0.85})"><path d="${FAULT_ICONS[look].body}" fill="${ink(look === "need" ? "var(--muted)" : `var(--${look})`)}"/><path d="${FAULT_ICONS[look].mark}" fill="none" stroke="${raised}" stroke-width="2.5"/></g>`);
    for (const { type, x, y, width = 0, height = 0 } of handles ?? []) {
      const rx = Math.max(width, height) > Math.min(width, height) ? 5 : width / 2;
      const line = ink("color-mix(in srgb, var(--st-text-color) 55%, var(--st-background-color))");
      drawn.push(`<rect class="port" x="${x + PORT_LINE / 2}" y="${y + PORT_LINE / 2}" width="${width - PORT_LINE}" height="${height - PORT_LINE}" rx="${rx}" fill="${type === "source" ? line : raised}" stroke="${line}" stroke-width="${PORT_LINE}"/>`);
    }
    const dimmed = lit && !lit.nodes.has(id) ? ` opacity="${DIMMED}"` : "";
    parts.push(`<g transform="translate(${round(x)} ${round(y)})"${dimmed}>${drawn.join("")}</g>`);

    function frame(by: number, fill: string, stroke: string, width: number): string {
      return `<rect x="${by}" y="${by}" width="${CARD.width}" height="${CARD.height}" rx="12" fill="${fill}" stroke="${stroke}" stroke-width="${width}"/>`;
    }

    function repeated(times: number, x: number): string {
      const [wide, pad] = [pillWidth(times), BADGE.pad];
      const count = text(timesOf(times), x + pad, 100, BADGE.times, onColour, { bold: true, width: wide - 2 * pad, squeezed: true });
      return `<rect x="${x}" y="72" width="${wide}" height="38" rx="7" fill="${colour}"/>${count}`;
    }

    function icon(path: string | undefined, x: number, y: number, size: number): string {
      return `<g transform="translate(${x} ${y}) scale(${round(size / 36)})"><rect width="36" height="36" rx="9" fill="${colour}"/><path transform="translate(6 6)" d="${path ?? TOOLS.unknown}" fill="none" stroke="${onColour}" stroke-width="2"/></g>`;
    }
  }

  function text(words: string, x: number, y: number, size: number, fill: string, { bold = false, anchor = "start", width = Infinity, halo = "", squeezed = false } = {}): string {
    const natural = squeezed ? widthOf(words, size, bold) : 0;
    const isNarrow = natural > width && natural < SQUEEZED * width;
    const narrow = isNarrow ? ` textLength="${width}" lengthAdjust="spacingAndGlyphs"` : "";
    const around = halo ? ` stroke="${halo}" stroke-width="5" paint-order="stroke"` : "";
    return `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" text-anchor="${anchor}"${bold ? ' font-weight="600"' : ""}${around}${narrow}>${escaped(isNarrow ? words : fitted(words, size, bold, width))}</text>`;
  }

  function widthOf(words: string, size: number, bold: boolean): number {
    const ctx = (ruler ??= document.createElement("canvas").getContext("2d"));
    if (!ctx) return words.length * size * 0.55;
    ctx.font = `${bold ? "600 " : ""}${size}px ${inks.font}`;
    return ctx.measureText(words).width;
  }

  function fitted(words: string, size: number, bold: boolean, width: number): string {
    if (width === Infinity || widthOf(words, size, bold) <= width) return words;
    let kept = words.length;
    while (kept > 1 && widthOf(`${words.slice(0, kept)}…`, size, bold) > width) kept -= 1;
    return `${words.slice(0, kept)}…`;
  }
}

let ruler: CanvasRenderingContext2D | null = null;

const round = (value: number) => Math.round(value * 1000) / 1000;

export const escaped = (words: string) => words.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);

/** A colour that every program knows: what the browser mixed it tells as color(srgb 0.1 0.2 0.3 / 0.5). */
export function plain(colour: string): string {
  const mixed = /^color\(srgb ([\d.e+-]+) ([\d.e+-]+) ([\d.e+-]+)(?: \/ ([\d.]+))?\)$/.exec(colour);
  if (!mixed) return colour.startsWith("rgb") && !colour.startsWith("rgba") ? `#${rgbOf(colour).map((part) => part.toString(16).padStart(2, "0")).join("")}` : colour;
  const [r, g, b] = mixed.slice(1, 4).map((part) => Math.round(255 * Math.min(1, Math.max(0, Number(part)))));
  return mixed[4] ? `rgba(${r},${g},${b},${mixed[4]})` : `#${[r, g, b].map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
