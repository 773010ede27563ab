// The operators by family, to search, to drag onto the drawing, or to add by click or Enter. It folds away.
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useCommands, useSession } from "./context";
import { familyStyle } from "./family";
import { FamilyIndex } from "./FamilyIndex";
import type { Family, Operator } from "./graph";
import { Icon, TOOLS } from "./Icon";
import { findOperators } from "./search";
import { usePaletteDrag } from "./usePaletteDrag";

export const Palette = memo(function Palette() {
  const session = useSession();
  const commands = useCommands();
  const catalogue = useCell(session.catalogue);
  const { palette, families } = catalogue;
  const where = useSyncExternalStore(session.sync.subscribe, () => session.sync.where);
  const folded = useCell(session.folded);
  const [query, setQuery] = useState("");
  const box = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const fold = () => commands.foldPalette(!folded);
  const drag = usePaletteDrag();
  const groups = useMemo(() => groupsOf(palette.families, catalogue.offered(where), query), [palette, catalogue, where, query]);
  const add = useCallback(
    (kind: string) => {
      commands.addBeside(kind);
      setQuery("");
    },
    [commands],
  );
  if (folded) {
    return (
      <aside className="nn-palette is-folded" data-region="palette">
        <button type="button" className="nn-fold" title="Show the operators" aria-label="Show the operators" onClick={fold}>
          <Icon path={TOOLS.unfold} />
        </button>
      </aside>
    );
  }
  return (
    <aside className="nn-palette" data-region="palette" aria-label="Operators" ref={box} onKeyDown={(event) => walk(event, box.current!)}>
      <div className="nn-search">
        <Icon path={TOOLS.search} />
        <input
          type="search"
          placeholder="Search ( / )"
          aria-label="Search operators"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={(event) => {
            const first = groups[0]?.operators[0];
            if (event.key === "Enter" && first && query) add(first.kind);
            if (event.key !== "Escape") return;
            event.stopPropagation();
            if (query) setQuery("");
            else commands.focusDrawing();
          }}
        />
        <button type="button" className="nn-fold" title="Outline of the network (O)" aria-label="Outline of the network" onClick={() => commands.outline(true)}>
          <Icon path={TOOLS.outline} />
        </button>
        <button type="button" className="nn-fold" title="Fold the operators away" aria-label="Fold the operators away" onClick={fold}>
          <Icon path={TOOLS.fold} />
        </button>
      </div>
      {!query.trim() && <FamilyIndex families={palette.families.filter(({ name }) => groups.some((group) => group.name === name))} list={list} />}
      <div className="nn-groups" ref={list}>
        {groups.map(({ name, title, operators }) => (
          <section key={name} data-family={name}>
            <h3>
              {title}
              <small>{operators.length}</small>
            </h3>
            {operators.map((operator) => (
              <button
                key={operator.kind}
                type="button"
                className="nn-item"
                style={familyStyle(operator.family)}
                title={operator.block === undefined ? operator.summary : `${operator.title}: ${operator.summary}`}
                tabIndex={-1}
                data-testid="palette-item"
                data-kind={operator.kind}
                {...drag.handlers(operator)}
                onClick={() => !drag.justDragged() && add(operator.kind)}
              >
                <Icon path={families.get(operator.family)?.icon} />
                <span>{operator.title}</span>
                {operator.keras !== operator.title && <small>{operator.keras}</small>}
              </button>
            ))}
            {name === "blocks" && <Unused operators={operators} />}
          </section>
        ))}
        {!groups.length && <p className="nn-none">No operator matches “{query}”. Try the name used in Keras, or press Escape to see all.</p>}
      </div>
      {drag.ghost}
    </aside>
  );
});

/** By family; while searching, one group with the best match first. */
function groupsOf(families: Family[], operators: Operator[], query: string) {
  const found = findOperators(operators, query);
  if (query.trim()) return found.length ? [{ name: "found", title: "Best match first", operators: found }] : [];
  const blocks = found.filter(({ block }) => block !== undefined);
  const own = { name: "blocks", title: "Blocks of this network", operators: blocks };
  const others = families.map(({ name, title }) => ({ name, title, operators: found.filter(({ family, block }) => family === name && block === undefined) }));
  return [own, ...others].filter((group) => group.operators.length);
}

function Unused({ operators }: { operators: Operator[] }) {
  const session = useSession();
  const { blocks } = useCell(session.catalogue);
  const unused = operators.flatMap(({ block }) => (block !== undefined && !blocks[block].uses ? [block] : []));
  if (!unused.length) return null;
  return (
    <button type="button" className="nn-drop" onClick={() => unused.forEach((block) => session.edit({ op: "drop", block }))}>
      Forget what is not used
    </button>
  );
}

/** Arrows walk from the search field through the operators and back. */
function walk(event: KeyboardEvent, box: HTMLElement) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [...box.querySelectorAll<HTMLElement>("input, .nn-item")];
  const here = stops.indexOf((box.getRootNode() as ShadowRoot).activeElement as HTMLElement);
  if (here < 0) return;
  stops[Math.max(0, Math.min(stops.length - 1, here + (event.key === "ArrowDown" ? 1 : -1)))].focus();
  event.preventDefault();
}
