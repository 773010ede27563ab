// A node as a card: family colour and icon, operator and label, what matters, output shape and parameters, and room for the
// live histogram. One component draws every operator, from what the palette and Python's notes say.
import { Handle, type NodeProps } from "@xyflow/react";
import { type CSSProperties, memo, type MouseEvent, useCallback, useLayoutEffect, useRef } from "react";
import { useCell, useCellPart } from "./cell";
import { useCommands, useNote, useSession } from "./context";
import { familyStyle } from "./family";
import { type Direction, portKey } from "./graph";
import { FaultIcon, Icon, Snow } from "./Icon";
import { along, SIDES } from "./ports";
import type { CardNode } from "./reconcile";
import { lookOf } from "./stores";
import { StripPlot } from "./StripPlot";
import { badgesWidth, farSize, isLong, isStacked, midSize, shapeSize, timesOf } from "./title";

export const OperatorCard = memo(function OperatorCard({ id, data, selected }: NodeProps<CardNode>) {
  const session = useSession();
  const commands = useCommands();
  const { pressed, press } = usePress();
  const note = useNote(id);
  const catalogue = useCell(session.catalogue);
  const operator = catalogue.operators.get(data.kind);
  const family = catalogue.families.get(operator?.family ?? "");
  const roving = useCellPart(session.roving, (current) => current === id);
  const aimed = useCellPart(session.target, (current) => current === id);
  const found = useCellPart(session.found, (all) => !!all?.has(id));
  const dimmed = useCellPart(session.lit, (lit) => !!lit && !lit.nodes.has(id));
  const fault = note?.fault;
  const loud = useCell(session.loud);
  const look = fault && lookOf(fault, loud);
  const title = catalogue.titleOf(data);
  const label = catalogue.labelOf(data) || (operator ? "" : data.kind);
  const badges = badgesWidth(data);
  const names = ["nn-card", data.block !== undefined && "is-block", selected && "is-selected", aimed && "is-aimed", found && "is-found", dimmed && "is-dimmed", !operator && "is-unknown", look && `has-${look}`];
  return (
    <div
      className={names.filter(Boolean).join(" ")}
      style={{ ...familyStyle(family?.name), "--badges": `${badges}px` } as CSSProperties}
      ref={useFocusWhenWanted(id)}
      tabIndex={roving ? 0 : -1}
      role="button"
      aria-pressed={selected}
      data-testid="node"
      data-node-id={id}
      data-kind={data.kind}
      data-fault={look}
      onMouseDownCapture={press}
      onFocus={(event) => {
        session.roving.set(id);
        if (pressed.current || selected || !event.currentTarget.matches(":focus-visible")) return;
        session.select([id]);
        commands.reveal(id);
      }}
    >
      <header className={`${isLong(title) ? "is-long" : ""} ${isStacked(title, label) ? "is-stacked" : ""}`}>
        <Icon path={family?.icon} />
        <b style={{ "--far-size": `${farSize(title)}px`, "--mid-size": `${midSize(title)}px` } as CSSProperties}>{title}</b>
        <span className="nn-label">{label}</span>
        {data.times !== undefined && <span className="nn-times">{timesOf(data.times)}</span>}
        {data.frozen && <Snow />}
        {look && <FaultIcon severity={look} />}
      </header>
      <p className="nn-line" title={note?.line}>
        {note?.line}
      </p>
      <p className="nn-sums">
        <span className="nn-shape" style={{ "--far-size": `${shapeSize(note?.shape ?? "", badges)}px` } as CSSProperties}>
          {note?.shape}
        </span>
        {note?.parameters && <span className="nn-parameters">{note.parameters}</span>}
      </p>
      <StripPlot id={id} />
      {fault && <span className="nn-unseen">{`${look}: ${fault.text}`}</span>}
      <Ports id={id} ports={data.ports.inputs} side="target" direction={data.direction} />
      <Ports id={id} ports={data.ports.outputs} side="source" direction={data.direction} />
    </div>
  );
});

interface PortsProps {
  id: string;
  ports: { name: string; many?: boolean; title?: string }[];
  side: "source" | "target";
  direction: Direction;
}

function Ports({ id, ports, side, direction }: PortsProps) {
  const fits = useCell(useSession().fits);
  return ports.map(({ name, many, title }, i) => {
    const at = `${along(i, ports.length) * 100}%`;
    const fit = fits && (fits.has(portKey(id, side, name)) ? "fits" : "fits-not");
    return (
      <Handle
        key={name}
        id={name}
        type={side}
        position={SIDES[direction][side]}
        style={direction === "lr" ? { top: at } : { left: at }}
        className={["nn-port", many && "takes-many", fit].filter(Boolean).join(" ")}
        data-port={name}
        data-side={side}
      >
        {ports.length > 1 && <i>{title ?? name}</i>}
      </Handle>
    );
  });
}

/** A press focuses a card without the browser scrolling it into view, which would move it away from under the pointer. */
function usePress() {
  const pressed = useRef(false);
  const press = useCallback((event: MouseEvent<HTMLElement>) => {
    event.preventDefault();
    pressed.current = true;
    event.currentTarget.focus({ preventScroll: true });
    pressed.current = false;
  }, []);
  return { pressed, press };
}

/** A new card gets the focus as soon as it is drawn, so that the next key goes on from there. */
function useFocusWhenWanted(id: string) {
  const session = useSession();
  const card = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (session.wantsFocus !== id) return;
    session.wantsFocus = null;
    card.current?.focus({ preventScroll: true });
  }, [id, session]);
  return card;
}
