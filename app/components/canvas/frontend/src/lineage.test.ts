import { expect, it } from "vitest";
import { litAgain, lineage, type Side, told } from "./lineage";
import { graphOf } from "./testing";

// a > b > c > d, and a skip a > d; e > c; x > y apart
const graph = graphOf(["a", "b", "c", "d", "e", "x", "y"], [["a", "b"], ["b", "c"], ["c", "d"], ["a", "d"], ["e", "c"], ["x", "y"]]);
const ends = (wires: ReadonlyMap<string, Side>) => [...wires].map(([id, side]) => `${id.replace(/\.\w+/g, "")} ${side}`).sort();

it("what leads to a node and what depends on it is lit, and the wires along which one comes there", () => {
  const lit = lineage(graph, ["c"], "both");
  expect([...lit.nodes].sort()).toEqual(["a", "b", "c", "d", "e"]);
  expect(ends(lit.wires)).toEqual(["a>b before", "b>c before", "c>d behind", "e>c before"]); // and not the skip past it
  expect(told(lit, "Sum")).toBe("3 nodes lead to Sum; 1 depends on it.");
});

it("each way by itself", () => {
  expect([...lineage(graph, ["c"], "before").nodes].sort()).toEqual(["a", "b", "c", "e"]);
  expect([...lineage(graph, ["c"], "behind").nodes].sort()).toEqual(["c", "d"]);
  expect(told(lineage(graph, ["x"], "before"), "Input")).toBe("No nodes lead to Input.");
});

it("a circle comes to an end", () => {
  expect(lineage(graphOf(["a", "b"], [["a", "b"], ["b", "a"]]), ["a"], "both").nodes.size).toBe(2);
});

it("goes on with a network that changed, until its node is gone", () => {
  const lit = lineage(graph, ["c"], "both");
  expect(litAgain(lit, graph)).toBe(lit);
  expect(litAgain(lit, graphOf(["c", "d"], [["c", "d"]]))?.nodes.size).toBe(2);
  expect(litAgain(lit, graphOf(["d"]))).toBeNull();
});
