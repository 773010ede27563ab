// Over the drawing while one wire is selected: what it leads from and to, each a press away.
import { useCell, useCellPart } from "./cell";
import { useCommands, useSession } from "./context";
import { Icon, TOOLS } from "./Icon";

export function WireEnds() {
  const session = useSession();
  const commands = useCommands();
  const wire = useCellPart(session.edges, (edges) => {
    const [one, ...others] = edges.filter(({ selected }) => selected);
    return others.length ? null : (one?.data?.wire ?? null);
  });
  const isAlone = !useCellPart(session.nodes, (nodes) => nodes.some(({ selected }) => selected));
  const isDown = useCell(session.direction) === "tb";
  if (!wire || !isAlone) return null;
  const [back, on] = isDown ? [TOOLS.toTop, TOOLS.toBottom] : [TOOLS.backward, TOOLS.forward];
  const [from, to] = [commands.nameOfEnd("from"), commands.nameOfEnd("to")];
  return (
    <div className="nn-ends" role="toolbar" aria-label="Ends of the wire" data-testid="wire-ends">
      <button type="button" title={`Go to where the wire begins: ${from} (Home)`} onClick={() => commands.jump("from")}>
        <Icon path={back} />
        <span>{from}</span>
      </button>
      <button type="button" title={`Go to where the wire ends: ${to} (End)`} onClick={() => commands.jump("to")}>
        <span>{to}</span>
        <Icon path={on} />
      </button>
    </div>
  );
}
