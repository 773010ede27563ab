// Small pictures along the foot of a card, one a unit: pale at zero, in the colours of the two sides of it. One under the pointer stands
// out large.
import { memo, useLayoutEffect, useMemo, useRef } from "react";
import { pixelsOf, type Tile } from "./picture";
import { ON_A_CARD, type Pictured } from "./pictured";
import type { Tiles } from "./stores";

/** What each unit of a layer answers over the plane. */
export function UnitTiles({ units, size, count, tints }: Tiles) {
  const tiles = useMemo(() => units.map((letters) => overPlane(letters, size)), [units, size]);
  return <CardPictures tiles={tiles} of={count} what="unit" tints={tints} label={`What ${units.length} of ${count} units answer over the plane`} />;
}

/** Letters begin with the lowest y, a picture with the highest. */
export function overPlane(letters: string, size: number): Tile {
  const lines = Array.from({ length: size }, (_, row) => letters.slice(row * size, (row + 1) * size));
  return { rows: size, columns: size, cells: lines.reverse().join(""), reach: null };
}

export function CardPictures({ tiles, of, what, tints, label }: Pictured & { label: string }) {
  const shown = tiles.slice(0, ON_A_CARD);
  return (
    <div className="nn-tiles" data-testid="tiles" role="img" aria-label={label}>
      {shown.map((tile, i) => (
        <Small key={i} tile={tile} tints={tints} title={of > 1 ? `${what} ${(tile.unit ?? i) + 1} of ${of}` : what} />
      ))}
      {of > shown.length && <span title={`${of} of these; ${shown.length} are shown`}>+{of - shown.length}</span>}
    </div>
  );
}

interface SmallProps {
  tile: Tile;
  tints: Tiles["tints"] | Pictured["tints"];
  title: string;
}

const Small = memo(function Small({ tile, tints, title }: SmallProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [below, above] = tints;
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixelsOf(tile, [below, above]), tile.columns), 0, 0);
  }, [tile, below, above]);
  return <canvas ref={canvas} width={tile.columns} height={tile.rows} title={title} aria-hidden="true" style={{ width: SIDE * Math.min(MOST_WIDE, Math.max(1, tile.columns / tile.rows)) }} />;
});

const SIDE = 18; // pixels; one that is wide has as many along its height
const MOST_WIDE = 5;
