// A wire with the shape that flows through it; while an operator is dragged over it, it shows that it would let it in.
import { BaseEdge, type EdgeProps, getBezierPath, getSmoothStepPath, Position, useStore } from "@xyflow/react";
import { memo } from "react";
import { useCellPart } from "./cell";
import { useNote, useSession } from "./context";
import { CARD } from "./graph";
import { isCovered } from "./cover";
import { corridor } from "./place";
import type { WireEdge } from "./reconcile";

// Between cards that stand closer than this there is no room for the shape, and none under a card; the card says it too.
const LINE_HEIGHT = 24;
const LETTER = 7.5;

export const WireLine = memo(function WireLine(edge: EdgeProps<WireEdge>) {
  const { id, source, selected } = edge;
  const shape = useNote(source)?.shape;
  const taking = useCellPart(useSession().dropWire, (current) => current === id);
  const down = edge.sourcePosition === Position.Bottom;
  const back = down ? edge.targetY < edge.sourceY : edge.targetX < edge.sourceX; // then it goes round the cards
  const round = useRound(edge, back, down);
  const [path, x, y] = back ? getSmoothStepPath({ ...edge, ...round, borderRadius: 10 }) : getBezierPath(edge);
  const length = Math.hypot(edge.targetX - edge.sourceX, edge.targetY - edge.sourceY);
  const wide = (shape?.length ?? 0) * LETTER;
  const covered = useStore((store) => isCovered(store.nodes, down ? { x: x + 8, y: y - 9, width: wide, height: 18 } : { x: x - wide / 2, y: y - 22, width: wide, height: 18 }));
  const room = shape && !covered && length > (down ? LINE_HEIGHT : wide);
  return (
    <g className={["nn-wire", selected && "is-selected", taking && "is-taking"].filter(Boolean).join(" ")}>
      <BaseEdge id={id} path={path} interactionWidth={24} />
      {room && (
        <text x={down ? x + 8 : x} y={y} dy={down ? "0.35em" : "-0.5em"} textAnchor={down ? "start" : "middle"}>
          {shape}
        </text>
      )}
    </g>
  );
});

/** Between which rows, or columns, a wire goes that runs back. */
function useRound({ source, target }: EdgeProps<WireEdge>, back: boolean, down: boolean) {
  const axis = down ? "x" : "y";
  const at = useStore((store) => {
    const places = [source, target].map((id) => store.nodeLookup.get(id)?.internals.positionAbsolute[axis]);
    return back && places[0] !== undefined && places[1] !== undefined ? corridor(places[0], places[1], down ? CARD.width : CARD.height) : null;
  });
  return at === null ? {} : down ? { centerX: at } : { centerY: at };
}
