// Numbers as a picture: pale at zero, in the colours of the two sides of it, the stronger the farther.
import { type KeyboardEvent, memo, type PointerEvent, useLayoutEffect, useRef } from "react";
import { rgbOf } from "./live/theme";

export interface Tile {
  rows: number;
  columns: number;
  cells?: string; // a letter each, by how far it lies from zero
  colours?: string; // or red, green and blue as hexadecimals
  reach: number | null; // what the farthest letters stand for
  numbers?: (number | null)[];
}

export type Tints = readonly [string, string]; // below zero, and above

export interface Spot {
  row: number;
  column: number;
}

export interface Frame extends Spot {
  rows: number;
  columns: number;
}

interface Props {
  tile: Tile;
  tints: Tints;
  width: number; // pixels on the screen; the height follows
  height?: number;
  label: string;
  frame?: Frame | null; // what is marked
  at?: Spot | null; // the cell that is looked at
  onSpot?: (spot: Spot) => void; // a cell was pointed at, or walked to by the arrow keys
}

export const Picture = memo(function Picture({ tile, tints, width, height, label, frame, at, onSpot }: Props) {
  const { rows, columns } = tile;
  const point = ({ clientX, clientY, currentTarget }: PointerEvent<HTMLElement>) => {
    const box = currentTarget.getBoundingClientRect();
    const [row, column] = [Math.floor(((clientY - box.top) / box.height) * rows), Math.floor(((clientX - box.left) / box.width) * columns)];
    if (row >= 0 && column >= 0 && row < rows && column < columns && (row !== at?.row || column !== at.column)) onSpot?.({ row, column });
  };
  const walk = (event: KeyboardEvent) => {
    const by = STEPS[event.key];
    if (!by || !onSpot) return;
    event.preventDefault();
    event.stopPropagation();
    const from = at ?? { row: 0, column: 0 };
    onSpot({ row: within(from.row + by[0], rows), column: within(from.column + by[1], columns) });
  };
  const ways = onSpot ? { onPointerMove: point, onPointerDown: point, onKeyDown: walk, tabIndex: 0 } : {};
  return (
    <div className="pic" role="img" aria-label={label} title={onSpot ? undefined : label} style={{ width, height: height ?? Math.max(1, (width * rows) / columns) }} {...ways}>
      <Painted tile={tile} tints={tints} />
      {frame && <i className="pic-frame" style={boxOf(frame, tile)} />}
      {at && <i className="pic-at" style={boxOf({ ...at, rows: 1, columns: 1 }, tile)} />}
    </div>
  );
});

/** The cells alone, as large as who holds them says. */
export const Painted = memo(function Painted({ tile, tints: [below, above] }: Pick<Props, "tile" | "tints">) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { rows, columns } = tile;
  useLayoutEffect(() => {
    if (rows && columns) canvas.current?.getContext("2d")?.putImageData(new ImageData(pixelsOf(tile, [below, above]), columns), 0, 0);
  }, [tile, rows, columns, below, above]);
  return <canvas ref={canvas} width={columns} height={rows} aria-hidden="true" />;
});

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

const within = (place: number, length: number) => Math.max(0, Math.min(length - 1, place));

function boxOf({ row, column, rows, columns }: Frame, tile: Tile) {
  return { left: `${(100 * column) / tile.columns}%`, top: `${(100 * row) / tile.rows}%`, width: `${(100 * columns) / tile.columns}%`, height: `${(100 * rows) / tile.rows}%` };
}

/** What a unit answers over the plane: letters begin with the lowest y, a picture with the highest. */
export function overPlane(letters: string, size: number): Tile {
  const lines = Array.from({ length: size }, (_, row) => letters.slice(row * size, (row + 1) * size));
  return { rows: size, columns: size, cells: lines.reverse().join(""), reach: null };
}

const ZERO = "P".charCodeAt(0);
const REACH = 32; // letters from zero to either end

/** From -1 to 1, how far a cell lies from zero. */
export const farOf = (tile: Tile, cell: number): number => ((tile.cells?.charCodeAt(cell) ?? ZERO) - ZERO) / REACH;

/** What a cell stands for: its number, where numbers were told, else by its letter. */
export const valueOf = (tile: Tile, cell: number): number | null => (tile.numbers ? tile.numbers[cell] : farOf(tile, cell) * (tile.reach ?? 0));

/** One pixel a cell, row by row from the top. */
export function pixelsOf(tile: Tile, tints: Tints): Uint8ClampedArray<ArrayBuffer> {
  const count = tile.rows * tile.columns;
  const pixels = new Uint8ClampedArray(4 * count);
  const [below, above] = tints.map(rgbOf);
  for (let cell = 0; cell < count; cell++) {
    const far = farOf(tile, cell);
    const color = tile.colours ? [0, 2, 4].map((at) => parseInt(tile.colours!.slice(6 * cell + at, 6 * cell + at + 2), 16)) : far < 0 ? below : above;
    color.forEach((part, i) => (pixels[4 * cell + i] = part));
    pixels[4 * cell + 3] = tile.colours ? 255 : Math.round(255 * Math.min(1, Math.abs(far)));
  }
  return pixels;
}
