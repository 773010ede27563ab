// Over the drawing while what leads to some nodes and depends on them is lit: how many they are, and the way out.
import { useCell } from "./cell";
import { useSession } from "./context";
import { Icon, TOOLS } from "./Icon";
import { parts } from "./lineage";

export function Lit() {
  const session = useSession();
  const lit = useCell(session.lit);
  if (!lit) return null;
  const node = lit.graph.nodes.find(({ id }) => id === lit.of[0]);
  return (
    <div className="nn-lit" role="status" data-testid="lit">
      <p>
        {parts(lit, node ? session.catalogue.get().name(node) : "it").map(([side, words]) => (
          <span key={side} className={`is-${side}`}>
            {words}
          </span>
        ))}
      </p>
      <button type="button" title="Light everything again (Escape)" aria-label="Light everything again" onClick={() => session.lit.set(null)}>
        <Icon path={TOOLS.close} />
      </button>
    </div>
  );
}
