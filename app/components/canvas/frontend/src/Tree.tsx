// The whole network as a tree in the place of the palette, blocks opened and closed: to read, to search, and to go anywhere in it. Only
// the rows that are seen stand on the page, so it may have thousands.
import { type KeyboardEvent, memo, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { familyStyle } from "./family";
import { findEverywhere } from "./find";
import { FaultIcon, Icon, TOOLS } from "./Icon";
import { blockAt, placeOf, wayTo } from "./levels";
import { lookOf } from "./stores";
import { timesOf } from "./title";
import { type Row, rowsFound, rowsOf, wayIn } from "./tree";

const ROW = 28; // pixels, as in style.css
const SPARE = 8; // rows

export const Tree = memo(function Tree() {
  const session = useSession();
  const commands = useCommands();
  const [query, setQuery] = useState("");
  const opened = useCell(session.opened);
  const level = useCell(session.level);
  const chosen = useChosen();
  const { rows, levels } = useRows(query.trim(), opened);
  const [active, setActive] = useState<string | null>(chosen);
  const list = useRef<HTMLDivElement>(null);
  const view = useScroll(list);
  const here = Math.max(0, rows.findIndex(({ place }) => place === active));
  const known = useSyncExternalStore(session.notes.subscribeAll, () => session.notes.version);
  const loud = useCell(session.loud);

  // What is chosen on the drawing is seen here too.
  useEffect(() => {
    if (!chosen) return;
    setActive(chosen);
    const closed = wayIn(chosen).filter((place) => !session.opened.get().has(place));
    if (closed.length) session.opened.set(new Set([...session.opened.get(), ...closed]));
  }, [chosen, session]);
  useLayoutEffect(() => {
    const box = list.current!;
    const top = here * ROW;
    if (top < box.scrollTop) box.scrollTop = top;
    else if (top + ROW > box.scrollTop + box.clientHeight) box.scrollTop = top + ROW - box.clientHeight;
  }, [here, active, query]);

  const go = (row: Row | undefined) => {
    if (!row) return;
    setActive(row.place);
    session.show(row.place);
  };
  const fold = (row: Row) => {
    const next = new Set(opened);
    if (!next.delete(row.place)) next.add(row.place);
    session.opened.set(next);
  };
  const press = (event: KeyboardEvent) => {
    const row = rows[here];
    const page = Math.max(1, Math.floor(view.height / ROW) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }[event.key];
    if (step) setActive(rows[Math.max(0, Math.min(rows.length - 1, here + step))]?.place ?? null);
    else if (event.key === "ArrowRight" && row?.open === false) fold(row);
    else if (event.key === "ArrowRight" && row?.open) setActive(rows[here + 1]?.place ?? null);
    else if (event.key === "ArrowLeft" && row?.open && !query.trim()) fold(row);
    else if (event.key === "ArrowLeft" && row?.level) setActive(row.level);
    else if (event.key === "Enter" || event.key === " ") go(row);
    else if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
    event.preventDefault();
  };
  const first = Math.max(0, Math.floor(view.top / ROW) - SPARE);
  const shown = rows.slice(first, Math.ceil((view.top + view.height) / ROW) + SPARE);
  return (
    <aside className="nn-palette nn-outline" data-region="palette" aria-label="Outline" data-testid="tree">
      <div className="nn-search">
        <Icon path={TOOLS.search} />
        <input
          type="search"
          placeholder="Search the network"
          aria-label="Search the network"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "ArrowDown") list.current?.focus();
            else if (event.key === "Enter") go(rows.find((row) => !query.trim() || row.open === null) ?? rows[0]);
            else if (event.key === "Escape" && query) setQuery("");
            else if (event.key === "Escape") commands.focusDrawing();
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        <button type="button" className="nn-fold" title="Back to the operators (O)" aria-label="Back to the operators" onClick={() => commands.outline(false)}>
          <Icon path={TOOLS.close} />
        </button>
      </div>
      <div
        className="nn-rows"
        role="tree"
        aria-label="Nodes of the network"
        tabIndex={0}
        ref={list}
        aria-activedescendant={rows[here] && rowId(rows[here])}
        onKeyDown={press}
      >
        <div role="presentation" style={{ height: rows.length * ROW }}>
          {shown.map((row, i) => (
            <Line key={row.place} row={row} top={(first + i) * ROW} active={row === rows[here]} chosen={row.place === chosen} known={known} here={row.level === level} loud={loud} go={go} fold={fold} />
          ))}
        </div>
        {!rows.length && <p className="nn-none">{query.trim() ? `Nothing matches “${query}”.` : "There is nothing on the canvas yet."}</p>}
      </div>
      <p className="nn-count" aria-live="polite">
        {countOf(rows, levels[""]?.nodes.length ?? 0, !!query.trim())}
      </p>
    </aside>
  );
});

