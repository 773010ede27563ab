import { beforeEach, expect, it, vi } from "vitest";
import { keep, takeKept } from "./kept";
import { Session } from "./session";
import { dataOf, graphOf } from "./testing";

beforeEach(() => sessionStorage.clear());

const edited = () => {
  const session = new Session("doc");
  session.receive(dataOf());
  session.edit({ op: "add", id: "new", kind: "Alpha", x: 0, y: 0 });
  return session;
};
const shown = (session: Session) => session.sync.view.nodes.map(({ id }) => id);

it("an edit that Python had not answered outlives the page, under the same name and number", () => {
  const before = edited();
  before.keepEdits();
  const after = new Session("doc");
  after.receive(dataOf());
  expect(shown(after)).toEqual(["a", "b", "new"]);
  expect([after.sync.client, after.sync.pending]).toEqual([before.sync.client, before.sync.pending]);
  after.edit({ op: "undo" });
  expect(after.sync.pending.map(({ n }) => n)).toEqual([1, 2]);
});

it("an edit that had arrived after all is not done twice", () => {
  const before = edited();
  before.keepEdits();
  const after = new Session("doc");
  after.receive(dataOf({ rev: 2, acks: { [before.sync.client]: 1 }, doc: graphOf(["a", "b", "new"]) }));
  expect([shown(after), after.sync.pending]).toEqual([["a", "b", "new"], []]);
});

it("a turn to a panel that Python had not heard of outlives the page, and the numbers of edits begin anew", () => {
  const before = new Session("doc");
  before.receive(dataOf({ acks: { [before.sync.client]: 7 } }));
  before.sync.turn("Code");
  before.keepEdits();
  const after = new Session("doc");
  const sent: unknown[] = [];
  after.setState = (state) => void sent.push(state.panel);
  after.receive(dataOf());
  expect(after.sync.wish?.to).toBe("Code");
  expect(after.sync.client).not.toBe(before.sync.client);
  after.sync.resend();
  return Promise.resolve().then(() => expect(sent).toMatchObject([{ to: "Code" }]));
});

it("what was kept is taken once, and not at all by a page that came back as it was", () => {
  const before = edited();
  before.keepEdits();
  expect(takeKept("doc")).not.toBeNull();
  expect(takeKept("doc")).toBeNull();
  before.keepEdits();
  before.forgetKeptEdits();
  expect(takeKept("doc")).toBeNull();
});

it("nothing is kept where Python has answered everything", () => {
  const session = new Session("doc");
  session.receive(dataOf());
  session.keepEdits();
  expect(sessionStorage.length).toBe(0);
});

it.each(["", "null", "[]", "{}", '{"client": "n2345678", "epoch": "e", "pending": [{"n": 0, "op": "undo"}]}', '{"client": "<b>", "epoch": "e", "pending": []}'])(
  "what the storage holds is not trusted: %s",
  (text) => {
    sessionStorage.setItem("graphbuilder.edits.doc", text);
    expect(takeKept("doc")).toBeNull();
  },
);

it("a blocked storage is no trouble", () => {
  const blocked = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new Error("blocked");
  });
  keep("doc", { client: "n2345678", epoch: "e", pending: [], turned: null });
  expect(takeKept("doc")).toBeNull();
  blocked.mockRestore();
});
