// The network as a list that only screen readers meet, and the line in which they hear what has just happened.
import { useMemo, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { inOrder } from "./graph";
import { feeds, sentenceOf, targetsIn } from "./outline";

export function Outline() {
  const { sync, notes, catalogue, spoken } = useSession();
  const graph = useSyncExternalStore(sync.subscribe, () => sync.view);
  const order = useMemo(() => inOrder(graph), [graph]);
  const targets = useMemo(() => targetsIn(graph), [graph]);
  const known = useCell(catalogue);
  const sentences = useSyncExternalStore(notes.subscribeAll, () =>
    order.map((node) => sentenceOf(node, known, notes.get(node.id)) + feeds(targets.get(node.id), known)).join("\n"),
  );
  return (
    <div className="nn-unseen">
      <ul role="list" aria-label="Outline of the network" data-testid="outline">
        {sentences.split("\n").map((sentence, i) => (
          <li key={order[i]?.id ?? i}>{sentence}</li>
        ))}
      </ul>
      <p aria-live="polite" data-testid="spoken">
        {useCell(spoken)}
      </p>
    </div>
  );
}
