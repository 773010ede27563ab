// One node's numbers over the run, drawn on a canvas: older ridges behind and above, that of the step that is looked at in front and filled.
import { type Axis, axisOf, heights, rebin, thinned } from "./ridges";
import type { Looks } from "./seen";
import { mix, type Theme } from "./theme";
import { short } from "./words";

const BINS = 56;
const AXIS_ROOM = 15;
const RIDGE_GAP = 3.2; // least pixels between two ridges

export interface Size {
  width: number;
  height: number;
}

export function drawRidges(canvas: HTMLCanvasElement, { width, height }: Size, { now, slices, reach }: Looks, color: string, theme: Theme): void {
  const ratio = devicePixelRatio || 1;
  const [pixelWidth, pixelHeight] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  const pen = canvas.getContext("2d");
  if (!pen) return;
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width, height);
  if (!now) return;
  const axis = axisOf(reach);
  const base = height - AXIS_ROOM;
  const tall = Math.max(14, base * 0.4); // the newest ridge
  const x = (value: number) => 1 + ((value - axis.low) / (axis.high - axis.low)) * (width - 2);
  drawZero(pen, x(0), base, theme);
  const older = thinned(slices, Math.max(2, Math.floor((base - tall) / RIDGE_GAP)));
  const first = older[0]?.step ?? 0;
  const level = (step: number) => base - ((now.step - step) / Math.max(1, now.step - first)) * (base - tall);
  pen.lineJoin = "round";
  older.forEach((slice, i) => {
    const age = (i + 1) / (older.length + 1); // 0 oldest
    pen.fillStyle = mix(theme.background, color, 0.06 + 0.24 * age);
    pen.strokeStyle = mix(theme.background, color, 0.3 + 0.4 * age);
    pen.lineWidth = 1;
    const at = level(slice.step);
    shape(pen, curve(heights(rebin(slice, axis, BINS))), width, at, Math.min(tall * 0.85, at - 1));
  });
  pen.fillStyle = mix(theme.background, color, 0.85);
  pen.strokeStyle = mix(color, theme.text, 0.45);
  pen.lineWidth = 1.5;
  shape(pen, stairs(heights(rebin(now, axis, BINS))), width, base, tall);
  drawAxis(pen, axis, x, { width, height: base }, theme);
}

type Ridge = [along: number, high: number][]; // both from 0 to 1

const stairs = (ridge: number[]): Ridge =>
  ridge.flatMap((high, i): Ridge => [
    [i / ridge.length, high],
    [(i + 1) / ridge.length, high],
  ]);

const curve = (ridge: number[]): Ridge => ridge.map((high, i) => [(i + 0.5) / ridge.length, high]);

function shape(pen: CanvasRenderingContext2D, ridge: Ridge, width: number, base: number, tall: number): void {
  pen.beginPath();
  pen.moveTo(1, base);
  for (const [along, high] of ridge) pen.lineTo(1 + along * (width - 2), base - high * tall);
  pen.lineTo(width - 1, base);
  pen.fill();
  pen.stroke();
}

function drawZero(pen: CanvasRenderingContext2D, x: number, base: number, theme: Theme): void {
  pen.strokeStyle = mix(theme.background, theme.text, 0.45);
  pen.lineWidth = 1;
  pen.setLineDash([3, 3]);
  pen.beginPath();
  pen.moveTo(Math.round(x) + 0.5, 0);
  pen.lineTo(Math.round(x) + 0.5, base);
  pen.stroke();
  pen.setLineDash([]);
}

function drawAxis(pen: CanvasRenderingContext2D, axis: Axis, x: (value: number) => number, { width, height }: Size, theme: Theme): void {
  pen.strokeStyle = theme.muted;
  pen.lineWidth = 1;
  pen.beginPath();
  pen.moveTo(0, height + 0.5);
  pen.lineTo(width, height + 0.5);
  const zero = Math.min(width - 1, Math.max(1, Math.round(x(0)))) + 0.5;
  pen.moveTo(zero, height);
  pen.lineTo(zero, height + 4);
  pen.stroke();
  pen.fillStyle = theme.muted;
  pen.font = `12px ${theme.font}`;
  pen.textBaseline = "top";
  const y = height + 3;
  const [low, high] = [short(axis.low), short(axis.high)];
  const isBoth = axis.low < 0 && axis.high > 0;
  const fit = !isBoth || pen.measureText(low).width + pen.measureText(high).width + 4 <= width; // else the upper end alone
  pen.textAlign = "left";
  if (axis.low < 0 && fit) pen.fillText(low, 0, y);
  pen.textAlign = "right";
  if (axis.high > 0) pen.fillText(high, width, y);
  const half = pen.measureText("0").width / 2;
  const at = Math.min(width - half, Math.max(half, x(0)));
  const free = at - half > (axis.low < 0 ? pen.measureText(low).width + 4 : -1) && at + half < width - (axis.high > 0 ? pen.measureText(high).width + 4 : -1);
  pen.textAlign = "center";
  pen.fillStyle = theme.text;
  if (free) pen.fillText("0", at, y);
}
