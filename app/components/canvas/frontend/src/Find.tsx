// The field over the drawing that Ctrl+F opens: finds nodes by what their cards say, and goes from one to the next.
import { type KeyboardEvent, useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { findNodes } from "./find";
import { Icon, TOOLS } from "./Icon";

export function Find() {
  const query = useCell(useSession().finding);
  return query === null ? null : <Field query={query} />;
}

function Field({ query }: { query: string }) {
  const session = useSession();
  const commands = useCommands();
  const input = useRef<HTMLInputElement>(null);
  const found = useFound(query);
  const chosen = useCell(session.roving);
  const at = useCell(session.nodes).some(({ id, selected }) => selected && id === chosen) ? found.indexOf(chosen ?? "") : -1;
  useEffect(() => input.current?.select(), []);
  const close = () => {
    session.finding.set(null);
    commands.focusDrawing();
  };
  const go = (step: 1 | -1) => {
    if (!found.length) return;
    const next = at < 0 ? (step > 0 ? 0 : found.length - 1) : (at + step + found.length) % found.length;
    session.select([found[next]]);
    commands.centre(found[next]);
  };
  const press = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") close();
    else go(event.shiftKey ? -1 : 1);
  };
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
    </div>
  );
}

/** What is found now, in a network that may change meanwhile; it is marked as long as the field is there. */
function useFound(query: string): string[] {
  const session = useSession();
  const { sync, notes, catalogue, found: marked } = session;
  const graph = useSyncExternalStore(sync.subscribe, () => sync.view);
  const told = useSyncExternalStore(notes.subscribeAll, () => notes.version);
  const known = useCell(catalogue);
  const found = useMemo(() => findNodes(graph, known, notes.get, query), [graph, known, notes, query, told]);
  useEffect(() => marked.set(new Set(found)), [marked, found]);
  useEffect(() => () => marked.set(null), [marked]);
  return found;
}
