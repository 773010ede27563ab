// The drawing itself: cards and wires in React Flow, and the gestures of mouse and finger on them.
import {
  Background,
  BackgroundVariant,
  type Connection,
  type FinalConnectionState,
  type OnConnectStart,
  ReactFlow,
  SelectionMode,
  useStore,
} from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useCell } from "./cell";
import { leastZoom } from "./commands";
import { ConnectionHint } from "./ConnectionHint";
import { useCommands, useSession } from "./context";
import { Differences } from "./Differences";
import { Faults } from "./Faults";
import { GRID, portKey, type Wire } from "./graph";
import { OperatorCard } from "./OperatorCard";
import { Overview } from "./Overview";
import { FARTHER, SPECK } from "./paint";
import { Painting } from "./Painting";
import { type CardNode, type WireEdge, wireOf } from "./reconcile";
import { refusal, wireToCard } from "./rules";
import { FAR } from "./scene";
import type { Menu, PortEnd } from "./session";
import { Ties } from "./Ties";
import { useLooseEnds } from "./useLooseEnds";
import { useScene } from "./useScene";
import { WireLine } from "./WireLine";

const NODE_TYPES = { card: OperatorCard };
const EDGE_TYPES = { wire: WireLine };
const SNAP: [number, number] = [GRID, GRID];
const STEADY = 3; // pixels that a hand may tremble while it clicks
const SEVERAL = ["Shift", "Control", "Meta"];

export function Drawing() {
  const session = useSession();
  const commands = useCommands();
  const nodes = useCell(session.nodes);
  const held = useRef<string | null>(null);
  const scene = useScene(held);
  const distance = useStore(({ transform }) => distanceOf(transform[2]));
  const start = useMemo(() => session.viewport ?? commands.whole() ?? undefined, [session, commands]);
  useFirstFit();
  useArrival();
  useRoom();
  useFollow(nodes);
  const wiring = useWiring(held);
  const moved = useCallback(() => commands.moved(session.nodes.get()), [commands, session]); // those that are painted too
  const click = useCallback(
    (event: ReactMouseEvent, node: CardNode) => {
      if (event.shiftKey) {
        session.select([node.id]);
        session.light([node.id]);
        event.currentTarget.querySelector<HTMLElement>("[data-node-id]")?.focus({ preventScroll: true }); // React Flow keeps the press for a box
      } else if (!event.ctrlKey && !event.metaKey && session.selected().length > 1) session.select([node.id]);
    },
    [session],
  );
  const open = useCallback((_: unknown, node: CardNode) => session.open(node.id), [session]);
  const menus = useMemo(() => {
    const openAt = (of: Menu["of"], event: ReactMouseEvent | MouseEvent) => {
      event.preventDefault();
      const box = commands.stage()?.getBoundingClientRect();
      if (box) session.menu.set({ of, x: event.clientX - box.left, y: event.clientY - box.top });
    };
    return {
      onNodeContextMenu: (event: ReactMouseEvent, node: CardNode) => {
        if (!session.selected().includes(node.id)) session.select([node.id]);
        openAt("nodes", event);
      },
      onSelectionContextMenu: (event: ReactMouseEvent) => openAt("nodes", event),
      onEdgeContextMenu: (event: ReactMouseEvent, edge: WireEdge) => {
        session.selectWire(edge.data!.wire);
        openAt("wire", event);
      },
      onPaneContextMenu: (event: ReactMouseEvent | MouseEvent) => openAt("view", event),
    };
  }, [session, commands]);
  const keepViewport = useCallback(
    (byHand: unknown, viewport: { x: number; y: number; zoom: number }) => {
      const { x, y, zoom } = session.viewport ?? {};
      if (byHand && (x !== viewport.x || y !== viewport.y || zoom !== viewport.zoom)) { // and no mere press
        session.fitted = false;
        commands.letGo();
      }
      if (!commands.isSmall) session.keepViewport(viewport);
    },
    [session, commands],
  );
  const paneClick = useCallback(
    (event: ReactMouseEvent) => {
      session.picker.set(null);
      session.menu.set(null);
      if (!session.several) {
        session.select([]);
        session.lit.set(null);
      }
      if (event.detail === 2) openSearch(session, commands, event);
    },
    [session, commands],
  );
  const inside = useMemo(
    () => (
      <>
        <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.5} />
        <Painting />
        <Ties />
        <Differences />
        <Faults />
        <Overview />
      </>
    ),
    [],
  );
  return (
    <div className={`nn-flow ${distance}`}>
      <ReactFlow<CardNode, WireEdge>
        nodes={scene.nodes}
        edges={scene.edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={session.changeNodes}
        onEdgesChange={session.changeEdges}
        onNodeDragStop={moved}
        onSelectionDragStop={moved}
        onNodeClick={click}
        onNodeDoubleClick={open}
        {...menus}
        onMoveEnd={keepViewport}
        onPaneClick={paneClick}
        {...wiring}
        defaultViewport={start}
        minZoom={leastZoom(nodes.length)}
        maxZoom={2}
        nodeDragThreshold={STEADY}
        nodeClickDistance={STEADY}
        snapToGrid
        snapGrid={SNAP}
        selectionMode={SelectionMode.Partial}
        multiSelectionKeyCode={SEVERAL}
        deleteKeyCode={null}
        panActivationKeyCode={null}
        disableKeyboardA11y
        nodesFocusable={false}
        edgesFocusable={false}
        elevateNodesOnSelect={false}
        zoomOnDoubleClick={false}
        connectionRadius={30}
        reconnectRadius={18} // outside the port, where a press starts a new wire
        connectOnClick={false}
      >
        {inside}
      </ReactFlow>
      <ConnectionHint />
    </div>
  );
}

