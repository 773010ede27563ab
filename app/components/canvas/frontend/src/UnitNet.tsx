// A network of points as its units: each with what it answers over the plane, and the weights between them as lines. A press on a line or
// a unit sets a weight by hand: the running training takes it, and goes on from there.
import { type FormEvent, type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { readNumber } from "./form/values";
import { inOrder } from "./graph";
import { send } from "./live/asking";
import type { RunRecord, Units } from "./live/record";
import { short } from "./live/words";
import { overPlane, Painted } from "./picture";
import { pointed } from "./pointed";
import { pollers, type Run } from "./poller";
import { breadthOf, type Column, columnsOf, type Link, linksOf, placesOf, type Room } from "./unitPlaces";
import { walks } from "./walk";

const PER_SECOND = 4;

/** What is being set: one weight, or all of a unit. */
type Chosen = { node: string; unit: number; input: number | null };

export function UnitNet() {
  const session = useSession();
  const run = useCell(session.run);
  const isShown = useCell(session.unitsShown);
  const has = useHasUnits(run);
  return isShown && has && run?.tints ? <Net key={run.id} run={run} tints={run.tints} /> : null;
}

/** Among the tools, where there are units to show. */
export function UnitsSwitch() {
  const session = useSession();
  const isShown = useCell(session.unitsShown);
  const has = useHasUnits(useCell(session.run));
  if (!has) return null;
  return (
    <>
      <hr />
      <button type="button" className="nn-units-switch" aria-pressed={isShown} title="Units and weights: each unit with what it answers, and every weight as a line, in the place of the cards" data-testid="units-switch" onClick={() => session.unitsShown.set(!isShown)}>
        Units
      </button>
    </>
  );
}

function useHasUnits(run: Run | null): boolean {
  const [has, setHas] = useState(false);
  useEffect(() => (run ? pollers.watch(run, (record) => setHas((before) => hasUnits(record) ?? before), 1) : setHas(false)), [run]);
  return has;
}

/** Null while a run that just began has shown nothing yet: what was shown before it stays until then. */
function hasUnits({ units, nodes, step, isFinal }: RunRecord): boolean | null {
  if (units.now) return !!Object.keys(units.now.weights ?? {}).length;
  return (nodes.size && step) || isFinal ? false : null;
}

function Net({ run, tints }: { run: Run; tints: [string, string] }) {
  const session = useSession();
  const at = useCell(walks.at(run.id));
  const [record, setRecord] = useState<RunRecord | undefined>();
  const [, draw] = useState(0);
  useEffect(
    () =>
      pollers.watch(
        run,
        (one) => {
          setRecord(one);
          draw((count) => count + 1);
        },
        PER_SECOND,
      ),
    [run],
  );
  const box = useRef<HTMLDivElement>(null);
  const [room, setRoom] = useState<Room>({ width: 0, height: 0 });
  useLayoutEffect(() => {
    const read = () => box.current && setRoom({ width: box.current.clientWidth, height: box.current.clientHeight });
    read();
    const observer = new ResizeObserver(read);
    observer.observe(box.current!);
    return () => observer.disconnect();
  }, []);
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [hovered, setHovered] = useState<Link | null>(null);
  const units = record?.units.at(at) ?? null;
  return (
    <div ref={box} className="nn-units" data-testid="units" data-step={units?.step ?? -1} role="group" aria-label="The units of the network">
      {!units && <p className="nn-units-told">The units are here once the training has begun.</p>}
      {units && room.width > 0 && (
        <Drawn units={units} run={run} tints={tints} room={room} chosen={chosen} choose={setChosen} hovered={hovered} hover={setHovered} isLive={at === null} graph={session.sync.view} />
      )}
    </div>
  );
}

interface DrawnProps {
  units: Units;
  run: Run;
  tints: [string, string];
  room: Room;
  chosen: Chosen | null;
  choose: (chosen: Chosen | null) => void;
  hovered: Link | null;
  hover: (link: Link | null) => void;
  isLive: boolean;
  graph: Parameters<typeof inOrder>[0];
}

function Drawn({ units, run, tints, room, chosen, choose, hovered, hover, isLive, graph }: DrawnProps) {
  const catalogue = useCell(useSession().catalogue);
  const order = useMemo(() => inOrder(graph).map(({ id }) => id), [graph]);
  const columns = columnsOf(units, graph.wires, order);
  const links = linksOf(units, graph.wires, columns);
  const { side, at, x } = placesOf(columns, room, !!run.titles?.[columns[0]?.id]);
  const largest = Math.max(0, ...links.map(({ weight }) => Math.abs(weight)));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  const called = (id: string) => (nodes.get(id) && catalogue.labelOf(nodes.get(id)!)) || id;
  const unitCalled = (id: string, unit: number) => run.titles?.[id]?.[unit] ?? `${called(id)}, unit ${unit + 1}`;
  const told = ({ from, to, weight }: Link) => `${unitCalled(from.node, from.unit)} → ${unitCalled(to.node, to.unit)}: weight ${short(weight)}`;
  const place = (end: Link["from"]) => at.get(`${end.node} ${end.unit}`)!;
  const wayOf = ({ from, to }: Link) => {
    const [a, b] = [place(from), place(to)];
    const [start, end] = [a.x + side / 2, b.x - side / 2];
    const middle = (start + end) / 2;
    return `M${start} ${a.y}C${middle} ${a.y} ${middle} ${b.y} ${end} ${b.y}`;
  };
  const isChosen = ({ from, to }: Link) => chosen?.node === to.node && chosen.unit === to.unit && (chosen.input === null || chosen.input === from.unit);
  return (
    <>
      <svg width={room.width} height={room.height} aria-hidden="true">
        {links.map((link) => (
          <path key={link.name} d={wayOf(link)} stroke={tints[Number(link.weight >= 0)]} strokeWidth={breadthOf(link.weight, largest)} className={isChosen(link) || hovered?.name === link.name ? "is-lit" : undefined} />
        ))}
        {links.map((link) => (
          <path key={link.name} d={wayOf(link)} className="nn-units-hold" data-weight={link.name} onPointerEnter={() => hover(link)} onPointerLeave={() => hover(null)} onClick={() => choose({ node: link.to.node, unit: link.to.unit, input: link.from.unit })} />
        ))}
      </svg>
      {columns.map((column, i) => (
        <Head key={column.id} column={column} x={x[i]} label={called(column.id)} isLast={!!run.ends?.includes(column.id)} />
      ))}
      {columns.flatMap(({ id, weighs }) =>
        units.nodes[id].map((letters, unit) => (
          <Tile
            key={`${id} ${unit}`}
            letters={letters}
            size={units.size}
            tints={tints}
            side={side}
            at={at.get(`${id} ${unit}`)!}
            name={run.titles?.[id]?.[unit]}
            label={`${unitCalled(id, unit)}${weighs ? `: bias ${short(units.weights?.[id]?.bias?.[unit] ?? 0)}. Press to set its weights` : ""}`}
            point={(isOver) => pointed.set(isOver ? { run: run.id, node: id, unit } : null)}
            press={weighs ? () => choose({ node: id, unit, input: null }) : undefined}
          />
        )),
      )}
      {hovered && !chosen && <p className="nn-units-told" role="status">{`${told({ ...hovered, weight: links.find(({ name }) => name === hovered.name)?.weight ?? hovered.weight })}. Press to set it.`}</p>}
      {chosen && <Editor key={JSON.stringify(chosen)} chosen={chosen} units={units} links={links} run={run} isLive={isLive} title={unitCalled(chosen.node, chosen.unit)} called={unitCalled} side={columns.findIndex(({ id }) => id === chosen.node) > columns.length / 2 ? "left" : "right"} close={() => choose(null)} />}
    </>
  );
}

/** What a column is, and how many units its layer has. */
function Head({ column, x, label, isLast }: { column: Column; x: number; label: string; isLast: boolean }) {
  const session = useSession();
  const more = (by: number) => session.enter({ of: "node", ids: [column.id] }, "units", column.count + by, true);
  return (
    <div className="nn-units-head" style={{ left: x }}>
      <b title={label}>{label}</b>
      <span>
        {column.weighs && !isLast && (
          <button type="button" aria-label={`One unit less in ${label}`} disabled={column.count <= 1} onClick={() => more(-1)}>
            −
          </button>
        )}
        {column.count}
        {column.weighs && !isLast && (
          <button type="button" aria-label={`One unit more in ${label}`} onClick={() => more(1)}>
            +
          </button>
        )}
      </span>
    </div>
  );
}

interface TileProps {
  letters: string;
  size: number;
  tints: [string, string];
  side: number;
  at: { x: number; y: number };
  name?: string; // of what goes in
  label: string;
  point: (isOver: boolean) => void;
  press?: () => void;
}

function Tile({ letters, size, tints, side, at, name, label, point, press }: TileProps) {
  const tile = useMemo(() => overPlane(letters, size), [letters, size]);
  useEffect(() => () => pointed.set(null), []);
  const button = (
    <button
      type="button"
      className="nn-units-tile"
      style={{ left: at.x - side / 2, top: at.y - side / 2, width: side, height: side }}
      aria-label={label}
      title={label}
      aria-disabled={!press}
      onClick={press}
      onPointerEnter={() => point(true)}
      onPointerLeave={() => point(false)}
      onFocus={() => point(true)}
      onBlur={() => point(false)}
    >
      <Painted tile={tile} tints={tints} />
    </button>
  );
  if (!name) return button;
  return (
    <>
      <span className="nn-units-name" style={{ right: `calc(100% - ${at.x - side / 2 - 5}px)`, top: at.y }} aria-hidden="true">
        {name}
      </span>
      {button}
    </>
  );
}

interface EditorProps {
  chosen: Chosen;
  units: Units;
  links: Link[];
  run: Run;
  isLive: boolean;
  title: string;
  called: (node: string, unit: number) => string;
  side: "left" | "right"; // where it lies, away from what it is of
  close: () => void;
}

/** A bias and the weights of what comes in, or one weight alone: each a number that the training takes at once. */
function Editor({ chosen, units, links, run, isLive, title, called, side, close }: EditorProps) {
  const [refused, setRefused] = useState("");
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.querySelector<HTMLElement>("input")?.focus(), []);
  const into = links.filter(({ from, to }) => to.node === chosen.node && to.unit === chosen.unit && (chosen.input === null || from.unit === chosen.input));
  const bias = chosen.input === null ? units.weights?.[chosen.node]?.bias?.[chosen.unit] : undefined;
  const set = useCallback(
    (name: string, value: number) => {
      if (!run.commands) return;
      void send(run.commands, { command: "weigh", weights: { [name]: value } }).then((why) => {
        setRefused(why);
        if (!why) pollers.look(run.id);
      });
    },
    [run],
  );
  const press = (event: KeyboardEvent) => {
    event.stopPropagation(); // the canvas has keys of its own
    if (event.key === "Escape") close();
  };
  return (
    <div ref={box} className={`nn-units-editor${side === "left" ? " is-left" : ""}`} role="dialog" aria-label={`Weights of ${title}`} data-testid="weights-editor" onKeyDown={press}>
      <header>
        <b>{title}</b>
        <button type="button" aria-label="Close the weights" onClick={close}>
          ×
        </button>
      </header>
      {!isLive && <p>These are weights of an earlier step. Press live below the curves to set those of now.</p>}
      {bias !== undefined && <Weight label="bias" name={`${chosen.node}.bias.${chosen.unit}`} now={bias ?? 0} set={set} isOff={!isLive} />}
      {into.map(({ name, from, weight }) => (
        <Weight key={name} label={chosen.input === null && !run.titles?.[from.node] ? `from unit ${from.unit + 1}` : `from ${called(from.node, from.unit)}`} name={name} now={weight} set={set} isOff={!isLive} />
      ))}
      {refused && <p role="alert">{refused}</p>}
    </div>
  );
}

