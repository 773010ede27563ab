// A wire with the shape that flows through it, or with the gradient that comes back; while an operator is dragged over it, it shows
// that it would let it in.
import { BaseEdge, type EdgeProps, Position, useStore } from "@xyflow/react";
import { memo, useRef } from "react";
import { useCellPart } from "./cell";
import { useNote, useSession } from "./context";
import { isCovered } from "./cover";
import type { WireEdge } from "./reconcile";
import { useFlow } from "./useFlow";
import { spotOfShape, type Way, wayOf } from "./wirePath";

export const WireLine = memo(function WireLine(edge: EdgeProps<WireEdge>) {
  const { id, source, target, selected } = edge;
  const session = useSession();
  const flow = useFlow(source);
  const shape = useNote(source)?.shape ?? "";
  const taking = useCellPart(session.dropWire, (current) => current === id);
  const lit = useCellPart(session.lit, (lit) => lit && (lit.wires.get(id) ?? "dimmed"));
  const corners = useStore(({ nodeLookup }) => [source, target].map((end) => cornerOf(nodeLookup.get(end))).join(" "));
  const [fromX, fromY, toX, toY] = corners.split(" ").map(Number);
  const down = edge.sourcePosition === Position.Bottom;
  const ends = [{ x: edge.sourceX, y: edge.sourceY }, { x: edge.targetX, y: edge.targetY }, { x: fromX, y: fromY }, { x: toX, y: toY }] as const;
  const known = useRef<Way | null>(null);
  const way = useCellPart(session.nodes, (nodes) => {
    const now = wayOf(...ends, down, edge.data?.wire.again ?? 0, nodes);
    return known.current?.path === now.path ? known.current : (known.current = now);
  });
  const words = flow ? `${down ? "▴" : "◂"} ${flow.norm}${flow.word && ` ${flow.word}`}` : shape;
  const { box, fits } = spotOfShape(way, words);
  const covered = useCellPart(session.nodes, (nodes) => !fits || session.scene.get().isFar || isCovered(nodes, box));
  return (
    <g className={["nn-wire", selected && "is-selected", taking && "is-taking", flow && "is-back", flow?.word && "is-unwell", lit && `is-${lit}`].filter(Boolean).join(" ")} data-flow={flow?.word}>
      <BaseEdge id={id} path={way.path} interactionWidth={24} style={flow && { strokeWidth: flow.width }} />
      {words && !covered && (
        <text x={down ? way.x + 8 : way.x} y={way.y} dy={down ? "0.35em" : "-0.5em"} textAnchor={down ? "start" : "middle"}>
          {words}
        </text>
      )}
    </g>
  );
});

const cornerOf = (node: { internals: { positionAbsolute: { x: number; y: number } } } | undefined) =>
  node ? `${node.internals.positionAbsolute.x} ${node.internals.positionAbsolute.y}` : "0 0";
