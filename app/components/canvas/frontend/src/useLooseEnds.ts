// Ends what React Flow would leave hanging: it hears of a released button inside the canvas only, so that a wire let go over
// another part of the page would stick to the pointer. Escape gives up a wire or a selection box.
import { type ReactFlowState, useStoreApi } from "@xyflow/react";
import { type RefObject, useEffect, useRef } from "react";
import type { CardNode, WireEdge } from "./reconcile";

/** The ref says whether the wire that ends now was given up and connects nothing. */
export function useLooseEnds(): RefObject<boolean> {
  const store = useStoreApi<CardNode, WireEdge>();
  const givenUp = useRef(false);
  useEffect(() => {
    const state = () => store.getState() as unknown as ReactFlowState;
    const root = () => state().domNode?.getRootNode();
    let pointer = 0;
    const giveUp = ({ clientX, clientY }: { clientX: number; clientY: number }) => {
      givenUp.current = true;
      root()?.dispatchEvent(new MouseEvent("mouseup", { clientX, clientY })); // does not bubble: only React Flow hears it
      givenUp.current = false;
    };
    const inside = (event: Event) => event.composedPath().includes(root()!);
    const press = (event: PointerEvent) => void (pointer = event.pointerId);
    const release = (event: MouseEvent) => {
      if (!inside(event)) giveUp(event);
    };
    const move = (event: MouseEvent) => {
      if (!event.buttons && state().connection.inProgress) giveUp(event); // let go where nobody could see it
    };
    const cancel = () => {
      if (state().connection.inProgress) giveUp({ clientX: -1, clientY: -1 });
    };
    const key = (event: KeyboardEvent) => {
      if (event.key !== "Escape") return;
      const { connection, userSelectionActive, domNode } = state();
      if (connection.inProgress) cancel();
      else if (!userSelectionActive) return;
      else domNode?.querySelector(".react-flow__pane")?.dispatchEvent(new PointerEvent("pointerup", { bubbles: true, pointerId: pointer }));
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("pointerdown", press, true);
    window.addEventListener("mouseup", release, true);
    window.addEventListener("mousemove", move, true);
    window.addEventListener("touchcancel", cancel, true);
    window.addEventListener("keydown", key, true);
    return () => {
      window.removeEventListener("pointerdown", press, true);
      window.removeEventListener("mouseup", release, true);
      window.removeEventListener("mousemove", move, true);
      window.removeEventListener("touchcancel", cancel, true);
      window.removeEventListener("keydown", key, true);
    };
  }, [store]);
  return givenUp;
}
