import { describe, expect, it } from "vitest";
import { countsOf, findEverywhere, findNodes } from "./find";
import { wayTo } from "./levels";
import { catalogue, graphOf, wire } from "./testing";
import type { Note } from "./stores";

const graph = graphOf(["first", "second", "third"], [["first", "second"], ["second", "third"]]);
graph.nodes[2].kind = "Beta";
const note = (shape: string, fault: Note["fault"] = null): Note => ({ title: "", line: "32 units, ReLU", shape, parameters: "", fault });
const broken = { code: "c", severity: "error" as const, text: "It has 84 scores for 10 classes.", unfinished: false, repairs: [] };
const notes: Record<string, Note> = { first: note("8 × 8 × 32"), second: note("18 × 8 × 3"), third: note("10", broken) };
const found = (query: string) => findNodes(graph, catalogue, (id) => notes[id], query);

it.each([
  ["SECOND", ["second"]],
  ["gather", ["third"]],
  ["plain alpha", ["first", "second"]],
  ["beta", ["third"]],
  ["8x8x32", ["first"]],
  ["8 × 8 x 32", ["first"]],
  ["relu", ["first", "second", "third"]],
  ["fault", ["third"]],
  ["warning", []],
  ["84 scores", ["third"]],
  ["alpha second", ["second"]],
  ["", []],
  ["  ", []],
])("%j finds %j", (query, expected) => expect(found(query)).toEqual(expected));

describe("in a network with blocks", () => {
  const use = (id: string, block: string) => ({ id, kind: "Block", label: id, x: 0, y: 0, block });
  const levels = {
    "": { nodes: [...graphOf(["first"]).nodes, use("u", "outer"), use("v", "outer"), ...graphOf(["last"]).nodes], wires: [wire("first", "u"), wire("u", "v"), wire("v", "last")] },
    outer: { ...graphOf(["x"]), nodes: [...graphOf(["x"]).nodes, use("w", "inner")] },
    inner: graphOf(["y"]),
    unused: graphOf(["z"]),
  };

  it("finds those of every block that is used, once, after the block's first use", () => {
    const hits = findEverywhere(levels, catalogue, () => () => undefined, "alpha");
    expect(hits.map(({ block, id }) => `${block}/${id}`)).toEqual(["/first", "outer/x", "inner/y", "/last"]);
    expect(countsOf(hits)).toEqual([["", 2], ["outer", 1], ["inner", 1]]);
  });

  it("knows shapes where they were told", () => {
    expect(findEverywhere(levels, catalogue, (block) => () => (block === "inner" ? note("7") : undefined), "7")).toEqual([{ block: "inner", id: "y" }]);
  });

  it.each([
    ["inner", "", "u/w"],
    ["inner", "v", "v/w"],
    ["outer", "v", "v"],
    ["outer", "u/w", "u"],
    ["", "u/w", ""],
    ["unused", "", null],
  ])("leads to block %j from level %j by %j", (block, from, way) => expect(wayTo(levels, block, from)).toBe(way));
});
