// Each fault's sentence beside its card, readable without hovering, over every neighbour and in nobody's way: clicks go through.
import { useInternalNode, useStore, ViewportPortal } from "@xyflow/react";
import { useMemo, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { CARD } from "./graph";
import { FaultIcon } from "./Icon";
import { useNote } from "./OperatorCard";
import type { CardNode } from "./reconcile";

const WIDTH = 280;

export function Faults() {
  const { notes, nodes } = useSession();
  const all = useCell(nodes);
  const faulty = useSyncExternalStore(notes.subscribeAll, () =>
    all
      .filter(({ id }) => notes.get(id)?.fault)
      .map(({ id }) => id)
      .join(" "),
  );
  const ids = useMemo(() => faulty.split(" ").filter(Boolean), [faulty]);
  // Zoomed out the sentence keeps its size on the screen as long as it can.
  const scale = useStore((store) => Math.min(2.2, Math.max(1, Math.round(10 / store.transform[2]) / 10)));
  return (
    <ViewportPortal>
      {ids.map((id) => (
        <FaultText key={id} id={id} scale={scale} />
      ))}
    </ViewportPortal>
  );
}

function FaultText({ id, scale }: { id: string; scale: number }) {
  const node = useInternalNode<CardNode>(id);
  const fault = useNote(id)?.fault;
  if (!node || !fault) return null;
  const { x, y } = node.internals.positionAbsolute;
  const aside = node.data.direction === "tb"; // below a card of a network that runs down is the next card
  const place = aside ? `${x + CARD.width + 14}px, ${y}px` : `${x - (WIDTH - CARD.width) / 2}px, ${y + CARD.height + 6}px`;
  return (
    <div
      className={`nn-fault is-${fault.severity}`}
      style={{ width: WIDTH, transform: `translate(${place}) scale(${scale})`, transformOrigin: aside ? "0 0" : "50% 0", zIndex: node.selected ? 2 : 1 }}
      data-testid="fault"
      data-fault-of={id}
      aria-hidden="true"
    >
      <FaultIcon severity={fault.severity} />
      <span>{fault.text}</span>
    </div>
  );
}
