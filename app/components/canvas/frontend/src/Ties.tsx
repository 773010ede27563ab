// Dashed ties between nodes that apply one layer: they have the same weights, trained once.
import { useStore, ViewportPortal } from "@xyflow/react";
import { memo, useMemo, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { CARD, type Direction } from "./graph";
import { FAR } from "./scene";

export const Ties = memo(function Ties() {
  const session = useSession();
  const graph = useSyncExternalStore(session.sync.subscribe, () => session.sync.view);
  const tied = useMemo(() => graph.nodes.filter(({ shares }) => shares), [graph]);
  return tied.length ? <Drawn pairs={tied.map(({ id, shares }) => [shares!, id])} /> : null;
});

function Drawn({ pairs }: { pairs: [string, string][] }) {
  const session = useSession();
  const nodes = useCell(session.nodes);
  const direction = useCell(session.direction);
  const far = useStore(({ transform }) => transform[2] < FAR);
  const at = new Map(nodes.map(({ id, position }) => [id, position]));
  return (
    <ViewportPortal>
      <svg className="nn-ties" aria-hidden="true" data-testid="ties">
        {pairs.map(([owner, id]) => {
          const [a, b] = [at.get(owner), at.get(id)];
          if (!a || !b) return null;
          const { path, x, y, isBeside } = tieOf(a, b, direction);
          return (
            <g key={id} data-tie={`${owner} ${id}`}>
              <path d={path} />
              {!far && (
                <text x={x} y={y} textAnchor={isBeside ? "start" : "middle"}>
                  same weights
                </text>
              )}
            </g>
          );
        })}
      </svg>
    </ViewportPortal>
  );
}

const BOW = 46;

interface Point {
  x: number;
  y: number;
}

/** A bow over both cards, or beside them where the network runs downwards; straight from the one to the other where these stand in a
    column, or then in a row. And where its words stand: beside the tie, or in its middle. */
export function tieOf(a: Point, b: Point, direction: Direction): Point & { path: string; isBeside: boolean } {
  const [first, last] = direction === "lr" ? (a.y < b.y ? [a, b] : [b, a]) : a.x < b.x ? [a, b] : [b, a];
  if (direction === "lr" && Math.abs(a.x - b.x) < CARD.width && last.y > first.y + CARD.height) {
    const [x, bx, top] = [first.x + CARD.width / 2, last.x + CARD.width / 2, first.y + CARD.height];
    return { path: `M${x} ${top}L${bx} ${last.y}`, x: (x + bx) / 2 + 8, y: (top + last.y) / 2 + 5, isBeside: true };
  }
  if (direction === "tb" && Math.abs(a.y - b.y) < CARD.height && last.x > first.x + CARD.width) {
    const [y, by, left] = [first.y + CARD.height / 2, last.y + CARD.height / 2, first.x + CARD.width];
    return { path: `M${left} ${y}L${last.x} ${by}`, x: (left + last.x) / 2, y: (y + by) / 2 - 7, isBeside: false };
  }
  if (direction === "lr") {
    const [ax, bx, top] = [a.x + CARD.width / 2, b.x + CARD.width / 2, Math.min(a.y, b.y) - BOW];
    return { path: `M${ax} ${a.y}C${ax} ${top} ${bx} ${top} ${bx} ${b.y}`, x: (ax + bx) / 2, y: (a.y + b.y + 6 * top) / 8 - 5, isBeside: false };
  }
  const [ay, by, side] = [a.y + CARD.height / 2, b.y + CARD.height / 2, Math.max(a.x, b.x) + CARD.width + BOW];
  const [ax, bx] = [a.x + CARD.width, b.x + CARD.width];
  return { path: `M${ax} ${ay}C${side} ${ay} ${side} ${by} ${bx} ${by}`, x: (ax + bx + 6 * side) / 8 + 6, y: (ay + by) / 2 + 5, isBeside: true };
}
