// One fault's sentence near its card, readable without hovering, with the buttons that mend it: of the selected node, else of the one
// whose fault is newest. The others have their mark alone, so that ten faults do not cover the network; so has the one that the form
// tells where its sentence would hide other cards, and what Escape put away. Clicks go through all but buttons.
import { useStore, ViewportPortal } from "@xyflow/react";
import { useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useNote, useSession } from "./context";
import { between, faultSpot, inView } from "./faultSpot";
import { FaultIcon } from "./Icon";
import { Repairs } from "./form/Repairs";
import { type Fault, lookOf } from "./stores";

const WIDTH = { usual: 280, long: 400 };
const LEAST_READ = 0.23; // zoom: farther out its words are smaller than 7 pixels, and the mark on its card and the list of faults are left
const LARGEST = 2.2; // times the size of a card's words: farther out the sentence goes along, since it would cover what it is about
const NEAR = { x: 2400, y: 1600 }; // how far from its card a sentence might lie on others
const LONG = 220; // letters: a high and narrow sentence finds no place

export function Faults() {
  const session = useSession();
  const all = useCell(session.nodes);
  const loud = useCell(session.loud);
  const newest = useCell(session.newestFault);
  const quiet = useCell(session.quiet);
  const tells = (id: string | undefined) => {
    const fault = id && !quiet.has(id) && session.notes.get(id)?.fault;
    return fault && fault.text && lookOf(fault, loud) !== "need" ? id : null;
  };
  const shown = useSyncExternalStore(session.notes.subscribeAll, () => {
    const selected = all.filter((node) => node.selected && tells(node.id));
    return tells(selected[0]?.id) ?? tells(newest ?? undefined) ?? tells(all.find(({ id }) => tells(id))?.id);
  });
  const scale = useStore((store) => Math.min(LARGEST, 1 / store.transform[2])); // it keeps its size on the screen
  const isRead = useStore((store) => store.transform[2] >= LEAST_READ);
  return <ViewportPortal>{shown && isRead && <FaultText key={shown} id={shown} scale={scale} />}</ViewportPortal>;
}

function FaultText({ id, scale }: { id: string; scale: number }) {
  const session = useSession();
  const all = useCell(session.nodes);
  const node = all.find((one) => one.id === id);
  const fault = useNote(id)?.fault;
  const { box, height } = useHeight(JSON.stringify(fault));
  const width = fault && lettersOf(fault) > LONG ? WIDTH.long : WIDTH.usual;
  const size = { width: width * scale, height: height * scale };
  const at = node?.position;
  const places = useMemo(() => (at ? all.map(({ position }) => position).filter(({ x, y }) => Math.abs(x - at.x) < NEAR.x && Math.abs(y - at.y) < NEAR.y) : []), [all, at]);
  const found = useStore(({ transform, ...stage }) => {
    if (!at) return "";
    const { x, y, hides } = faultSpot(at, size, inView(transform, stage), places);
    return `${Math.round(x)} ${Math.round(y)} ${Number(hides)}`; // a text: the same place draws nothing again
  });
  if (!node || !at || !fault) return null;
  const [x, y, hides] = found.split(" ").map(Number);
  const line = between({ x, y, ...size }, at, places);
  const isTold = !!hides && !!node.selected && session.labelField(id) !== null;
  return (
    <div className={`nn-fault-spot is-${fault.severity}`} style={isTold ? { visibility: "hidden" } : {}}>
      {line && (
        <svg className="nn-fault-line" aria-hidden="true">
          <path d={`M${line.from.x} ${line.from.y}L${line.to.x} ${line.to.y}`} />
          <circle cx={line.to.x} cy={line.to.y} r={4 * scale} />
        </svg>
      )}
      <div
        ref={box}
        className={`nn-fault is-${fault.severity}`}
        style={{ width, transform: `translate(${x}px, ${y}px) scale(${scale})`, transformOrigin: "0 0" }}
        data-testid="fault"
        data-fault-of={id}
        aria-hidden="true" // the form and the list of faults say it, with the same buttons, to those who do not see it
      >
        <FaultIcon severity={fault.severity} />
        <span>{fault.text}</span>
        {fault.within && (
          <span className="gb-repairs nopan nodrag">
            <button type="button" tabIndex={-1} data-testid="within" onClick={() => session.show(fault.within!)}>
              Show it
            </button>
          </span>
        )}
        <Repairs repairs={fault.repairs} node={id} tabIndex={-1} />
      </div>
    </div>
  );
}

const lettersOf = ({ text, repairs }: Fault) => repairs.reduce((sum, { says }) => sum + says.length, text.length);

/** How high the sentence is, which its words decide. */
function useHeight(told: string) {
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(0);
  useLayoutEffect(() => setHeight(box.current?.offsetHeight ?? 0), [told]);
  return { box, height };
}
