// Over the drawing while the inside of a block is shown: where one is, the ways out, and whom an edit changes besides.
import { Fragment, useMemo, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { Icon, TOOLS } from "./Icon";
import { stepsOf, usesOnWay } from "./levels";

export function Breadcrumb() {
  const session = useSession();
  const level = useCell(session.level);
  const { blocks } = useCell(session.catalogue);
  const levels = useSyncExternalStore(session.sync.subscribe, () => session.sync.levels);
  const way = useMemo(() => usesOnWay(levels, level), [levels, level]);
  if (!way.length) return null;
  const here = blocks[way.at(-1)!.block!];
  return (
    <nav className="nn-breadcrumb" aria-label="Blocks" data-testid="breadcrumb">
      <button type="button" title="The whole network" onClick={() => session.go("")}>
        Network
      </button>
      {way.map((use, i) => (
        <Fragment key={use.id}>
          <Icon path={TOOLS.unfold} />
          <button
            type="button"
            aria-current={i === way.length - 1 ? "location" : undefined}
            disabled={i === way.length - 1}
            onClick={() => session.go(stepsOf(level).slice(0, i + 1).join("/"))}
          >
            {called(use.label, blocks[use.block!]?.name)}
          </button>
        </Fragment>
      ))}
      {here?.uses > 1 && <span className="nn-uses" data-testid="uses">{`Used ${here.uses} times: an edit here changes all of them.`}</span>}
    </nav>
  );
}

/** The use by its own label, where that is not merely the block's name. */
function called(label: string, name: string | undefined): string {
  if (!name || !label) return name || label || "Block";
  return label.toLowerCase() === name.toLowerCase() ? name : `${name} · ${label}`;
}
