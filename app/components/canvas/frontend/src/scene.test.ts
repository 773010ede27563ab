import { describe, expect, it } from "vitest";
import { reconcileEdges, reconcileNodes, withPainted } from "./reconcile";
import { byDegrees, type Hold, kept, looksAlike, NO_SCENE, runsThrough, sceneOf, type View } from "./scene";
import { catalogue, graphOf } from "./testing";
import { drawnWire } from "./wirePath";

const ids = Array.from({ length: 100 }, (_, i) => `n${i}`);
const graph = graphOf(ids, ids.slice(1).map((id, i) => [ids[i], id]));
const nodes = reconcileNodes([], graph, catalogue, "lr");
const edges = reconcileEdges([], graph);
const NEAR: View = { x: 0, y: 0, zoom: 1, width: 1000, height: 500 };
const AFAR: View = { ...NEAR, zoom: 0.2 };
const NOTHING: Hold = { pointer: null, nodes: new Set(), wires: new Set() };
const never = () => false;
const named = (all: { id: string }[]) => all.map(({ id }) => id);

describe("of a large network there stand", () => {
  it("the cards in view when it is near, and wires only under the pointer", () => {
    const scene = sceneOf(nodes, edges, NEAR, NOTHING, never);
    expect(named(scene.nodes)).toEqual(["n0", "n1", "n2", "n3", "n4"]);
    expect(scene).toMatchObject({ edges: [], isPainted: true, isFar: false });
  });

  it("nothing but what is under the pointer when it is far", () => {
    expect(sceneOf(nodes, edges, AFAR, NOTHING, never).nodes).toEqual([]);
    const pointer = { x: nodes[50].position.x + 100, y: 60 };
    expect(named(sceneOf(nodes, edges, AFAR, { ...NOTHING, pointer }, never).nodes)).toEqual(["n50"]);
  });

  it("a wire under the pointer, with its ends", () => {
    const drawn = drawnWire(edges[50], nodes[50], nodes[51], nodes)!;
    const scene = sceneOf(nodes, edges, AFAR, { ...NOTHING, pointer: { x: drawn.x, y: drawn.y } }, (wire) => wire === drawn);
    expect(named(scene.edges)).toEqual(["n50.out>n51.in"]);
    expect(named(scene.nodes)).toEqual(["n50", "n51"]);
  });

  it("several wires between the same ports, each on a way of its own", () => {
    const both = [edges[50], { ...edges[50], id: "again", data: { wire: { ...edges[50].data!.wire, again: 1 } } }];
    const [first, second] = both.map((edge) => drawnWire(edge, nodes[50], nodes[51], nodes)!);
    expect([second.x, second.y - first.y]).toEqual([first.x, 30]);
    expect(second.path).not.toBe(first.path);
  });

  it("what is held, dragged or, of wires, selected, wherever it is", () => {
    const dragged = nodes.map((node) => (node.id === "n90" ? { ...node, dragging: true } : node));
    const chosen = edges.map((edge, i) => (i === 70 ? { ...edge, selected: true } : edge));
    const scene = sceneOf(dragged, chosen, AFAR, { ...NOTHING, nodes: new Set(["n80"]), wires: new Set(["n60.out>n61.in"]) }, never);
    expect(named(scene.nodes)).toEqual(["n60", "n61", "n70", "n71", "n80", "n89", "n90", "n91"]);
    expect(named(scene.edges)).toEqual(["n60.out>n61.in", "n70.out>n71.in", "n89.out>n90.in", "n90.out>n91.in"]);
  });

  it("the very same while the view moves a little", () => {
    const first = kept(NO_SCENE, sceneOf(nodes, edges, NEAR, NOTHING, never));
    expect(kept(first, sceneOf(nodes, edges, { ...NEAR, x: -30 }, NOTHING, never))).toBe(first);
  });
});

