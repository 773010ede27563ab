import { describe, expect, it } from "vitest";
import { CARD, GRID, inOrder } from "./graph";
import { directionOf, tidied } from "./layout";
import { graphOf } from "./testing";
import golden from "../../../../../tests/golden/layout.json"; // made by Python: tests/test_layout.py

const fork = () => graphOf(["a", "b", "c", "d"], [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]);

describe("a tidied network", () => {
  it.each(golden)("stands where Python would put it: $name", ({ wires, places }) => {
    const ids = [...new Set(wires.flat())];
    const graph = graphOf(ids, wires as [string, string][]);
    expect(tidied(graph, "lr", { width: 1200, height: 640 })).toEqual(places);
  });

  it.each(["lr", "tb"] as const)("runs %s, on the grid, and no two cards overlap", async (direction) => {
    const at = await tidied(fork(), direction);
    const along = direction === "lr" ? 0 : 1;
    expect(at.a[along]).toBeLessThan(at.b[along]);
    expect(at.b[along]).toBe(at.c[along]);
    expect(at.c[along]).toBeLessThan(at.d[along]);
    expect(Object.values(at).flat().every((place) => place % GRID === 0)).toBe(true);
    expect(Math.abs(at.b[1 - along] - at.c[1 - along])).toBeGreaterThan(direction === "lr" ? CARD.height : CARD.width);
  });

  it.each(["lr", "tb"] as const)("hides no skip connection behind a card (%s)", async (direction) => {
    const at = await tidied(graphOf(["a", "b", "c", "d", "e"], [["a", "b"], ["b", "c"], ["c", "d"], ["a", "d"], ["d", "e"]]), direction);
    const [across, half] = direction === "lr" ? [1, CARD.height / 2] : [0, CARD.width / 2];
    expect(at.a[across]).toBe(at.d[across]);
    for (const id of ["b", "c"]) expect(Math.abs(at[id][across] - at.a[across])).toBeGreaterThan(half);
  });

  it("breaks a chain that is too long for the stage into rows", async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `n${i}`);
    const chain = graphOf(ids, ids.slice(1).map((id, i) => [ids[i], id]));
    const rows = (places: Record<string, [number, number]>) => new Set(Object.values(places).map(([, y]) => y)).size;
    expect(rows(await tidied(chain, "lr"))).toBe(1);
    expect(rows(await tidied(chain, "lr", { width: 900, height: 560 }))).toBeGreaterThan(1);
  });

  it("crosses no wires that need not cross, and runs branches straight", () => {
    const graph = graphOf(["s", "b2", "a2", "a1", "b1", "c", "t"], [["s", "a1"], ["s", "b1"], ["a1", "a2"], ["b1", "b2"], ["s", "c"], ["a2", "t"], ["b2", "t"], ["c", "t"]]);
    const at = tidied(graph, "lr");
    expect([at.a1[1] - at.a2[1], at.b1[1] - at.b2[1]]).toEqual([0, 0]);
    expect(new Set([at.a1[1], at.b1[1], at.c[1]]).size).toBe(3);
    expect(at.s[1]).toBe([at.a1[1], at.b1[1], at.c[1]].sort((a, b) => a - b)[1]);
  });

  it("keeps a network with a circle in it in one piece", async () => {
    const circle = graphOf(["a", "b"], [["a", "b"], ["b", "a"]]);
    expect(Object.keys(await tidied(circle, "lr"))).toEqual(["a", "b"]);
  });
});

it("the direction is read from how most wires run", () => {
  expect(directionOf(fork())).toBe("lr");
  const down = fork();
  down.nodes.forEach((node, i) => Object.assign(node, { x: 0, y: i * 300 }));
  expect(directionOf(down)).toBe("tb");
  expect(directionOf(graphOf([]))).toBe("lr");
});

it("Tab follows the data, and reaches the nodes of a circle last", () => {
  const graph = graphOf(["x", "y", "b", "a"], [["a", "b"], ["x", "y"], ["y", "x"]]);
  expect(inOrder(graph).map(({ id }) => id)).toEqual(["a", "b", "x", "y"]);
});

describe("a very large network", () => {
  const ids = Array.from({ length: 600 }, (_, i) => `n${i}`);
  const chain = ids.slice(1).map((id, i): [string, string] => [ids[i], id]);

  it.each(["lr", "tb"] as const)("in a chain is one straight line %s", async (direction) => {
    const at = Object.values(await tidied(graphOf(ids, chain), direction));
    expect(new Set(at.map((place) => place[direction === "lr" ? 1 : 0])).size).toBe(1);
    expect(new Set(at.map((place) => place[direction === "lr" ? 0 : 1])).size).toBe(600);
  });

  it("has each card behind all that feed it, and none on another", async () => {
    const branches = ids.slice(1).map((id, i): [string, string] => [ids[i % 5 === 0 ? Math.max(0, i - 5) : i], id]);
    const skips = ids.slice(6).filter((_, i) => i % 6 === 0).map((id, i): [string, string] => [ids[6 * i], id]);
    const graph = graphOf(ids, [...branches, ...skips]);
    const places = await tidied(graph, "lr");
    expect(graph.wires.filter(({ from, to }) => places[to][0] < places[from][0] + 220)).toEqual([]);
    const all = Object.values(places);
    const hits = all.filter((a, i) => all.some((b, j) => j > i && Math.abs(a[0] - b[0]) < 220 && Math.abs(a[1] - b[1]) < 120));
    expect(hits).toEqual([]);
  });

  it("with a circle is laid out all the same", async () => {
    const graph = graphOf(ids, [...chain, ["n599", "n0"]]);
    const places = await tidied(graph, "lr");
    expect(graph.wires.filter(({ from, to }) => !(places[to][0] > places[from][0])).map(({ from, to }) => [from, to])).toEqual([["n599", "n0"]]);
  });
});
