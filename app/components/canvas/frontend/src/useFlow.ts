import { useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { useNote, useSession } from "./context";
import type { Flow } from "./flows";

/** What comes back to a node's output, along the wires that leave it; nothing while these show what goes forward. */
export function useFlow(id: string): Flow | undefined {
  const { flows, flowing } = useSession();
  const isBack = useCell(flowing) === "backward";
  const probed = useNote(id)?.probed ?? id;
  const flow = useSyncExternalStore(
    (listener) => flows.subscribe(probed, listener),
    () => flows.get(probed),
  );
  return isBack ? flow : undefined;
}
