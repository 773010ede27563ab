import { describe, expect, it } from "vitest";
import { CARD, GRID, inOrder } from "./graph";
import { directionOf, tidied } from "./layout";
import { graphOf } from "./testing";

const fork = () => graphOf(["a", "b", "c", "d"], [["a", "b"], ["a", "c"], ["b", "d"], ["c", "d"]]);

describe("a tidied network", () => {
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
