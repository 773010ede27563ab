// The drawing itself: cards and wires in React Flow, and the gestures of mouse and finger on them.
import {
  Background,
  BackgroundVariant,
  type Connection,
  type FinalConnectionState,
  MiniMap,
  type OnConnectStart,
  ReactFlow,
  SelectionMode,
  useStore,
  useUpdateNodeInternals,
} from "@xyflow/react";
import { type MouseEvent as ReactMouseEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useCell } from "./cell";
import { FIT, LEAST_ZOOM } from "./commands";
import { ConnectionHint } from "./ConnectionHint";
import { useCommands, useSession } from "./context";
import { Faults } from "./Faults";
import { GRID, portKey, type Wire } from "./graph";
import { OperatorCard } from "./OperatorCard";
import { type CardNode, type WireEdge, wireOf } from "./reconcile";
import { refusal, wireToCard } from "./rules";
import type { PortEnd } from "./session";
import { useLooseEnds } from "./useLooseEnds";
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
  const edges = useCell(session.edges);
  const distance = useStore((store) => (store.transform[2] < 0.5 ? "nn-far" : store.transform[2] < 0.64 ? "nn-mid" : ""));
  const start = useMemo(() => ({ fit: nodes.length > 0 && !session.viewport, viewport: session.viewport }), [session]);
  useFirstFit();
  useRoom();
  useFollow(nodes);
  useRemeasure(nodes);
  const wiring = useWiring();
  const moved = useCallback((_: unknown, __: unknown, all: CardNode[]) => commands.moved(all), [commands]);
  const movedSelection = useCallback((_: unknown, all: CardNode[]) => commands.moved(all), [commands]);
  const click = useCallback(
    (event: ReactMouseEvent, node: CardNode) => {
      if (!event.shiftKey && !event.ctrlKey && !event.metaKey && session.selected().length > 1) session.select([node.id]);
    },
    [session],
  );
  const open = useCallback((_: unknown, node: CardNode) => session.open(node.id), [session]);
  const keepViewport = useCallback(
    (byHand: unknown, viewport: { x: number; y: number; zoom: number }) => {
      const { x, y, zoom } = session.viewport ?? {};
      if (byHand && (x !== viewport.x || y !== viewport.y || zoom !== viewport.zoom)) { // and no mere press
        session.fitted = false;
        commands.letGo();
      }
      session.keepViewport(viewport);
    },
    [session, commands],
  );
  const paneClick = useCallback(
    (event: ReactMouseEvent) => {
      session.picker.set(null);
      if (event.detail === 2) openSearch(session, commands, event);
    },
    [session, commands],
  );
  const inside = useMemo(
    () => (
      <>
        <Background variant={BackgroundVariant.Dots} gap={GRID} size={1.5} />
        <Faults />
        <Map />
      </>
    ),
    [],
  );
  return (
    <div className={`nn-flow ${distance}`}>
      <ReactFlow<CardNode, WireEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={session.changeNodes}
        onEdgesChange={session.changeEdges}
        onNodeDragStop={moved}
        onSelectionDragStop={movedSelection}
        onNodeClick={click}
        onNodeDoubleClick={open}
        onMoveEnd={keepViewport}
        onPaneClick={paneClick}
        {...wiring}
        defaultViewport={start.viewport ?? undefined}
        fitView={start.fit}
        fitViewOptions={FIT}
        minZoom={LEAST_ZOOM}
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

/** Panels that open take room from the drawing. A network that was seen whole, or was fitted, is seen whole afterwards too. In a
    window of another size a view that the person chose keeps its middle: back at the old size it is the view as it was. */
function useRoom() {
  const session = useSession();
  const commands = useCommands();
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  useEffect(() => {
    const was = commands.room;
    commands.noticeWindow();
    commands.room = { width, height };
    if (!was?.width || !width || (was.width === width && was.height === height)) return;
    if (session.fitted) commands.fit();
    else if (commands.isHolding) commands.holdMiddle();
    else if (commands.isAllWithin(was) && !commands.isAllWithin({ width, height })) commands.fit();
  }, [session, commands, width, height]);
}

/** A network that grows stays in view. Under a hand that holds something the view stands still, and follows when it lets go. */
function useFollow(nodes: CardNode[]) {
  const commands = useCommands();
  const wiring = useStore(({ connection }) => connection.inProgress);
  const panning = useStore(({ paneDragging, userSelectionActive }) => paneDragging || userSelectionActive);
  const held = wiring || panning || nodes.some(({ dragging }) => dragging);
  const before = useRef(nodes);
  useLayoutEffect(() => {
    if (held) return;
    commands.follow(before.current);
    before.current = nodes;
  }, [commands, nodes, held]);
}

/** React Flow measures a card's ports once. It is told of those that changed, all in one go, and never of new ones: that would
    spoil the first fit. */
function useRemeasure(nodes: CardNode[]) {
  const update = useUpdateNodeInternals();
  const before = useRef<Record<string, CardNode["data"]>>({});
  useEffect(() => {
    const now = Object.fromEntries(nodes.map(({ id, data }) => [id, data]));
    const changed = nodes.filter(({ id, data }) => {
      const old = before.current[id];
      return old && old !== data && (old.ports !== data.ports || old.direction !== data.direction);
    });
    if (changed.length) update(changed.map(({ id }) => id));
    before.current = now;
  }, [nodes, update]);
}

/** Drawing wires: what is refused, where a loose end leads, and an existing wire's end taken elsewhere. */
function useWiring() {
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
      onReconnectStart: (_: unknown, edge: WireEdge) => void (moving.current = edge.data!.wire),
      onReconnect: (edge: WireEdge, connection: Connection) => {
        if (!givenUp.current) commands.reconnect(edge.data!.wire, wireOf(connection));
      },
      onReconnectEnd: () => void (moving.current = undefined),
    };
  }, [session, commands, givenUp]);
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

const MAP = { nodes: 20, width: 640, height: 420 }; // below these the drawing itself is map enough, or the map would cover it

function Map() {
  const session = useSession();
  const many = useCell(session.nodes).length > MAP.nodes;
  const large = useStore(({ width, height }) => width >= MAP.width && height >= MAP.height);
  const catalogue = useCell(session.catalogue);
  const colour = useCallback(
    (node: CardNode) => {
      const family = catalogue.operators.get(node.data.kind)?.family;
      return family ? `var(--family-${family})` : "var(--st-gray-color)";
    },
    [catalogue],
  );
  return many && large ? <MiniMap<CardNode> pannable zoomable nodeColor={colour} nodeBorderRadius={16} ariaLabel="Overview" /> : null;
}
