// A small searchable list at a place on the drawing: an operator to put there, or the other end of a wire from a node.
import { type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCell } from "./cell";
import type { Commands } from "./commands";
import { useCommands, useSession } from "./context";
import { familyStyle } from "./family";
import { wireId } from "./graph";
import { Icon } from "./Icon";
import { possibleWires } from "./rules";
import { findOperators } from "./search";
import type { Picker, Session } from "./session";

interface Choice {
  key: string;
  text: string;
  detail: string;
  family?: string;
  node?: string; // a card to point at
  choose: () => void;
}

const SIZE = { width: 300, height: 330 };

export function PickList() {
  const picker = useCell(useSession().picker);
  return picker && <OpenList key={JSON.stringify(picker)} picker={picker} />;
}

function OpenList({ picker }: { picker: Picker }) {
  const session = useSession();
  const commands = useCommands();
  const { families } = useCell(session.catalogue);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLUListElement>(null);
  const choices = useMemo(
    () => (picker.what === "operator" ? operatorChoices(picker, query, commands) : wireChoices(picker.node, query, commands)),
    [picker, query, commands],
  );
  const current = choices[Math.min(chosen, choices.length - 1)];
  const close = () => {
    session.picker.set(null);
    const id = session.roving.get();
    const root = field.current?.getRootNode() as ShadowRoot | undefined;
    if (id) root?.querySelector<HTMLElement>(`[data-node-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
  };
  const take = (choice: Choice | undefined) => {
    if (!choice) return;
    close();
    choice.choose();
  };
  useLayoutEffect(() => field.current?.focus({ preventScroll: true }), []);
  useEffect(() => {
    session.target.set(current?.node ?? null);
    if (current?.node) commands.reveal(current.node);
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [current, session, commands]);
  useEffect(() => () => session.target.set(null), [session]);
  const press = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" || (event.key === "Tab" && !event.shiftKey) ? 1 : event.key === "ArrowUp" || event.key === "Tab" ? -1 : 0;
    if (step && choices.length) setChosen((Math.min(chosen, choices.length - 1) + step + choices.length) % choices.length);
    else if (event.key === "Enter") take(current);
    else if (event.key === "Escape") close();
    else if (!step) return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = picker.what === "operator" ? (picker.placeholder ? "Operator to put in its place" : "Operator to put here") : `Wire ${nameOf(session, picker.node)} to`;
  return (
    <div
      className="nn-pick"
      style={placeIn(commands.stage(), picker.screen)}
      onKeyDown={press}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && session.picker.set(null)}
      data-testid="pick-list"
    >
      <input
        ref={field}
        role="combobox"
        aria-expanded="true"
        aria-controls="nn-choices"
        aria-activedescendant={current && `nn-choice-${choices.indexOf(current)}`}
        aria-label={words}
        placeholder={words}
        value={query}
        onChange={(event) => {
          setQuery(event.target.value);
          setChosen(0);
        }}
      />
      <ul id="nn-choices" role="listbox" ref={list} aria-label={words}>
        {choices.map((choice, i) => (
          <li
            key={choice.key}
            id={`nn-choice-${i}`}
            role="option"
            aria-selected={choice === current}
            style={choice.family ? familyStyle(choice.family) : undefined}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setChosen(i)}
            onClick={() => take(choice)}
          >
            {choice.family && <Icon path={families.get(choice.family)?.icon} />}
            <span>{choice.text}</span>
            <small>{choice.detail}</small>
          </li>
        ))}
      </ul>
      {!choices.length && <p className="nn-none">Nothing here matches. Try another name.</p>}
    </div>
  );
}

function operatorChoices(picker: Extract<Picker, { what: "operator" }>, query: string, commands: Commands): Choice[] {
  const { catalogue, sync } = commands.session;
  const { end, at, placeholder } = picker;
  return findOperators(catalogue.get().offered(sync.where), query)
    .filter((operator) => !end || (end.side === "source" ? operator.inputs.length : operator.outputs.length))
    .map(({ kind, title, keras, family }) => ({
      key: kind,
      text: title,
      detail: keras === title ? "" : keras,
      family,
      choose: () => (placeholder ? commands.standIn(kind, placeholder) : commands.addWired(kind, at, end)),
    }));
}

/** New wires first, then those that could be cut, and what goes along them. */
function wireChoices(id: string, query: string, commands: Commands): Choice[] {
  const { session } = commands;
  const graph = session.sync.view;
  const catalogue = session.catalogue.get();
  const node = graph.nodes.find((one) => one.id === id);
  if (!node) return [];
  /** What a port is called, where its node has several. */
  const called = (other: string, side: "inputs" | "outputs", port: string) => {
    const found = graph.nodes.find((one) => one.id === other);
    const ports = found ? catalogue.ports(found, graph)[side] : [];
    return ports.length > 1 && (ports.find(({ name }) => name === port)?.title ?? port);
  };
  const ports = (wire: { from: string; from_port: string; to: string; to_port: string }) =>
    [called(wire.from, "outputs", wire.from_port), called(wire.to, "inputs", wire.to_port)].filter(Boolean).join(" to ");
  const legal = possibleWires(graph, catalogue, node).map((wire) => ({
    key: `to ${wire.from_port} ${wire.to} ${wire.to_port}`,
    text: nameOf(session, wire.to),
    detail: ports(wire),
    family: catalogue.operators.get(graph.nodes.find((one) => one.id === wire.to)!.kind)?.family,
    node: wire.to,
    choose: () => commands.connect(wire),
  }));
  const own = graph.wires.filter((wire) => wire.from === id || wire.to === id);
  const looks = own.map((wire) => ({
    key: `look ${wireId(wire)}`,
    text: wire.from === id ? `Chain rule of the wire to ${nameOf(session, wire.to)}` : `Chain rule of the wire from ${nameOf(session, wire.from)}`,
    detail: ports(wire),
    node: wire.from === id ? wire.to : wire.from,
    choose: () => session.selectWire(wire),
  }));
  const cuts = own.map((wire) => ({
    key: `cut ${wireId(wire)}`,
    text: wire.from === id ? `Cut the wire to ${nameOf(session, wire.to)}` : `Cut the wire from ${nameOf(session, wire.from)}`,
    detail: ports(wire),
    node: wire.from === id ? wire.to : wire.from,
    choose: () => commands.cut(wire),
  }));
  const typed = query.trim().toLowerCase();
  return [...legal, ...cuts, ...looks].filter(({ text }) => text.toLowerCase().includes(typed));
}

function nameOf(session: Session, id: string): string {
  const node = session.sync.view.nodes.find((one) => one.id === id);
  return node ? session.catalogue.get().name(node) : "";
}

/** Near the place asked for, and wholly inside the drawing. */
function placeIn(stage: HTMLElement | null, { x, y }: { x: number; y: number }) {
  const room = stage?.getBoundingClientRect() ?? { width: 1000, height: 600 };
  return {
    left: Math.max(8, Math.min(x, room.width - SIZE.width - 8)),
    top: Math.max(8, Math.min(y, room.height - SIZE.height - 8)),
    width: SIZE.width,
    maxHeight: Math.min(SIZE.height, room.height - 16),
  };
}