it("of many cards that come into view at once a few stand in each frame, what is held and the nearest first", () => {
  const wide: View = { ...NEAR, zoom: 0.5, width: 3000 };
  const all = sceneOf(nodes, edges, wide, NOTHING, never);
  expect(all.nodes.length).toBeGreaterThan(13);
  const held = new Set(["n0"]);
  let scene = { ...sceneOf(nodes, edges, AFAR, NOTHING, never) };
  const counts: number[] = [];
  do {
    scene = byDegrees(scene, all, wide, held);
    counts.push(scene.nodes.length);
    if (counts.length === 1) expect(named(scene.nodes)).toEqual(expect.arrayContaining(["n0", "n10", "n11"]));
  } while (scene.isPartly && counts.length < 20);
  expect(counts[0]).toBe(7);
  expect(counts.slice(1).every((count, i) => count - counts[i] <= 6)).toBe(true);
  expect(scene).toEqual(all);
  expect(byDegrees(NO_SCENE, all, wide, held)).toBe(all);
});

it("a card that is dragged changes nothing that is painted, until it is let go", () => {
  const at = (x: number, dragging: boolean) => nodes.map((node) => (node.id === "n50" ? { ...node, position: { x, y: 0 }, dragging } : node));
  const painted = (some: typeof nodes) => ({ nodes: some, scene: sceneOf(some, edges, AFAR, NOTHING, never) });
  expect(looksAlike(painted(nodes), painted(at(10, true)))).toBe(false); // its own picture goes
  expect(looksAlike(painted(at(10, true)), painted(at(20, true)))).toBe(true);
  expect(looksAlike(painted(at(20, true)), painted(at(20, false)))).toBe(false);
  const hub = reconcileEdges([], graphOf(ids, ids.slice(0, 99).map((id) => [id, "n99"])));
  const many = (some: typeof nodes) => ({ nodes: some, scene: sceneOf(some, hub, AFAR, NOTHING, never) });
  const dragged = (x: number) => nodes.map((node) => (node.id === "n99" ? { ...node, position: { x, y: 0 }, dragging: true } : node));
  expect(looksAlike(many(dragged(10)), many(dragged(20)))).toBe(false); // its wires are too many to stand
});

it("a small network stands whole, however far away it is", () => {
  const few = graphOf(ids.slice(0, 40));
  const all = reconcileNodes([], few, catalogue, "lr");
  expect(sceneOf(all, [], AFAR, NOTHING, never)).toEqual({ nodes: all, edges: [], isPainted: false, isFar: false, isHeldWhole: true, isPartly: false });
});

it("a wire's box holds its whole curve", () => {
  const { box, x, y } = drawnWire(edges[3], nodes[3], nodes[4], nodes)!;
  expect(box).toMatchObject({ x: nodes[3].position.x + 226, width: 320 - 232 });
  expect(x).toBeGreaterThan(box.x);
  expect(y).toBe(60);
});

describe("cards that are painted", () => {
  const chosen = nodes.map((node) => ({ ...node, selected: ["n1", "n50"].includes(node.id) }));
  const select = [{ type: "select" as const, id: "n1", selected: true }];

  it("go along with a selected card that is dragged", () => {
    const position = { x: chosen[1].position.x + 40, y: 20 };
    const changes = [{ type: "position" as const, id: "n1", position, dragging: true }];
    const now = chosen.map((node) => (node.id === "n1" ? { ...node, position, dragging: true } : node));
    const moved = withPainted(changes, chosen, now, [nodes[1]], false);
    expect(moved[50]).toMatchObject({ position: { x: chosen[50].position.x + 40, y: 20 }, dragging: true });
    expect(moved[49]).toBe(chosen[49]);
  });

  it("are selected no more when another one is, but by a press that adds to them", () => {
    expect(withPainted(select, chosen, chosen, [nodes[1]], false)[50].selected).toBe(false);
    expect(withPainted(select, chosen, chosen, [nodes[1]], true)[50].selected).toBe(true);
  });
});

it("a wire runs through what its lines meet, and not through all of the box around it", () => {
  const round = { path: "M0,0 L100,0 L100,80 L0,80", box: { x: 0, y: 0, width: 100, height: 80 }, x: 0, y: 0, down: false, length: 80 };
  const at = (x: number, y: number) => runsThrough(round, { x, y, width: 20, height: 20 });
  expect([at(90, 30), at(40, 70), at(40, 30), at(110, 30)]).toEqual([true, true, false, false]);
});
