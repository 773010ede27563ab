// The whole component: palette at the left, the drawing with its tools, and what lies over both.
import { ReactFlowProvider, useReactFlow } from "@xyflow/react";
import { type RefObject, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useCell } from "./cell";
import { Away } from "./Away";
import { Breadcrumb } from "./Breadcrumb";
import { useCards } from "./cards";
import { Commands } from "./commands";
import { CommandsContext, SessionContext, useCommands, useSession } from "./context";
import { Drawing } from "./Drawing";
import { familyColours } from "./family";
import { Find } from "./Find";
import { Invitation, useTour } from "./Invitation";
import { KeysHelp } from "./KeysHelp";
import { Lit } from "./Lit";
import { OpenedMenu } from "./Menu";
import { Outline } from "./Outline";
import { Palette } from "./Palette";
import { PickList } from "./PickList";
import type { CardNode, WireEdge } from "./reconcile";
import type { Session } from "./session";
import { isWide } from "./stage";
import { useStrips } from "./strips";
import { Toast } from "./Toast";
import { Tools } from "./Tools";
import { Tree } from "./Tree";
import { UnitNet } from "./UnitNet";
import { useKeys } from "./useKeys";
import { WireEnds } from "./WireEnds";

export function Canvas({ session }: { session: Session }) {
  return (
    <SessionContext value={session}>
      <ReactFlowProvider>
        <Workbench />
      </ReactFlowProvider>
    </SessionContext>
  );
}

function Workbench() {
  const session = useSession();
  const flow = useReactFlow<CardNode, WireEdge>();
  const root = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const commands = useMemo(() => new Commands(session, flow, () => stage.current), [session, flow]);
  const catalogue = useCell(session.catalogue);
  const colours = useMemo(() => familyColours(catalogue.palette), [catalogue]);
  useSyncExternalStore(session.sync.subscribe, () => session.sync.version);
  useKeys(root, commands);
  const measured = useRoomForPalette(root, commands);
  const small = useSyncExternalStore(watchDock, isWide);
  useStrips();
  useCards();
  useEffect(letPanelsScrollByKeys, []);
  return (
    <CommandsContext value={commands}>
      <div
        ref={root}
        className={small ? "nn-root is-small" : "nn-root"}
        tabIndex={-1} // a press on the drawing focuses this, not Streamlit's page around it
        style={colours}
        data-testid="nn-canvas"
        data-pending={session.sync.pending.length}
        data-rev={session.sync.rev}
        data-epoch={session.sync.epoch}
        data-level={session.sync.level}
      >
        <Side />
        <div className="nn-stage" ref={stage}>
          {measured && <Drawing />}
          <UnitNet />
          <EmptyHint />
          <Breadcrumb />
          <div className="nn-foot">
            <Tools />
            <Invitation />
          </div>
          <Find />
          <PickList />
          <OpenedMenu />
          <Lit />
          <WireEnds />
          <Toast />
          <Away />
          <Focus />
          <Tour root={root} />
        </div>
        <Outline />
        <KeysHelp />
      </div>
    </CommandsContext>
  );
}

function Side() {
  const { outlined, folded } = useSession();
  const shown = useCell(outlined);
  return useCell(folded) || !shown ? <Palette /> : <Tree />;
}

function watchDock(changed: () => void): () => void {
  const watch = new MutationObserver(changed);
  watch.observe(document.documentElement, { attributeFilter: ["data-dock"] });
  return () => watch.disconnect();
}

/** True once it is known whether the palette has room: the drawing is first fitted into what that leaves. */
function useRoomForPalette(root: RefObject<HTMLDivElement | null>, commands: Commands) {
  const [measured, setMeasured] = useState(false);
  useLayoutEffect(() => {
    const box = root.current!;
    const look = () => {
      if (box.clientWidth) commands.fitPalette(box.clientWidth);
    };
    look();
    setMeasured(true);
    const watch = new ResizeObserver(look);
    watch.observe(box);
    return () => watch.disconnect();
  }, [root, commands]);
  return measured;
}

/** Streamlit's containers take no attributes, and what scrolls has to be reached by keys in every browser. */
function letPanelsScrollByKeys() {
  const mark = () => document.querySelectorAll<HTMLElement>(SCROLLS).forEach((one) => (one.tabIndex = 0));
  const watch = new MutationObserver(mark);
  watch.observe(document.querySelector(".st-key-workbench") ?? document.body, { childList: true, subtree: true });
  mark();
  return () => watch.disconnect();
}

const SCROLLS = ["dock_panel", "summary", "results_list", "data_about", "form_"].map((key) => `.st-key-${key}`).join(); // those without a field

function EmptyHint() {
  const session = useSession();
  const empty = useCell(session.nodes).length === 0;
  return empty ? (
    <div className="nn-empty">
      <p>
        Drag an operator from the left, or click one: it is wired to the one before. <kbd>/</kbd> searches.
      </p>
    </div>
  ) : null;
}

function Tour({ root }: { root: RefObject<HTMLDivElement | null> }) {
  useTour(root);
  return null;
}

/** Somebody asked to see a node: done once for each request, when the card exists. */
function Focus() {
  const session = useSession();
  const commands = useCommands();
  const focus = useCell(session.focus);
  useEffect(() => {
    if (focus) commands.centre(focus.node);
  }, [focus, commands]);
  return null;
}
