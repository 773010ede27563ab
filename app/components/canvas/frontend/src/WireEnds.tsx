// Over the drawing while one wire is selected: what it leads from and to, each a press away.
import { useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { barSpot } from "./barSpot";
import { useCell, useCellPart } from "./cell";
import { useCommands, useSession } from "./context";
import { CARD } from "./graph";
import { Icon, TOOLS } from "./Icon";
import { type FlowStore, viewOf } from "./useScene";

export function WireEnds() {
  const session = useSession();
  const commands = useCommands();
  const wire = useCellPart(session.edges, (edges) => {
    const [one, ...others] = edges.filter(({ selected }) => selected);
    return others.length ? null : (one?.data?.wire ?? null);
  });
  const isAlone = !useCellPart(session.nodes, (nodes) => nodes.some(({ selected }) => selected));
  const isDown = useCell(session.direction) === "tb";
  const bar = useFreeSpot(wire);
  if (!wire || !isAlone) return null;
  const [back, on] = isDown ? [TOOLS.toTop, TOOLS.toBottom] : [TOOLS.backward, TOOLS.forward];
  const [from, to] = [commands.nameOfEnd("from"), commands.nameOfEnd("to")];
  return (
    <div className="nn-ends" ref={bar} role="toolbar" aria-label="Ends of the wire" data-testid="wire-ends">
      <button type="button" title={`Go to where the wire begins: ${from} (Home)`} onClick={() => commands.jump("from")}>
        <Icon path={back} />
        <span>{from}</span>
      </button>
      <button type="button" title={`Go to where the wire ends: ${to} (End)`} onClick={() => commands.jump("to")}>
        <span>{to}</span>
        <Icon path={on} />
      </button>
    </div>
  );
}

const OVER = ".nn-lit, .nn-find, .nn-breadcrumb, .nn-overview"; // what else stands over the drawing

/** Puts a bar where it hides no card, when it comes: it stays there while the view is moved. */
function useFreeSpot(shown: unknown) {
  const session = useSession();
  const commands = useCommands();
  const store = useStoreApi() as unknown as FlowStore;
  const bar = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const stage = commands.stage()?.getBoundingClientRect();
    if (!bar.current || !stage) return;
    const { x, y, zoom } = viewOf(store);
    const cards = session.nodes.get().map(({ position }) => ({
      x: x + position.x * zoom,
      y: y + position.y * zoom,
      width: CARD.width * zoom,
      height: CARD.height * zoom,
    }));
    const root = bar.current.getRootNode() as ShadowRoot | Document;
    const others = [...root.querySelectorAll(OVER)].map((other) => {
      const box = other.getBoundingClientRect();
      return { x: box.x - stage.x, y: box.y - stage.y, width: box.width, height: box.height };
    });
    const room = { width: stage.width, height: stage.height };
    const seen = cards.filter((card) => card.x < room.width && card.y < room.height && card.x + card.width > 0 && card.y + card.height > 0);
    const size = { width: bar.current.offsetWidth, height: bar.current.offsetHeight };
    const at = barSpot(size, room, [...seen, ...others]);
    Object.assign(bar.current.style, { left: `${at.x}px`, top: `${at.y}px` });
  }, [shown, session, commands, store]);
  return bar;
}
