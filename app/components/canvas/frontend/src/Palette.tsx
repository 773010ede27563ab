// The operators by family, to search, to drag onto the drawing, or to add by click or Enter. It folds away.
import { type KeyboardEvent, memo, useCallback, useMemo, useRef, useState } from "react";
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
  const { palette, families } = useCell(session.catalogue);
  const folded = useCell(session.folded);
  const [query, setQuery] = useState("");
  const box = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const fold = () => commands.foldPalette(!folded);
  const drag = usePaletteDrag();
  const groups = useMemo(() => groupsOf(palette.families, palette.operators, query), [palette, query]);
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
                title={operator.summary}
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
  return families
    .map(({ name, title }) => ({ name, title, operators: found.filter((operator) => operator.family === name) }))
    .filter((group) => group.operators.length);
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
