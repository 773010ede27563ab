// Each fault's sentence beside its card, readable without hovering, over every neighbour, inside the stage and in nobody's way: clicks go through.
import { useInternalNode, useStore, ViewportPortal } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useNote, useSession } from "./context";
import { faultSpot, inView } from "./faultSpot";
import { FaultIcon } from "./Icon";
import type { CardNode } from "./reconcile";

const WIDTH = 280;

export function Faults() {
  const { notes, nodes } = useSession();
  const all = useCell(nodes);
  const faulty = useSyncExternalStore(notes.subscribeAll, () =>
    all
      .filter(({ id }) => notes.get(id)?.fault?.text) // of a fault that several nodes share the first one says it
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
  const { box, height } = useHeight(fault?.text);
  const spot = useStore(({ transform, width, height: stageHeight }) => {
    if (!node) return "";
    const size = { width: WIDTH * scale, height: height * scale };
    const { x, y } = faultSpot(node.internals.positionAbsolute, size, node.data.direction, inView(transform, { width, height: stageHeight }));
    return `${Math.round(x)}px, ${Math.round(y)}px`; // a text: the same place draws nothing again
  });
  if (!node || !fault) return null;
  return (
    <div
      ref={box}
      className={`nn-fault is-${fault.severity}`}
      style={{ width: WIDTH, transform: `translate(${spot}) scale(${scale})`, transformOrigin: "0 0", zIndex: node.selected ? 2 : 1 }}
      data-testid="fault"
      data-fault-of={id}
      aria-hidden="true"
    >
      <FaultIcon severity={fault.severity} />
      <span>{fault.text}</span>
    </div>
  );
}

/** How high the sentence is, which its words decide. */
function useHeight(text: string | undefined) {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => setHeight(box.current?.offsetHeight ?? 0), [text]);
  return { box, height };
}
