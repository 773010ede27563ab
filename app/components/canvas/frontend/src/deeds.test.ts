import type { ReactFlowInstance } from "@xyflow/react";
import { beforeEach, expect, it } from "vitest";
import { Commands } from "./commands";
import type { Graph } from "./graph";
import { deedsOf } from "./Menu";
import type { CardNode, WireEdge } from "./reconcile";
import { Session } from "./session";
import { dataOf, graphOf } from "./testing";
import { tieOf } from "./Ties";

let session: Session;
let commands: Commands;

const flow = { getViewport: () => ({ x: 0, y: 0, zoom: 1 }), setViewport: async () => true } as unknown as ReactFlowInstance<CardNode, WireEdge>;
const ports = { inputs: [{ name: "in" }], outputs: [{ name: "out" }] };
const use = (id: string, block: string) => ({ id, kind: "Block", label: "", x: 960, y: 0, block, ports });
const withUses = (graph: Graph, ...uses: ReturnType<typeof use>[]): Graph => ({ ...graph, nodes: [...graph.nodes, ...uses] });
const note = { title: "", line: "", shape: "", parameters: "20 params", fault: null };
const last = () => session.sync.pending.at(-1)!;

beforeEach(() => {
  sessionStorage.clear();
  session = new Session("doc");
  session.receive(
    dataOf({
      levels: { "": withUses(graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]]), use("u", "outer")), outer: withUses(graphOf(["x"]), use("w", "inner")), inner: graphOf(["y"]) },
      blocks: {
        outer: { name: "Outer", uses: 2, ports, holds: ["outer", "inner"] },
        inner: { name: "Inner", uses: 1, ports, holds: ["inner"] },
      },
      notes: { a: note, b: note },
    }),
  );
  commands = new Commands(session, flow, () => null);
});

it("grouped nodes are a block that is selected when Python has made it, and not before", () => {
  session.select(["a", "b"]);
  commands.group();
  const edit = last() as { op: "group"; nodes: string[]; use: string };
  expect([edit.op, edit.nodes]).toEqual(["group", ["a", "b"]]);
  session.receive(dataOf({ rev: 2, levels: { "": withUses(graphOf(["c"]), use(edit.use, "new")), new: graphOf(["a", "b"]) } }));
  expect(session.selected()).toEqual([edit.use]);
});

it("the palette offers within a block all but what it lies in", () => {
  const blocks = () => session.catalogue.get().offered(session.sync.where).flatMap(({ block }) => block ?? []);
  expect(blocks()).toEqual(["outer", "inner"]);
  session.go("u");
  expect(blocks()).toEqual(["inner"]);
  session.go("u/w");
  expect(blocks()).toEqual([]);
});

it("a use from the palette goes into the wire behind the selected node, with the ports of its block", () => {
  session.select(["a"]);
  commands.addBeside("Block:inner");
  const [id] = session.selected();
  expect(session.sync.pending[0]).toMatchObject({ op: "add", kind: "Block", uses: "inner", id });
  expect(session.sync.view.wires.map(({ from, to }) => `${from}-${to}`).sort()).toEqual([`${id}-b`, `a-${id}`, "b-c"].sort());
});

it("what was copied at one level is pasted at another, by an edit that says from where", () => {
  session.select(["a", "b"]);
  commands.copy();
  session.go("u");
  commands.paste();
  expect(last()).toMatchObject({ op: "copy", source: "", where: "outer" });
  expect(Object.keys((last() as { copies: Record<string, string> }).copies)).toEqual(["a", "b"]);
});

it("two nodes of one kind are tied to the first of them, and have their own weights again", () => {
  session.select(["b", "a"]);
  expect(deedsOf(commands).map(({ name }) => name)).toContain("Share weights");
  commands.tie();
  expect(last()).toMatchObject({ op: "set", of: "weights", name: "shares", ids: ["b"], value: "a" });
  session.select(["u", "a"]);
  expect(commands.tiable).toBeNull();
});

it("a block can be opened, dissolved and made one of its own where others use it", () => {
  session.select(["u"]);
  const names = deedsOf(commands).map(({ name }) => name);
  expect(names.slice(0, 4)).toEqual(["Open", "Make a block", "Dissolve the block", "Give it a block of its own"]);
  commands.makeUnique();
  expect(last()).toMatchObject({ op: "unique", id: "u" });
});

it("a tie bows over the cards, or beside them where the network runs downwards", () => {
  expect(tieOf({ x: 0, y: 100 }, { x: 300, y: 100 }, "lr").y).toBeLessThan(100);
  expect(tieOf({ x: 0, y: 0 }, { x: 0, y: 300 }, "tb").x).toBeGreaterThan(220);
  expect(tieOf({ x: 0, y: 300 }, { x: 0, y: 0 }, "lr").path).toBe("M110 120L110 300");
  expect(tieOf({ x: 0, y: 0 }, { x: 300, y: 0 }, "tb").path).toBe("M220 60L300 60");
});