function openSearch(session: ReturnType<typeof useSession>, commands: ReturnType<typeof useCommands>, event: { clientX: number; clientY: number; currentTarget: EventTarget | null }, end?: PortEnd) {
  const box = (event.currentTarget as Element).getBoundingClientRect();
  session.picker.set({
    what: "operator",
    screen: { x: event.clientX - box.left, y: event.clientY - box.top },
    at: commands.flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }, { snapToGrid: false }),
    end,
  });
}

/** A whole network that appears on an empty canvas (a template, an import) is brought into view once. */
function useFirstFit() {
  const session = useSession();
  const commands = useCommands();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  const count = useCell(session.nodes).length;
  const before = useRef(count);
  useEffect(() => {
    const appeared = before.current === 0 && count > 0;
    before.current = count;
    if (appeared && count > 1 && !commands.isAllWithin({ width, height })) commands.fit();
  }, [count, session, commands, width, height]);
}

/** Another level comes with its own view, before it is seen; the keys go on from there. */
function useArrival() {
  const session = useSession();
  const commands = useCommands();
  const level = useCell(session.level);
  const before = useRef(level);
  useLayoutEffect(() => {
    if (before.current === level) return;
    before.current = level;
    commands.arrive();
    if (session.finding.get() === null) commands.focusDrawing();
  }, [session, commands, level]);
}

function useRoom() {
  const commands = useCommands();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  useEffect(() => commands.takeRoom({ width, height }), [commands, width, height]);
}

/** A network that grows stays in view. Under a hand that holds something the view stands still, and follows when it lets go. */
function useFollow(nodes: CardNode[]) {
  const commands = useCommands();
  const session = useSession();
  const level = useCell(session.level);
  const hasPictures = useCell(session.hasPictures);
  const wiring = useStore(({ connection }) => connection.inProgress);
  const panning = useStore(({ paneDragging, userSelectionActive }) => paneDragging || userSelectionActive);
  const held = wiring || panning || nodes.some(({ dragging }) => dragging);
  const before = useRef({ nodes, level });
  useLayoutEffect(() => {
    if (held) return;
    if (before.current.level === level) commands.follow(before.current.nodes);
    before.current = { nodes, level };
  }, [commands, nodes, level, held]);
  useEffect(() => {
    if (hasPictures) commands.gather();
  }, [commands, hasPictures]);
}

