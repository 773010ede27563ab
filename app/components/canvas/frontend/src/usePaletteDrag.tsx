// Dragging an operator out of the palette, by mouse, pen or finger: a ghost follows the pointer, a wire below it lights up, and
// where it is let go there it stays.
import { type PointerEvent, useMemo, useRef, useState } from "react";
import { useCommands, useSession } from "./context";
import { familyStyle } from "./family";
import type { Operator } from "./graph";
import { Icon } from "./Icon";

const THRESHOLD = 5; // pixels; below it a press is a click

interface Drag {
  operator: Operator;
  x: number;
  y: number;
}

export function usePaletteDrag() {
  const session = useSession();
  const commands = useCommands();
  const [drag, setDrag] = useState<Drag | null>(null);
  const press = useRef<{ x: number; y: number; dragging: boolean } | null>(null);
  const dragged = useRef(false);

  const handlers = useMemo(() => {
    const under = (event: PointerEvent) => (commands.stage()?.getRootNode() as ShadowRoot).elementFromPoint(event.clientX, event.clientY);
    const wireUnder = (event: PointerEvent, operator: Operator) =>
      operator.inputs.length && operator.outputs.length
        ? (under(event)?.closest<HTMLElement>(".react-flow__edge")?.dataset.id ?? null)
        : null;
    const at = (event: PointerEvent) => commands.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false });
    const end = () => {
      press.current = null;
      session.target.set(null);
      session.dropWire.set(null);
      setDrag(null);
    };
    return (operator: Operator) => ({
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        dragged.current = false;
        if (event.button !== 0) return;
        press.current = { x: event.clientX, y: event.clientY, dragging: false };
        event.currentTarget.setPointerCapture(event.pointerId);
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        const start = press.current;
        if (!start) return;
        start.dragging ||= Math.hypot(event.clientX - start.x, event.clientY - start.y) > THRESHOLD;
        if (!start.dragging) return;
        dragged.current = true;
        session.dropWire.set(wireUnder(event, operator));
        session.target.set(under(event)?.closest(".react-flow") ? commands.placeholderAt(at(event)) : null);
        setDrag({ operator, x: event.clientX, y: event.clientY });
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        const target = press.current?.dragging ? under(event) : null;
        if (target?.closest(".react-flow")) {
          commands.addAt(operator.kind, at(event), wireUnder(event, operator));
        }
        end();
      },
      onPointerCancel: end,
    });
  }, [session, commands]);

  const ghost = drag && (
    <div className="nn-ghost" style={{ ...familyStyle(drag.operator.family), transform: `translate(${drag.x}px, ${drag.y}px)` }}>
      <Icon path={session.catalogue.get().families.get(drag.operator.family)?.icon} />
      {drag.operator.title}
    </div>
  );
  return { handlers, ghost, justDragged: () => dragged.current };
}
