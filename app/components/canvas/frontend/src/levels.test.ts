import { beforeEach, describe, expect, it } from "vitest";
import type { Graph } from "./graph";
import type { SyncState } from "./protocol";
import { Session } from "./session";
import { dataOf, graphOf } from "./testing";

const note = (shape: string) => ({ title: "", line: "", shape, parameters: "", fault: null });
const block = (name: string, uses: number, holds: string[]) => ({ name, uses, holds, ports: { inputs: [{ name: "in" }], outputs: [{ name: "out" }] } });
const use = (id: string, block: string, x = 640) => ({ id, kind: "Block", label: id, x, y: 0, block });
const withUse = (graph: Graph, ...uses: ReturnType<typeof use>[]): Graph => ({ ...graph, nodes: [...graph.nodes, ...uses] });

/** a, b and two uses of "outer", in which one of "inner" stands. */
const levels = () => ({
  "": withUse(graphOf(["a", "b"], [["a", "b"]]), use("u", "outer"), use("v", "outer", 900)),
  outer: withUse(graphOf(["x"]), use("w", "inner")),
  inner: graphOf(["y"]),
});
const data = (rest: Parameters<typeof dataOf>[0] = {}) => dataOf({ levels: levels(), blocks: { outer: block("Outer", 2, ["outer", "inner"]), inner: block("Inner", 1, ["inner"]) }, ...rest });

let session: Session;
let sent: SyncState[];
beforeEach(() => {
  sessionStorage.clear();
  sent = [];
  session = new Session("doc");
  session.setState = (state) => void sent.push(state);
  session.receive(data());
});
const shown = () => session.nodes.get().map(({ id }) => id);

describe("a block", () => {
  it("is gone into and left again, nested too, and Python is told where one is", async () => {
    session.open("u");
    session.open("w");
    expect([session.level.get(), shown()]).toEqual(["u/w", ["y"]]);
    await Promise.resolve();
    expect(sent.at(-1)?.level).toBe("u/w");
    expect([session.leave(), shown(), session.selected()]).toEqual([true, ["x", "w"], ["w"]]);
    expect([session.leave(), session.selected(), session.leave()]).toEqual([true, ["u"], false]);
  });

  it("is edited under its name, whatever is shown by the time that Python answers", () => {
    session.open("u");
    session.edit({ op: "add", id: "new", kind: "Alpha", x: 0, y: 200 });
    expect(session.sync.pending).toMatchObject([{ op: "add", where: "outer" }]);
    session.edit({ op: "undo" });
    expect(session.sync.pending[1].where).toBeUndefined();
    session.go("");
    expect(shown()).toEqual(["a", "b", "u", "v"]);
    session.open("v"); // another use of the same block
    expect(shown()).toEqual(["x", "w", "new"]);
  });

  it("that is gone by the answer shows what is around it", () => {
    session.go("u/w");
    session.receive(data({ rev: 2, levels: { ...levels(), outer: graphOf(["x"]) } }));
    expect([session.level.get(), shown()]).toEqual(["u", ["x"]]);
  });

  it("shows the shapes of the use that one came from, and those of before at once when one comes back", () => {
    session.receive(data({ rev: 1, notes: { a: note("8") } }));
    session.open("u");
    expect(session.notes.get("a")).toBeUndefined();
    session.receive(data({ level: "u", notes: { x: note("4") } }));
    expect(session.notes.get("x")?.shape).toBe("4");
    session.receive(data({ rev: 2, level: "", notes: { a: note("9") } })); // was on its way
    expect(session.notes.get("x")?.shape).toBe("4");
    session.leave();
    expect(session.notes.get("a")?.shape).toBe("9");
  });

  it("keeps the view of each level, over a reload too", () => {
    session.keepViewport({ x: 1, y: 1, zoom: 1 });
    session.open("u");
    expect(session.viewport).toBeNull();
    session.keepViewport({ x: 2, y: 2, zoom: 0.5 });
    session.leave();
    expect(session.viewport).toEqual({ x: 1, y: 1, zoom: 1 });
    session.open("u");
    const again = new Session("doc");
    again.receive(data());
    expect([again.level.get(), again.viewport]).toEqual(["u", { x: 2, y: 2, zoom: 0.5 }]);
  });
});

describe("whoever takes a step back", () => {
  it("is led to the level where the change was, once", () => {
    session.edit({ op: "undo" });
    session.receive(data({ rev: 2, acks: { [session.sync.client]: 1 }, led: { client: session.sync.client, n: 1, level: "u" } }));
    expect(session.level.get()).toBe("u");
    session.leave();
    session.receive(data({ rev: 2, level: "", led: { client: session.sync.client, n: 1, level: "u" } }));
    expect(session.level.get()).toBe("");
  });

  it("and went elsewhere meanwhile stays there", () => {
    session.edit({ op: "undo" });
    session.open("v");
    session.receive(data({ rev: 2, led: { client: session.sync.client, n: 1, level: "u" } }));
    expect(session.level.get()).toBe("v");
  });
});

it("a fault's node is shown where it is", () => {
  session.show("u/w/y");
  expect([session.level.get(), session.selected(), session.focus.get()?.node]).toEqual(["u/w", ["y"], "y"]);
});