const distanceOf = (zoom: number) => (zoom < SPECK ? "nn-far nn-farther nn-speck" : zoom < FARTHER ? "nn-far nn-farther" : zoom < FAR ? "nn-far" : zoom < 0.64 ? "nn-mid" : "");

/** Drawing wires: what is refused, where a loose end leads, and an existing wire's end taken elsewhere. */
function useWiring(held: RefObject<string | null>) {
  const session = useSession();
  const commands = useCommands();
  const moving = useRef<Wire | undefined>(undefined);
  const givenUp = useLooseEnds();
  return useMemo(() => {
    const allowed = (connection: Connection | WireEdge) =>
      refusal(session.sync.view, session.catalogue.get(), wireOf(connection), moving.current) === null;
    return {
      isValidConnection: allowed,
      onConnect: (connection: Connection) => {
        if (!givenUp.current) commands.connect(wireOf(connection));
      },
      onConnectStart: ((_, { nodeId, handleId, handleType }) => {
        if (nodeId && handleId && handleType) session.fits.set(portsThatFit(session, { node: nodeId, port: handleId, side: handleType }));
      }) as OnConnectStart,
      onConnectEnd: (event: MouseEvent | TouchEvent, state: FinalConnectionState) => {
        session.fits.set(null);
        if (givenUp.current || moving.current || state.toHandle || !state.fromHandle?.id || !state.fromNode) return;
        const end: PortEnd = { node: state.fromNode.id, port: state.fromHandle.id, side: state.fromHandle.type };
        const { clientX, clientY } = "changedTouches" in event ? event.changedTouches[0] : event;
        const stage = commands.stage();
        const under = stage && (stage.getRootNode() as ShadowRoot).elementFromPoint(clientX, clientY);
        if (!under || !stage.contains(under)) return;
        const card = under.closest<HTMLElement>("[data-node-id]")?.dataset.nodeId;
        const node = session.sync.view.nodes.find((one) => one.id === card);
        if (!node) return openSearch(session, commands, { clientX, clientY, currentTarget: stage }, end);
        const { wire, reason } = wireToCard(session.sync.view, session.catalogue.get(), end, node);
        if (wire) commands.connect(wire);
        else if (reason) session.tell(reason);
      },
      onReconnectStart: (_: unknown, edge: WireEdge) => {
        moving.current = edge.data!.wire;
        held.current = edge.id;
      },
      onReconnect: (edge: WireEdge, connection: Connection) => {
        if (!givenUp.current) commands.reconnect(edge.data!.wire, wireOf(connection));
      },
      onReconnectEnd: () => {
        moving.current = undefined;
        held.current = null;
      },
    };
  }, [session, commands, givenUp, held]);
}

/** All ports where the wire being drawn may end, so that they can light up. */
function portsThatFit(session: ReturnType<typeof useSession>, end: PortEnd): Set<string> {
  const graph = session.sync.view;
  const catalogue = session.catalogue.get();
  const fits = new Set([portKey(end.node, end.side, end.port)]);
  for (const node of graph.nodes) {
    const ports = catalogue.ports(node, graph);
    const others = end.side === "source" ? ports.inputs : ports.outputs;
    for (const { name } of others) {
      const wire =
        end.side === "source"
          ? { from: end.node, from_port: end.port, to: node.id, to_port: name }
          : { from: node.id, from_port: name, to: end.node, to_port: end.port };
      if (!refusal(graph, catalogue, wire)) fits.add(portKey(node.id, end.side === "source" ? "target" : "source", name));
    }
  }
  return fits;
}