/** A number that follows the training until it is typed into. */
function Weight({ label, name, now, set, isOff }: { label: string; name: string; now: number; set: (name: string, value: number) => void; isOff: boolean }) {
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed === null ? null : readNumber(typed);
  const commit = (event?: FormEvent) => {
    event?.preventDefault();
    if (typed === null || value === null) return;
    set(name, value);
    setTyped(null);
  };
  const step = (event: KeyboardEvent) => {
    const by = { ArrowUp: 0.1, ArrowDown: -0.1 }[event.key];
    if (event.key === "Escape" && typed !== null) {
      event.stopPropagation();
      setTyped(null);
    }
    if (!by || isOff) return;
    event.preventDefault();
    setTyped(null);
    set(name, Number(((value ?? now) + by * (event.shiftKey ? 10 : 1)).toFixed(4)));
  };
  return (
    <form onSubmit={commit}>
      <label>
        <span>{label}</span>
        <input type="text" inputMode="decimal" autoComplete="off" disabled={isOff} aria-invalid={typed !== null && value === null} title="Enter sets it; the arrow keys go by 0.1" value={typed ?? String(Number(now.toPrecision(3)))} onChange={({ target }) => setTyped(target.value)} onKeyDown={step} onBlur={() => commit()} />
      </label>
    </form>
  );
}
