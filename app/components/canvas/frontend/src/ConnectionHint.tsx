// While a wire is drawn: beside the cursor, why it cannot end where the cursor is.
import { useConnection, useReactFlow } from "@xyflow/react";
import { useSession } from "./context";
import { wireOf } from "./reconcile";
import { refusal, sameDirection } from "./rules";

export function ConnectionHint() {
  const session = useSession();
  const { flowToScreenPosition } = useReactFlow();
  const connection = useConnection();
  if (!connection.inProgress || connection.isValid !== false || !connection.toHandle) return null;
  const { fromHandle, toHandle } = connection;
  const [source, target] = fromHandle.type === "source" ? [fromHandle, toHandle] : [toHandle, fromHandle];
  const wire = wireOf({ source: source.nodeId, sourceHandle: source.id, target: target.nodeId, targetHandle: target.id });
  const reason =
    fromHandle.type === toHandle.type
      ? sameDirection(fromHandle.type)
      : refusal(session.sync.view, session.catalogue.get(), wire);
  if (!reason) return null;
  const { x, y } = flowToScreenPosition(connection.pointer);
  return (
    <div className="nn-refusal" style={{ left: x + 18, top: y + 14 }} data-testid="refusal">
      {reason}
    </div>
  );
}
