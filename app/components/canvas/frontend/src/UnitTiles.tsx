// What each unit of a layer answers over the plane, as small pictures along the foot of its card: pale at zero, in the colours of the
// two sides of its line. One under the pointer stands out large.
import { memo, useLayoutEffect, useRef } from "react";
import { rgbOf } from "./live/theme";
import type { Tiles } from "./stores";

export function UnitTiles({ units, size, count, tints }: Tiles) {
  return (
    <div className="nn-tiles" data-testid="tiles" role="img" aria-label={`What ${units.length} of ${count} units answer over the plane`}>
      {units.map((letters, i) => (
        <Tile key={i} letters={letters} size={size} tints={tints} title={`unit ${i + 1} of ${count}`} />
      ))}
      {count > units.length && <span title={`${count} units; the first ${units.length} are shown`}>+{count - units.length}</span>}
    </div>
  );
}

interface TileProps {
  letters: string;
  size: number;
  tints: readonly [string, string];
  title: string;
}

const Tile = memo(function Tile({ letters, size, tints, title }: TileProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [below, above] = tints;
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixelsOf(letters, size, [below, above]), size), 0, 0);
  }, [letters, size, below, above]);
  return <canvas ref={canvas} width={size} height={size} title={title} aria-hidden="true" />;
});

const ZERO = "P".charCodeAt(0);
const REACH = 32; // letters from zero to either end

/** One pixel a cell, the highest y first: the colour of the side of zero, the stronger the farther. */
export function pixelsOf(letters: string, size: number, tints: readonly [string, string]): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * size * size);
  const [below, above] = tints.map(rgbOf);
  for (let cell = 0; cell < size * size; cell++) {
    const value = (letters.charCodeAt(cell) - ZERO) / REACH;
    const at = 4 * ((size - 1 - Math.floor(cell / size)) * size + (cell % size));
    (value < 0 ? below : above).forEach((part, i) => (pixels[at + i] = part));
    pixels[at + 3] = Math.round(255 * Math.min(1, Math.abs(value)));
  }
  return pixels;
}
