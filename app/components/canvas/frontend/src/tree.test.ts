import { expect, it } from "vitest";
import type { Graph, Levels } from "./graph";
import { graphOf } from "./testing";
import { rowsFound, rowsOf, wayIn } from "./tree";

const use = (id: string, block: string) => ({ id, kind: "Block", label: id, x: 0, y: 0, block });
const withUses = (graph: Graph, ...ids: [string, string][]): Graph => ({ ...graph, nodes: [...graph.nodes, ...ids.map(([id, block]) => use(id, block))] });
const levels: Levels = {
  "": withUses(graphOf(["b", "a"], [["a", "b"]]), ["u", "outer"], ["v", "outer"]),
  outer: withUses(graphOf(["x"]), ["w", "inner"]),
  inner: graphOf(["y", "z"], [["z", "y"]]),
};
const shown = (rows: ReturnType<typeof rowsOf>) => rows.map(({ place, depth, open }) => `${depth} ${place}${open === null ? "" : open ? " -" : " +"}`);

it("nodes stand in the order of the data, and what is in an open block below it", () => {
  expect(shown(rowsOf(levels, new Set()))).toEqual(["1 a", "1 u +", "1 v +", "1 b"]);
  const rows = rowsOf(levels, new Set(["u", "u/w"]));
  expect(shown(rows)).toEqual(["1 a", "1 u -", "2 u/x", "2 u/w -", "3 u/w/z", "3 u/w/y", "1 v +", "1 b"]);
  expect(rows.filter(({ level }) => level === "u").map(({ at, of }) => [at, of])).toEqual([[1, 2], [2, 2]]);
});

it("a search leaves what was found and the blocks that lead there, in each of their uses", () => {
  expect(shown(rowsFound(levels, new Map([["inner", new Set(["y"])]])))).toEqual(["1 u -", "2 u/w -", "3 u/w/y", "1 v -", "2 v/w -", "3 v/w/y"]);
  expect(shown(rowsFound(levels, new Map([["", new Set(["v"])]])))).toEqual(["1 v +"]);
});

it("a place is seen when the blocks on its way are open", () => {
  expect(wayIn("u/w/y")).toEqual(["u", "u/w"]);
  expect(wayIn("a")).toEqual([]);
});
