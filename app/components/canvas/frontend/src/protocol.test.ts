import { beforeEach, describe, expect, it, vi } from "vitest";
import { MESSAGE_LIMIT, newId, Sync, type SyncState } from "./protocol";
import { graphOf } from "./testing";

let sent: SyncState[];
let sync: Sync;
const settled = () => Promise.resolve();
const snapshot = (rev: number, ids: string[], acked = 0, epoch = "e1") => ({ epoch, rev, acks: { [sync.client]: acked }, levels: { "": graphOf(ids) } });
const shown = () => sync.view.nodes.map(({ id }) => id);
const add = (id: string) => sync.push({ op: "add", id, kind: "Alpha", x: 0, y: 0 });

beforeEach(() => {
  sent = [];
  sync = new Sync((state) => sent.push(state), () => ({}));
  sync.receive(snapshot(1, ["a"]));
});

describe("the person's edits", () => {
  it("are shown at once", () => {
    add("b");
    expect(shown()).toEqual(["a", "b"]);
  });

  it("leave as one message for one gesture", async () => {
    add("b");
    add("c");
    await settled();
    expect(sent.map(({ ops }) => ops.map(({ n }) => n))).toEqual([[1, 2]]);
  });

  it("are sent again with every message until Python has acknowledged them", async () => {
    add("b");
    await settled();
    add("c");
    await settled();
    expect(sent[1].ops.map(({ n }) => n)).toEqual([1, 2]);
    sync.receive(snapshot(2, ["a", "b"], 1));
    add("d");
    await settled();
    expect(sent[2].ops.map(({ n }) => n)).toEqual([2, 3]);
  });

  it("are laid anew over what Python changed meanwhile", () => {
    add("b");
    sync.receive(snapshot(2, ["a", "elsewhere"]));
    expect(shown()).toEqual(["a", "elsewhere", "b"]);
  });

  it("that Python refused vanish with its answer", () => {
    add("b");
    sync.receive(snapshot(2, ["a"], 1));
    expect([shown(), sync.pending]).toEqual([["a"], []]);
  });

  it("are said again by a canvas that was built anew, and only if some are open", async () => {
    sync.resend();
    await settled();
    expect(sent).toEqual([]);
    add("b");
    await settled();
    sync.resend();
    await settled();
    expect(sent[1]).toEqual(sent[0]);
  });

  it("are refused (S9), not lost silently, when they would no longer fit in one message", async () => {
    const big = Object.fromEntries(Array.from({ length: 30_000 }, (_, i) => [`node${i}`, [i, i] as [number, number]]));
    expect(JSON.stringify(big).length).toBeLessThan(MESSAGE_LIMIT);
    expect(sync.push({ op: "move", at: big })).toBe(true);
    expect(sync.push({ op: "move", at: big })).toBe(false);
    await settled();
    expect(JSON.stringify(sent.at(-1)).length).toBeLessThan(MESSAGE_LIMIT);
    expect(sync.push({ op: "undo" })).toBe(true);
  });
});

describe("Python's answers", () => {
  it("that are older than what is shown are ignored", () => {
    sync.receive(snapshot(3, ["a", "new"]));
    sync.receive(snapshot(2, ["a"]));
    expect(shown()).toEqual(["a", "new"]);
  });

  it("of a new epoch replace everything, open edits included", () => {
    add("b");
    sync.receive(snapshot(1, ["other"], 0, "e2"));
    expect([shown(), sync.pending, sync.epoch]).toEqual([["other"], [], "e2"]);
  });

  it("that were made in a form before the canvas was there are kept, and sent with it", async () => {
    const begins = new Sync((state) => sent.push(state), () => ({}));
    begins.push({ op: "undo" });
    await settled();
    begins.receive({ ...snapshot(1, ["a"]), acks: {} });
    begins.resend();
    await settled();
    expect(begins.since({}).length).toBe(1);
    expect(sent.map(({ epoch, ops }) => [epoch, ops.length])).toEqual([["", 1], ["e1", 1]]);
  });

  it("that say nothing new leave the view the very same object", () => {
    const before = sync.view;
    sync.receive(snapshot(1, ["a"]));
    expect(sync.view).toBe(before);
  });

  it("are announced even when the view stays as it is, as with an undo in flight", () => {
    const heard = vi.fn();
    sync.subscribe(heard);
    sync.push({ op: "undo" });
    sync.receive(snapshot(2, ["a"], 1));
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe("the selection", () => {
  it("travels after a short pause, once, however often it changed", async () => {
    vi.useFakeTimers();
    sync.select(["a"]);
    sync.select(["a", "b"]);
    vi.advanceTimersByTime(49);
    await settled();
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    await settled();
    expect(sent.map(({ sel }) => sel)).toEqual([["a", "b"]]);
    vi.useRealTimers();
  });

  it("travels with an edit that leaves before its pause is over, and not again", async () => {
    vi.useFakeTimers();
    sync.select(["a"]);
    add("b");
    await settled();
    vi.advanceTimersByTime(100);
    await settled();
    expect(sent.map(({ sel, ops }) => [sel, ops.length])).toEqual([[["a"], 1]]);
    vi.useRealTimers();
  });
});

it("new ids have the form that Python takes", () => {
  const ids = Array.from({ length: 500 }, newId);
  expect(ids.every((id) => /^[a-z][a-z0-9]{7,15}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(500);
});
