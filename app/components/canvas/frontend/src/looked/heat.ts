// Numbers over an input as colours: one for what speaks for an answer, another for what speaks against it.
import { alpha } from "../live/theme";
import { MINUS } from "../live/words";
import type { Heat } from "./data";

export const STRONGEST = 0.85; // of a colour over a picture, so that this is seen through

/** How far the numbers lie from zero at most. */
export const reachOf = (values: readonly (number | readonly number[])[]): number =>
  values.flat().reduce<number>((most, value) => Math.max(most, Math.abs(value as number)), 0);

/** The colour of a number: none at zero. */
export function inkOf(value: number, reach: number, [below, above]: readonly [string, string]): string {
  const share = reach > 0 ? Math.min(1, Math.abs(value) / reach) : 0;
  return alpha(value < 0 ? below : above, Number((STRONGEST * share).toFixed(3)));
}

/** The colours of a bar beside it, from its lower end up. */
export function scaleOf(values: readonly number[], [below, above]: readonly [string, string]): { gradient: string; ends: [number, number] } {
  const reach = reachOf(values);
  const isSigned = values.some((value) => value < 0);
  const [none, most, least] = [alpha(above, 0), alpha(above, STRONGEST), alpha(below, STRONGEST)];
  const stops = isSigned ? `${least}, ${none}, ${most}` : `${none}, ${most}`;
  return { gradient: `linear-gradient(to top, ${stops})`, ends: [isSigned ? -reach : 0, reach] };
}

/** Draws the picture and the numbers over it. Each number is a square of `thin` pixels of the picture. */
export function drawHeat(canvas: HTMLCanvasElement, heat: Heat, picture: CanvasImageSource | null, tints: readonly [string, string], isOver: boolean): void {
  const [rows, columns] = heat.size;
  const scale = Math.max(1, Math.ceil(320 / Math.max(rows, columns)));
  canvas.width = columns * scale;
  canvas.height = rows * scale;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.imageSmoothingEnabled = false;
  if (picture) pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  if (!isOver) return;
  if (picture) {
    pen.fillStyle = "rgba(255,255,255,0.35)"; // so that a colour is seen on black too
    pen.fillRect(0, 0, canvas.width, canvas.height);
  }
  const reach = reachOf(heat.values);
  const side = heat.thin * scale;
  heat.values.forEach((line, row) =>
    line.forEach((value, column) => {
      pen.fillStyle = inkOf(value, reach, tints);
      pen.fillRect(column * side, row * side, side, side);
    }),
  );
}

/** A number with three digits. */
export function short(value: number): string {
  const size = Math.abs(value);
  const text = size !== 0 && (size >= 1000 || size < 0.001) ? size.toExponential(1).replace("e+", "e") : String(Number(size.toPrecision(3)));
  return (value < 0 ? MINUS : "") + text.replace("-", MINUS);
}

/** Those farthest from zero first, at most so many; and how many are left out. */
export function farthest(values: readonly number[], most: number): { places: number[]; left: number } {
  const order = values.map((_, place) => place).sort((a, b) => Math.abs(values[b]) - Math.abs(values[a]) || a - b);
  return { places: order.slice(0, most), left: Math.max(0, values.length - most) };
}
