// Small pictures along the foot of a card, one a unit: pale at zero, in the colours of the two sides of it. One under the pointer stands
// out large.
import { memo, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { overPlane, pixelsOf, type Tile } from "./picture";
import { onACard, type Pictured } from "./pictured";
import { pointed } from "./pointed";
import type { Tiles } from "./stores";

/** What each unit of a layer answers over the plane; the one under the pointer is shown there, too. */
export function UnitTiles({ units, size, count, tints, isMarked, run, node }: Tiles & { isMarked: boolean; run: string; node: string }) {
  const shown = onACard(count) - Number(isMarked); // the mark before them takes the room of one
  const tiles = useMemo(() => units.map((letters) => overPlane(letters, size)), [units, size]);
  const point = useCallback((unit: number | null) => pointed.set(unit === null ? null : { run, node, unit }), [run, node]);
  useEffect(() => () => void (pointed.get()?.node === node && pointed.set(null)), [node]);
  return <CardPictures tiles={tiles.slice(0, shown)} of={count} what="unit" tints={tints} label={`What ${Math.min(units.length, shown)} of ${count} units answer over the plane`} point={point} />;
}

interface CardProps extends Pictured {
  label: string;
  point?: (place: number | null) => void; // is told which one is under the pointer
}

export function CardPictures({ tiles, of, what, tints, label, point }: CardProps) {
  const shown = tiles.slice(0, onACard(of));
  return (
    <div className="nn-tiles" data-testid="tiles" role="img" aria-label={label}>
      {shown.map((tile, i) => (
        <Small key={i} place={i} tile={tile} tints={tints} title={of > 1 ? `${what} ${(tile.unit ?? i) + 1} of ${of}` : what} point={point} />
      ))}
      {of > shown.length && <span title={`${of} of these; ${shown.length} are shown`}>+{of - shown.length}</span>}
    </div>
  );
}

interface SmallProps extends Pick<CardProps, "point"> {
  place: number;
  tile: Tile;
  tints: Tiles["tints"] | Pictured["tints"];
  title: string;
}

const Small = memo(function Small({ place, tile, tints, title, point }: SmallProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [below, above] = tints;
  useLayoutEffect(() => {
    canvas.current?.getContext("2d")?.putImageData(new ImageData(pixelsOf(tile, [below, above]), tile.columns), 0, 0);
  }, [tile, below, above]);
  const ways = point && { onPointerEnter: () => point(place), onPointerLeave: () => point(null) };
  const wide = Math.min(MOST_WIDE, tile.columns / tile.rows);
  return <canvas ref={canvas} width={tile.columns} height={tile.rows} title={title} aria-hidden="true" style={wide > 1 ? { width: SIDE * wide } : undefined} {...ways} />;
});

const SIDE = 18; // pixels; one that is wide has as many along its height
const MOST_WIDE = 5;
