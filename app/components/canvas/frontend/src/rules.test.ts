import { describe, expect, it } from "vitest";
import { applyEdit } from "./fold";
import { apart, possibleWires, refusal, sameDirection, wireToCard } from "./rules";
import { catalogue, graphOf, wire } from "./testing";

const why = (graph: ReturnType<typeof graphOf>, ...args: Parameters<typeof wire>) => refusal(graph, catalogue, wire(...args));

describe("a wire is refused while it is drawn", () => {
  it("when it would close a circle, however long, and says which", () => {
    const ids = Array.from({ length: 300 }, (_, i) => `n${i}`);
    const chain = graphOf(ids, ids.slice(1).map((id, i) => [ids[i], id]));
    const open = { ...chain, nodes: chain.nodes.map((node) => (node.id === "n0" ? { ...node, kind: "Beta" } : node)) };
    expect(why(open, "n299", "n0")).toBe("This would close a circle: Gather n0 already leads to Plain alpha n299.");
  });

  it("to the node it starts at", () => {
    expect(why(graphOf(["a"]), "a", "a")).toBe("Plain alpha a cannot feed itself.");
  });

  it("to a port that has its wire, but not to one that takes many", () => {
    const graph = graphOf(["a", "b", "c"], [["a", "c"]]);
    expect(why(graph, "b", "c")).toBe("Plain alpha c takes one wire here, and has it. Delete that one first.");
    graph.nodes[2].kind = "Beta";
    expect(why(graph, "b", "c")).toBeNull();
  });

  it("when the same wire is there", () => {
    const graph = graphOf(["a", "b"], [["a", "b"]]);
    expect(why(graph, "a", "b")).toBe("These two are wired already.");
  });

  it("but a value may come more than once to a port that takes many, each wire with a number of its own", () => {
    const graph = graphOf(["a", "b"], [["a", "b"]]);
    graph.nodes[1].kind = "Beta";
    expect(why(graph, "a", "b")).toBeNull();
    const second = apart(graph.wires, wire("a", "b"));
    expect(second).toEqual({ ...wire("a", "b"), again: 1 });
    expect(apart([...graph.wires, second], second)).toEqual({ ...wire("a", "b"), again: 2 });
    expect(apart([second], wire("a", "b"))).toEqual(wire("a", "b"));
    expect(applyEdit(graph, { op: "connect", wire: second }, () => ({})).wires).toEqual([wire("a", "b"), second]);
    const both = { ...graph, wires: [wire("a", "b"), second] };
    expect(applyEdit(both, { op: "delete", nodes: [], wires: [wire("a", "b")], heal: false }, () => ({})).wires).toEqual([second]);
  });

  it("between two outputs or two inputs", () => {
    expect(sameDirection("source")).toContain("Both are outputs");
    expect(sameDirection("target")).toContain("Both are inputs");
  });

  it("but its own end may be put back where it was", () => {
    const graph = graphOf(["a", "b"], [["a", "b"]]);
    expect(refusal(graph, catalogue, wire("a", "b"), wire("a", "b"))).toBeNull();
  });

  it("never because of an unknown operator", () => {
    const graph = graphOf(["a", "b"]);
    graph.nodes[1].kind = "Unheard";
    expect(why(graph, "a", "b")).toBeNull();
  });
});

it("offers every end that is legal, and no other, to somebody without a mouse", () => {
  const graph = graphOf(["a", "b", "c", "d"], [["a", "b"], ["b", "c"]]);
  expect(possibleWires(graph, catalogue, graph.nodes[1])).toEqual([wire("b", "d")]);
});

it("a wire dropped on a card takes the first free port, or says why there is none", () => {
  const graph = graphOf(["a", "b", "c"], [["a", "b"]]);
  const end = { node: "c", port: "out", side: "source" } as const;
  expect(wireToCard(graph, catalogue, end, graph.nodes[0]).wire).toEqual(wire("c", "a"));
  expect(wireToCard(graph, catalogue, end, graph.nodes[1]).reason).toContain("takes one wire here");
});
