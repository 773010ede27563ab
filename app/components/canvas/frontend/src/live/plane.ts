// What a network answers over the plane as pixels, the scale of its colours, and the points before it. Every class has a colour and
// a mark; amounts go from one colour over pale to the other.
import type { Plane } from "./data";
import { overPlane, pixelsOf as pixelsOfTile } from "../picture";
import type { Boundary } from "./record";
import { mix, rgbOf, type Theme } from "./theme";
import { short } from "./words";

const FAINTEST = 0.12; // of a class' colour where two are as likely
const STRONGEST = 0.62;

/** One pixel a cell, the highest y first: the likeliest class' colour, the stronger the surer; or all as strong where only the
 *  classes are asked for. */
export function pixelsOf({ size, best, sure, values }: Boundary, colors: readonly string[], background: string, isDiscrete = false): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * size * size);
  const ground = rgbOf(background);
  const inks = colors.map(rgbOf);
  const least = 1 / Math.max(2, colors.length);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const cell = (size - 1 - row) * size + column;
      const side = values?.length ? sideOf(values[cell] / 100) : null;
      const ink = inks[side === null ? best[cell] % inks.length : Number(side >= 0)];
      const certain = isDiscrete ? 1 : side === null ? Math.max(0, (sure[cell] / 100 - least) / (1 - least)) : Math.abs(side);
      const share = side === null ? FAINTEST + (STRONGEST - FAINTEST) * certain : STRONGEST * certain;
      const at = 4 * (row * size + column);
      for (let part = 0; part < 3; part++) pixels[at + part] = ground[part] + (ink[part] - ground[part]) * share;
      pixels[at + 3] = 255;
    }
  }
  return pixels;
}

/** Of a share of the way along a span: from -1 at its low end to 1. */
const sideOf = (share: number) => Math.max(-1, Math.min(1, 2 * share - 1));

export interface Scale {
  colors: string; // as CSS has them, from the low end to the high one
  low: string;
  high: string;
  told: string; // what the numbers are of
}

/** What the colours over the plane mean. reach: of the unit that is shown in its place. */
export function scaleOf(plane: Plane, theme: Pick<Theme, "background" | "text">, isDiscrete = false, reach?: number | null): Scale {
  const [below, above] = plane.colors;
  const ink = (color: string, share: number) => mix(theme.background, color, share);
  const across = (...stops: string[]) => `linear-gradient(to right, ${stops.join(", ")})`;
  if (reach !== undefined) return { colors: across(below, theme.background, above), low: reach === null ? "−" : short(-reach), high: reach === null ? "+" : short(reach), told: "What the unit answers; pale is 0" };
  const halves = across(...[below, above].flatMap((color, i) => [0, 1].map((end) => `${ink(color, STRONGEST)} ${50 * (i + end)}%`)));
  if (plane.span) {
    const [low, high] = plane.span;
    const told = `What the network answers for ${plane.name ?? "the value"}; ${isDiscrete ? "the colours part" : "pale is"} ${short((low + high) / 2)}`;
    return { colors: isDiscrete ? halves : across(ink(below, STRONGEST), theme.background, ink(above, STRONGEST)), low: short(low), high: short(high), told };
  }
  if (plane.colors.length > 2) return { colors: across(ink(theme.text, FAINTEST), ink(theme.text, STRONGEST)), low: short(1 / plane.colors.length), high: "1", told: "How likely the network holds the class whose colour a place has" };
  const told = `How likely the network holds ${plane.classes[1]}; the colours part at 0.5`;
  if (isDiscrete) return { colors: halves, low: "0", high: "1", told };
  return { colors: across(ink(below, STRONGEST), `${ink(below, FAINTEST)} 50%`, `${ink(above, FAINTEST)} 50%`, ink(above, STRONGEST)), low: "0", high: "1", told };
}

/** Corners in the units of the axes. */
export interface Reach {
  low: [number, number];
  high: [number, number];
}

const ALIKE = 2; // as the grid has it: of axes of which one reaches farther than so many times the other, each has its own scale

