// One fault's sentence beside its card, readable without hovering, with the buttons that mend it: of the selected node, else of the one
// whose fault is newest. The others have their mark alone, so that ten faults do not cover the network. Clicks go through all but buttons.
import { useInternalNode, useStore, ViewportPortal } from "@xyflow/react";
import { useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useNote, useSession } from "./context";
import { faultSpot, inView } from "./faultSpot";
import { FaultIcon } from "./Icon";
import { Repairs } from "./form/Repairs";
import type { CardNode } from "./reconcile";
import { lookOf } from "./stores";

const WIDTH = 280;

export function Faults() {
  const session = useSession();
  const all = useCell(session.nodes);
  const loud = useCell(session.loud);
  const newest = useCell(session.newestFault);
  const tells = (id: string | undefined) => {
    const fault = id && session.notes.get(id)?.fault;
    return fault && fault.text && lookOf(fault, loud) !== "need" ? id : null;
  };
  const shown = useSyncExternalStore(session.notes.subscribeAll, () => {
    const selected = all.filter((node) => node.selected && tells(node.id));
    return tells(selected[0]?.id) ?? tells(newest ?? undefined) ?? tells(all.find(({ id }) => tells(id))?.id);
  });
  // Zoomed out the sentence keeps its size on the screen as long as it can.
  const scale = useStore((store) => Math.min(2.2, Math.max(1, Math.round(10 / store.transform[2]) / 10)));
  return <ViewportPortal>{shown && <FaultText key={shown} id={shown} scale={scale} />}</ViewportPortal>;
}

function FaultText({ id, scale }: { id: string; scale: number }) {
  const node = useInternalNode<CardNode>(id);
  const fault = useNote(id)?.fault;
  const { box, height } = useHeight(JSON.stringify(fault));
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
      style={{ width: WIDTH, transform: `translate(${spot}) scale(${scale})`, transformOrigin: "0 0" }}
      data-testid="fault"
      data-fault-of={id}
      aria-hidden="true" // the form and the list of faults say it, with the same buttons, to those who do not see it
    >
      <FaultIcon severity={fault.severity} />
      <span>{fault.text}</span>
      <Repairs repairs={fault.repairs} tabIndex={-1} />
    </div>
  );
}

/** How high the sentence is, which its words decide. */
function useHeight(told: string) {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => setHeight(box.current?.offsetHeight ?? 0), [told]);
  return { box, height };
}
