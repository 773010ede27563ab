import type { ReactFlowInstance } from "@xyflow/react";
import { beforeEach, describe, expect, it } from "vitest";
import { Commands } from "./commands";
import type { CardNode, WireEdge } from "./reconcile";
import { Session } from "./session";
import { dataOf, graphOf, wire } from "./testing";

let session: Session;
let commands: Commands;

/** The view stands still: place and zoom are the browser tests' business. */
const flow = { getViewport: () => ({ x: 0, y: 0, zoom: 1 }), setViewport: async () => true } as unknown as ReactFlowInstance<CardNode, WireEdge>;

function open(graph = graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]])) {
  session = new Session("doc");
  session.receive(dataOf({ doc: graph }));
  commands = new Commands(session, flow, () => null);
}

const wires = () => session.sync.view.wires.map(({ from, to }) => `${from}-${to}`);
const edits = () => session.sync.pending.map(({ op }) => op);

beforeEach(() => open());

describe("adding by click or Enter", () => {
  it("puts the operator after the selected node and wires it", () => {
    session.select(["c"]);
    commands.addBeside("Alpha");
    const [id] = session.selected();
    expect(wires().at(-1)).toBe(`c-${id}`);
    expect(session.sync.view.nodes.at(-1)).toMatchObject({ id, x: 980, y: 0 });
  });

  it("wires nothing when the operator takes no input", () => {
    session.select(["c"]);
    commands.addBeside("Source");
    expect(edits()).toEqual(["add"]);
  });
});

describe("deleting", () => {
  it("closes the gap even when the node's wires were selected with it, as a box does", () => {
    session.changeNodes([{ type: "select", id: "b", selected: true }]);
    session.changeEdges(session.edges.get().map(({ id }) => ({ type: "select", id, selected: true })));
    commands.remove(true);
    expect(wires()).toEqual(["a-c"]);
  });

  it("goes on to the node before, so that keys have somewhere to act", () => {
    session.select(["b"]);
    commands.remove(false);
    expect(session.roving.get()).toBe("a");
  });

  it("does nothing when nothing is selected", () => {
    commands.remove(false);
    expect(edits()).toEqual([]);
  });
});

it("a pasted copy is selected, and each paste lies further off", () => {
  session.select(["a"]);
  commands.copy();
  commands.paste();
  commands.paste();
  expect(session.sync.view.nodes.slice(-2).map(({ x, y }) => [x, y])).toEqual([[40, 40], [80, 80]]);
  expect(session.selected()).toEqual([session.sync.view.nodes.at(-1)!.id]);
});

it("a drag that ends where it began is no edit", () => {
  commands.moved([{ id: "a", position: { x: 0, y: 0 } }]);
  expect(edits()).toEqual([]);
});

it("a refused wire says why and sends nothing", () => {
  commands.connect(wire("a", "c"));
  expect(session.toast.get()?.text).toBe("Plain alpha c takes one wire here, and has it. Delete that one first.");
  expect(edits()).toEqual([]);
});

it("an operator from the list at a wire's loose end is wired on the right side", () => {
  commands.addWired("Alpha", { x: 2000, y: 60 }, { node: "c", port: "out", side: "source" });
  commands.addWired("Beta", { x: 2000, y: 900 }, { node: "a", port: "in", side: "target" });
  const [beta, alpha] = [session.sync.view.nodes.at(-1)!, session.sync.view.nodes.at(-2)!];
  expect(wires().slice(-2)).toEqual([`c-${alpha.id}`, `${beta.id}-a`]);
  expect([alpha.x, beta.x]).toEqual([2000, 1780]);
});

it("the arrows with Ctrl go to the nearest card on that side", () => {
  expect([commands.towards("a", 1, 0), commands.towards("a", -1, 0), commands.neighbour("b", -1)]).toEqual(["b", null, "a"]);
});