/** The corners of what is shown: the grid, or before there is one the points with a margin. */
export function frameOf(boundary: Boundary | null, points: readonly [number, number][]): Reach {
  if (boundary) return { low: boundary.low, high: boundary.high };
  const axes = [0, 1].map((axis) => points.map((point) => point[axis]));
  const ends = axes.map((values) => [Math.min(...values), Math.max(...values)]);
  const [across, up] = ends.map(([low, high]) => high - low);
  const wide = Math.max(across, up, 1e-6);
  const isSquare = wide <= ALIKE * Math.min(across, up) || !across || !up;
  const corner = (sign: number) => [across, up].map((reach, axis) => (ends[axis][0] + ends[axis][1]) / 2 + sign * 0.6 * (isSquare ? wide : reach)) as [number, number];
  return { low: corner(-1), high: corner(1) };
}

/** How far along both axes a point is, from the lower left corner. */
export const sharesOf = ({ low, high }: Reach, [x, y]: readonly number[]) => [(x - low[0]) / (high[0] - low[0]), (y - low[1]) / (high[1] - low[1])];

/** A square picture, `size` pixels a side. */
export interface Field {
  pixels: Uint8ClampedArray<ArrayBuffer>;
  size: number;
}

/** What one unit answers, in the colours of the first two classes. */
export const fieldOfUnit = (letters: string, size: number, [below, above]: readonly string[]): Field => ({
  pixels: pixelsOfTile(overPlane(letters, size), [below, above]),
  size,
});

export const VALIDATION = 1; // of the parts that points are in

interface Shown {
  plane: Plane;
  field: Field | null; // behind the points
  frame: Reach;
  part: number | null; // whose points alone are shown
  theme: Theme;
}

export function drawPlane(canvas: HTMLCanvasElement, side: number, { plane, field, frame, part, theme }: Shown): void {
  const ratio = devicePixelRatio || 1;
  const wanted = Math.round(side * ratio);
  if (canvas.width !== wanted) canvas.width = canvas.height = wanted;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, side, side);
  if (field) drawField(pen, side, field);
  const size = Math.max(2.2, side / 95);
  pen.lineWidth = 1;
  pen.strokeStyle = theme.background;
  const { values, span } = plane;
  if (values) pen.strokeStyle = mix(theme.background, theme.text, 0.4);
  plane.points.forEach((point, i) => {
    if (part !== null && plane.parts?.[i] !== part) return;
    const from = values && span ? sideOf((values[i] - span[0]) / (span[1] - span[0])) : null;
    pen.fillStyle = from === null ? plane.colors[plane.labels[i] % plane.colors.length] : mix(theme.background, plane.colors[Number(from >= 0)], Math.abs(from));
    const [across, up] = sharesOf(frame, point);
    mark(pen, from === null ? plane.labels[i] : 0, across * side, (1 - up) * side, size);
  });
}

function drawField(pen: CanvasRenderingContext2D, side: number, { pixels, size }: Field): void {
  const cells = new OffscreenCanvas(size, size);
  cells.getContext("2d")?.putImageData(new ImageData(pixels, size), 0, 0);
  pen.imageSmoothingEnabled = true;
  pen.imageSmoothingQuality = "high";
  pen.drawImage(cells, 0, 0, side, side);
}

/** A disc, a diamond or a square, by class: colour alone tells nothing to some. */
function mark(pen: CanvasRenderingContext2D, label: number, x: number, y: number, size: number): void {
  pen.beginPath();
  if (label % 3 === 0) pen.arc(x, y, size, 0, 2 * Math.PI);
  else if (label % 3 === 1) {
    const far = size * 1.35;
    pen.moveTo(x, y - far);
    pen.lineTo(x + far, y);
    pen.lineTo(x, y + far);
    pen.lineTo(x - far, y);
    pen.closePath();
  } else pen.rect(x - size, y - size, 2 * size, 2 * size);
  pen.fill();
  pen.stroke();
}