interface LineProps {
  row: Row;
  top: number;
  active: boolean;
  chosen: boolean;
  known: number; // grows whenever something is told of nodes
  here: boolean; // at the level that is shown
  loud: boolean;
  go: (row: Row) => void;
  fold: (row: Row) => void;
}

function Line({ row, top, active, chosen, here, loud, go, fold }: LineProps) {
  const session = useSession();
  const catalogue = useCell(session.catalogue);
  const { node, depth, open, at, of } = row;
  const family = catalogue.operators.get(node.kind)?.family;
  const note = here ? session.notes.get(node.id) : session.toldOf(row.level)(node.id);
  const title = catalogue.titleOf(node);
  return (
    <div
      id={rowId(row)}
      role="treeitem"
      aria-level={depth}
      aria-posinset={at}
      aria-setsize={of}
      aria-expanded={open ?? undefined}
      aria-selected={chosen}
      className={["nn-row", active && "is-active", chosen && "is-chosen"].filter(Boolean).join(" ")}
      style={{ ...familyStyle(family), top, paddingLeft: 6 + 14 * (depth - 1) }}
      title={[title, catalogue.labelOf(node), note?.shape, note?.fault?.text].filter(Boolean).join(" · ")}
      onClick={() => go(row)}
    >
      <button
        type="button"
        tabIndex={-1}
        className="nn-twig"
        aria-label={open ? "Close" : "Open"}
        hidden={open === null}
        onClick={(event) => {
          event.stopPropagation();
          fold(row);
        }}
      >
        <Icon path={open ? TOOLS.down : TOOLS.unfold} />
      </button>
      <i />
      <span>
        {catalogue.labelOf(node) || title}
        {node.times !== undefined && ` ${timesOf(node.times)}`}
      </span>
      {catalogue.labelOf(node) && <small>{title}</small>}
      {note?.fault && <FaultIcon severity={lookOf(note.fault, loud)} />}
    </div>
  );
}

const rowId = ({ place }: Row) => `nn-row-${place}`;

function countOf(rows: Row[], all: number, isSearch: boolean): string {
  const found = isSearch ? rows.filter(({ open }) => !open).length : all;
  return `${found === 1 ? "1 node" : `${found.toLocaleString("en")} nodes`}${isSearch ? " found" : ""}`;
}

/** The place of the one node that is selected. */
function useChosen(): string | null {
  const session = useSession();
  const level = useCell(session.level);
  const selected = useSyncExternalStore(session.nodes.subscribe, () => {
    const [id, ...others] = session.selected();
    return id !== undefined && !others.length ? id : null;
  });
  return selected === null ? null : placeOf(level, selected);
}

function useRows(query: string, opened: ReadonlySet<string>) {
  const session = useSession();
  const { sync, notes } = session;
  const levels = useSyncExternalStore(sync.subscribe, () => sync.levels);
  const level = useCell(session.level);
  const catalogue = useCell(session.catalogue);
  const told = useSyncExternalStore(notes.subscribeAll, () => (query ? notes.version : 0));
  const rows = useMemo(() => {
    if (!query) return rowsOf(levels, opened);
    const here = blockAt(levels, level);
    const notesOf = (block: string) => (block === here ? notes.get : session.toldOf(wayTo(levels, block, level) ?? ""));
    const hits = new Map<string, Set<string>>();
    for (const { block, id } of findEverywhere(levels, catalogue, notesOf, query)) hits.set(block, (hits.get(block) ?? new Set()).add(id));
    return rowsFound(levels, hits);
  }, [session, levels, level, catalogue, notes, opened, query, told]);
  return { rows, levels };
}

function useScroll(list: React.RefObject<HTMLDivElement | null>) {
  const [view, setView] = useState({ top: 0, height: 800 });
  useLayoutEffect(() => {
    const box = list.current!;
    const look = () => setView({ top: box.scrollTop - (box.scrollTop % ROW), height: box.clientHeight + ROW });
    look();
    const watch = new ResizeObserver(look);
    watch.observe(box);
    box.addEventListener("scroll", look, { passive: true });
    return () => {
      watch.disconnect();
      box.removeEventListener("scroll", look);
    };
  }, [list]);
  return view;
}
