import { describe, expect, it } from "vitest";
import { CARD, type GraphNode } from "./graph";
import { after, clearCorridor, clearOf, corridor, freeSpot, makeRoom } from "./place";
import { graphOf } from "./testing";

const touch = (a: { x: number; y: number }, b: { x: number; y: number }) => Math.abs(a.x - b.x) < CARD.width && Math.abs(a.y - b.y) < CARD.height;

describe("a new card", () => {
  it("follows the selected one in the direction of the network", () => {
    const [node] = graphOf(["a"]).nodes;
    expect(after(node, "lr")).toEqual({ x: 260, y: 0 });
    expect(after(node, "tb")).toEqual({ x: 0, y: 180 });
  });

  it("lies on no other card, however crowded the place", () => {
    const { nodes } = graphOf(["a"]);
    for (let i = 0; i < 30; i += 1) {
      const spot = freeSpot(nodes, { x: 3, y: -4 }, "lr");
      expect(nodes.some((node) => touch(node, spot))).toBe(false);
      nodes.push({ ...nodes[0], id: `n${i}`, ...spot });
    }
  });
});

describe("room for a card in a wire", () => {
  const moved = (nodes: GraphNode[], at: Record<string, [number, number]>) => nodes.map((node) => (at[node.id] ? { ...node, x: at[node.id][0], y: at[node.id][1] } : node));

  it("is there already when the person lets it go at a free place", () => {
    const { nodes } = graphOf(["a", "b"]);
    expect(makeRoom(nodes, nodes[1], { x: 100, y: 200 }, "lr")).toEqual({ at: { x: 100, y: 200 }, moved: {} });
  });

  it("is made by pushing on the target and all behind it, and nobody before it", () => {
    const { nodes } = graphOf(["a", "b", "c", "d"]);
    const { at, moved: pushed } = makeRoom(nodes, nodes[2], { x: 480, y: 0 }, "lr");
    expect(at).toEqual({ x: 640, y: 0 });
    expect(pushed).toEqual({ c: [900, 0], d: [1220, 0] });
  });

  it("is made downwards in a network that runs down", () => {
    const nodes = graphOf(["a", "b"]).nodes.map((node, i) => ({ ...node, x: 0, y: i * 180 }));
    expect(makeRoom(nodes, nodes[1], { x: 0, y: 90 }, "tb")).toEqual({ at: { x: 0, y: 180 }, moved: { b: [0, 360] } });
  });

  it("leaves other rows alone, but pushes who would be hit", () => {
    const { nodes } = graphOf(["a", "b", "c"]);
    const all = [...nodes, { ...nodes[0], id: "row", x: 320, y: 300 }, { ...nodes[0], id: "hit", x: 900, y: 119 }];
    const { at, moved: pushed } = makeRoom(all, nodes[1], { x: 160, y: 0 }, "lr");
    expect(Object.keys(pushed).sort()).toEqual(["b", "c", "hit"]);
    const there = moved(all, pushed);
    expect(there.some((node) => touch(node, at))).toBe(false);
    for (const a of there) for (const b of there) expect(a.id === b.id || !touch(a, b)).toBe(true);
  });
});

describe("copies", () => {
  it.each(["lr", "tb"] as const)("lie clear of all cards and keep their places to each other (%s)", (direction) => {
    const { nodes } = graphOf(["a", "b", "c"]);
    const { x, y } = clearOf(nodes, nodes.slice(0, 2), direction);
    for (const copy of nodes.slice(0, 2)) expect(nodes.some((node) => touch(node, { x: copy.x + x, y: copy.y + y }))).toBe(false);
  });
});

describe("a wire that runs back", () => {
  it("goes just before the target's card on the side it comes from", () => {
    expect(corridor(0, 400, CARD.height)).toBe(382);
    expect(corridor(400, 0, CARD.height)).toBe(138);
  });

  it("goes behind no other card, but as near to its target as that leaves room for", () => {
    expect(clearCorridor(0, 400, CARD.height, [0, 400])).toBe(382);
    expect(clearCorridor(0, 400, CARD.height, [0, 240, 330, 400])).toBe(232); // one card lies on the other
    expect(clearCorridor(0, 400, CARD.height, [0, 300, 180])).toBe(172);
    expect(clearCorridor(0, 400, CARD.height, [0, 300, 180, 100])).toBe(382); // there is no room
    expect(clearCorridor(400, 0, CARD.height, [400, 60, 0])).toBe(188);
  });

  it("goes behind both cards when they stand in one row", () => {
    expect(corridor(0, 20, CARD.height)).toBe(158);
  });
});
