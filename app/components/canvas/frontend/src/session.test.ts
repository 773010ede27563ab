import { beforeEach, describe, expect, it, vi } from "vitest";
import { Session } from "./session";
import { wireId } from "./graph";
import { dataOf, graphOf } from "./testing";

let session: Session;
beforeEach(() => {
  sessionStorage.clear();
  session = new Session("doc");
  session.receive(dataOf());
});

describe("the session of a document", () => {
  it("shows and selects the node of a fault that was pressed, each time anew", () => {
    session.show("b");
    const first = session.focus.get();
    session.show("b");
    expect([session.selected(), first?.node, session.focus.get() !== first]).toEqual([["b"], "b", true]);
  });

  it("says that the server was started anew, once, and not at the first meeting", () => {
    session.receive(dataOf({ boot: "first" }));
    expect(session.toast.get()).toBeNull();
    session.receive(dataOf({ boot: "second" }));
    session.receive(dataOf({ rev: 2, boot: "second" }));
    expect(session.toast.get()).toEqual({ text: "The server was started anew. Your draft is as you left it.", n: 1 });
  });

  it("tells Python what is selected before it asks for the form of that node", () => {
    const told: unknown[] = [];
    session.setState = ({ sel }) => void told.push(sel);
    session.sendOpen = (node) => void told.push(node);
    session.open("b");
    expect(told).toEqual([["b"], "b"]);
  });

  it("tells Python of a wire that is selected alone", () => {
    const [wire] = session.sync.view.wires;
    const told = () => {
      let wire: unknown;
      session.setState = (state) => void (wire = state.wire);
      session.sync.flush();
      return wire;
    };
    session.selectWire(wire);
    expect([session.selected(), told()]).toEqual([[], wireId(wire)]);
    session.select(["a"]);
    expect(told()).toBeNull();
  });

  it("turns its ports with the network when tidying is undone, and leaves them when a few nodes move", () => {
    session.turn("tb");
    const doc = graphOf(["a", "b", "c"], [["a", "b"], ["b", "c"]]);
    session.receive(dataOf({ rev: 2, doc: { ...doc, nodes: doc.nodes.map((node, i) => ({ ...node, x: 0, y: i * 200 })) } }));
    expect(session.direction.get()).toBe("tb");
    session.receive(dataOf({ rev: 3, doc }));
    expect(session.direction.get()).toBe("lr");
    expect(session.nodes.get()[0].data.direction).toBe("lr");
    session.turn("tb");
    session.receive(dataOf({ rev: 4, doc: { ...doc, nodes: doc.nodes.map((node, i) => ({ ...node, x: node.x + (i ? 0 : 20) })) } }));
    expect(session.direction.get()).toBe("tb");
  });

  it("keeps the viewport over a reload of the page, and lives without storage", () => {
    session.keepViewport({ x: 5, y: 6, zoom: 0.5 });
    expect(new Session("doc").viewport).toEqual({ x: 5, y: 6, zoom: 0.5 });
    const blocked = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
      throw new Error("blocked");
    });
    session.keepViewport({ x: 1, y: 1, zoom: 1 });
    expect(session.viewport).toEqual({ x: 1, y: 1, zoom: 1 });
    blocked.mockRestore();
  });

  it("ignores the notes of an answer that is older than what is shown", () => {
    const note = { title: "", line: "", shape: "8", parameters: "", fault: null };
    session.receive(dataOf({ rev: 5, notes: { a: note } }));
    session.receive(dataOf({ rev: 4, notes: { a: { ...note, shape: "old" } } }));
    expect(session.notes.get("a")?.shape).toBe("8");
  });

  it("tells one card of its new note and no other", () => {
    const [a, b] = [vi.fn(), vi.fn()];
    session.notes.subscribe("a", a);
    session.notes.subscribe("b", b);
    session.receive(dataOf({ rev: 2, notes: { a: { title: "", line: "", shape: "8", parameters: "", fault: null } } }));
    expect([a.mock.calls.length, b.mock.calls.length]).toEqual([1, 0]);
  });

  it("leaves sentences put away until their fault changes or their node is selected anew", () => {
    const note = (text: string) => ({ title: "", line: "", shape: "", parameters: "", fault: { code: "", severity: "error" as const, text, unfinished: false, repairs: [] } });
    const quiet = () => [...session.quiet.get()];
    session.receive(dataOf({ rev: 2, notes: { a: note("one"), b: note("two") } }));
    session.hush();
    session.receive(dataOf({ rev: 3, notes: { a: note("one"), b: note("two") } }));
    expect(quiet()).toEqual(["a", "b"]);
    session.receive(dataOf({ rev: 4, notes: { a: note("one"), b: note("three") } }));
    expect(quiet()).toEqual(["a"]);
    session.select(["a"]);
    expect(quiet()).toEqual([]);
  });

  it("moves the one stop of Tab to a card that exists", () => {
    session.roving.set("b");
    session.receive(dataOf({ rev: 2, doc: graphOf(["a"]) }));
    expect(session.roving.get()).toBe("a");
  });
});
