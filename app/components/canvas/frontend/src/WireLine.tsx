// A wire with the shape that flows through it; while an operator is dragged over it, it shows that it would let it in.
import { BaseEdge, type EdgeProps, getBezierPath } from "@xyflow/react";
import { memo } from "react";
import { useCellPart } from "./cell";
import { useSession } from "./context";
import { useNote } from "./OperatorCard";
import type { WireEdge } from "./reconcile";

export const WireLine = memo(function WireLine(edge: EdgeProps<WireEdge>) {
  const { id, source, selected } = edge;
  const shape = useNote(source)?.shape;
  const taking = useCellPart(useSession().dropWire, (current) => current === id);
  const [path, x, y] = getBezierPath(edge);
  return (
    <g className={["nn-wire", selected && "is-selected", taking && "is-taking"].filter(Boolean).join(" ")}>
      <BaseEdge id={id} path={path} interactionWidth={24} />
      {shape && (
        <text x={x} y={y} dy="-0.5em" textAnchor="middle">
          {shape}
        </text>
      )}
    </g>
  );
});
