// The field over the drawing that Ctrl+F opens: finds nodes of the network and of every block, and goes from one to the next.
import { type KeyboardEvent, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { countsOf, findEverywhere, type Hit } from "./find";
import { Icon, TOOLS } from "./Icon";
import { blockAt, placeOf, wayTo } from "./levels";

export function Find() {
  const query = useCell(useSession().finding);
  return query === null ? null : <Field query={query} />;
}

function Field({ query }: { query: string }) {
  const session = useSession();
  const commands = useCommands();
  const input = useRef<HTMLInputElement>(null);
  const found = useFound(query);
  const { blocks } = useCell(session.catalogue);
  const here = blockAt(session.sync.levels, useCell(session.level));
  const chosen = useCell(session.roving);
  const isSelected = useCell(session.nodes).some(({ id, selected }) => selected && id === chosen);
  const at = isSelected ? found.findIndex(({ block, id }) => block === here && id === chosen) : -1;
  useEffect(() => input.current?.select(), []);
  const close = () => {
    session.finding.set(null);
    commands.focusDrawing();
  };
  const go = (step: 1 | -1) => {
    const hit = found[nextOf(found, at, step, here)];
    const way = hit && wayTo(session.sync.levels, hit.block, session.sync.level);
    if (way != null) session.show(placeOf(way, hit.id));
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") close();
    else go(event.shiftKey ? -1 : 1);
  };
  const nameOf = (block: string) => (block === here ? "here" : block ? `in ${blocks[block]?.name || "a block"}` : "in the network");
  const elsewhere = found.some(({ block }) => block !== here);
  const where = at >= 0 ? here && `in ${blocks[here]?.name || "a block"}` : elsewhere && countsOf(found).map(([block, n]) => `${n} ${nameOf(block)}`).join(" · ");
  const count = found.length === 1 ? "1 node" : `${found.length || "No"} nodes`;
  return (
    <div className="nn-find" role="search" aria-label="Find nodes" onKeyDown={press}>
      <Icon path={TOOLS.search} />
      <input
        ref={input}
        autoFocus
        value={query}
        placeholder="Name, operator, shape, fault"
        aria-label="Find nodes by name, operator, shape or fault"
        spellCheck={false}
        onChange={(event) => session.finding.set(event.target.value)}
      />
      <output aria-live="polite" data-testid="found">
        {query.trim() && (at < 0 ? count : `${at + 1} of ${found.length}`)}
      </output>
      <button type="button" title="Previous (Shift+Enter)" aria-label="Previous" disabled={!found.length} onClick={() => go(-1)}>
        <Icon path={TOOLS.up} />
      </button>
      <button type="button" title="Next (Enter)" aria-label="Next" disabled={!found.length} onClick={() => go(1)}>
        <Icon path={TOOLS.down} />
      </button>
      <button type="button" title="Close (Escape)" aria-label="Close" onClick={close}>
        <Icon path={TOOLS.close} />
      </button>
      {where && (
        <p aria-live="polite" data-testid="found-where">
          {where}
        </p>
      )}
    </div>
  );
}

/** The place in the list to go to; the first time it is of what is shown, where anything is. */
function nextOf(found: Hit[], at: number, step: 1 | -1, here: string): number {
  if (at >= 0) return (at + step + found.length) % found.length;
  const seen = found.map(({ block }) => block === here);
  const first = step > 0 ? seen.indexOf(true) : seen.lastIndexOf(true);
  return first >= 0 ? first : step > 0 ? 0 : found.length - 1;
}

/** What is found now, in a network that may change meanwhile; it is marked as long as the field is there. */
function useFound(query: string): Hit[] {
  const session = useSession();
  const { sync, notes, catalogue, found: marked } = session;
  const levels = useSyncExternalStore(sync.subscribe, () => sync.levels);
  const told = useSyncExternalStore(notes.subscribeAll, () => notes.version);
  const level = useCell(session.level);
  const here = blockAt(levels, level);
  const known = useCell(catalogue);
  const found = useMemo(() => {
    const notesOf = (block: string) => (block === here ? notes.get : session.toldOf(wayTo(levels, block, level) ?? ""));
    return findEverywhere(levels, known, notesOf, query);
  }, [session, levels, level, here, known, notes, query, told]);
  useEffect(() => marked.set(new Set(found.filter(({ block }) => block === here).map(({ id }) => id))), [marked, found, here]);
  useEffect(() => () => marked.set(null), [marked]);
  return found;
}
