import { describe, expect, it } from "vitest";
import { applyEdit } from "./fold";
import type { Graph } from "./graph";
import { graphOf, wire } from "./testing";

const ports = () => ({ input: "in", output: "out" });
const chain = () => graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]]);
const wiresOf = (graph: Graph) => graph.wires.map(({ from, to }) => `${from}-${to}`);
const idsOf = (graph: Graph) => graph.nodes.map(({ id }) => id);

describe("an edit on the screen before Python has answered", () => {
  it("adds a node at its place", () => {
    const graph = applyEdit(chain(), { op: "add", id: "d", kind: "Alpha", x: 20, y: 40 }, ports);
    expect(graph.nodes.at(-1)).toEqual({ id: "d", kind: "Alpha", label: "", x: 20, y: 40 });
  });

  it("puts a node dropped on a wire between its ends", () => {
    const graph = applyEdit(chain(), { op: "add", id: "d", kind: "Alpha", x: 0, y: 0, wire: wire("a", "b") }, ports);
    expect(wiresOf(graph)).toEqual(["b-c", "a-d", "d-b"]);
  });

  it("adds the node alone where the wire is gone or the operator has no way through", () => {
    const edit = { op: "add", id: "d", kind: "Alpha", x: 0, y: 0, wire: wire("a", "c") } as const;
    expect(wiresOf(applyEdit(chain(), edit, ports))).toEqual(["a-b", "b-c"]);
    expect(wiresOf(applyEdit(chain(), { ...edit, wire: wire("a", "b") }, () => ({ input: "in" })))).toEqual(["a-b", "b-c"]);
  });

  it("adds a node once, however often the edit arrives", () => {
    const edit = { op: "add", id: "d", kind: "Alpha", x: 0, y: 0 } as const;
    const once = applyEdit(chain(), edit, ports);
    expect(applyEdit(once, edit, ports)).toEqual(once);
  });

  it("moves only the nodes it names, and those keep the rest of what they are", () => {
    const before = chain();
    const after = applyEdit(before, { op: "move", at: { b: [60, 80] } }, ports);
    expect(after.nodes[1]).toEqual({ ...before.nodes[1], x: 60, y: 80 });
    expect(after.nodes[0]).toBe(before.nodes[0]);
  });

  it("connects once, and never to a node that is gone", () => {
    expect(wiresOf(applyEdit(chain(), { op: "connect", wire: wire("a", "c") }, ports))).toEqual(["a-b", "b-c", "a-c"]);
    expect(applyEdit(chain(), { op: "connect", wire: wire("a", "b") }, ports)).toEqual(chain());
    expect(applyEdit(chain(), { op: "connect", wire: wire("a", "gone") }, ports)).toEqual(chain());
  });

  it("takes a wire's end elsewhere", () => {
    const edit = { op: "reconnect", old: wire("b", "c"), wire: wire("a", "c") } as const;
    expect(wiresOf(applyEdit(chain(), edit, ports))).toEqual(["a-b", "a-c"]);
    expect(applyEdit(chain(), { ...edit, old: wire("c", "a") }, ports)).toEqual(chain());
  });

  it("deletes nodes with their wires, and wires alone", () => {
    const gone = applyEdit(chain(), { op: "delete", nodes: ["b"], wires: [], heal: false }, ports);
    expect([idsOf(gone), wiresOf(gone)]).toEqual([["a", "c"], []]);
    const cut = applyEdit(chain(), { op: "delete", nodes: [], wires: [wire("a", "b")], heal: false }, ports);
    expect([idsOf(cut), wiresOf(cut)]).toEqual([["a", "b", "c"], ["b-c"]]);
  });

  it("closes the gap that a healed deletion leaves, over several nodes in a row too", () => {
    const long = graphOf(["a", "b", "c", "d"], [["a", "b"], ["b", "c"], ["c", "d"], ["b", "d"]]);
    const healed = applyEdit(long, { op: "delete", nodes: ["b", "c"], wires: [], heal: true }, ports);
    expect(wiresOf(healed)).toEqual(["a-d"]);
  });

  it("heals nothing where it would have to choose between two sources", () => {
    const merge = graphOf(["a", "b", "m", "z"], [["a", "m"], ["b", "m"], ["m", "z"]]);
    expect(wiresOf(applyEdit(merge, { op: "delete", nodes: ["m"], wires: [], heal: true }, ports))).toEqual([]);
  });

  it("duplicates nodes with the wires among them", () => {
    const graph = applyEdit(chain(), { op: "duplicate", copies: { a: "a2", b: "b2" }, dx: 40, dy: 40 }, ports);
    expect(idsOf(graph)).toEqual(["a", "b", "c", "a2", "b2"]);
    expect(wiresOf(graph)).toEqual(["a-b", "b-c", "a2-b2"]);
    expect(graph.nodes[3]).toMatchObject({ x: 40, y: 40 });
  });

  it("leaves undo and redo to Python", () => {
    const graph = chain();
    expect(applyEdit(graph, { op: "undo" }, ports)).toBe(graph);
    expect(applyEdit(graph, { op: "redo" }, ports)).toBe(graph);
  });
});
