import { describe, expect, it } from "vitest";
import { type Change, changedList, News, type Since, type Whole } from "./news";
import { graphOf } from "./testing";
import golden from "../../../../../tests/golden/news.json"; // made by Python of random changes: tests/test_news.py

const cases = golden as unknown as { before: [string, number][]; change: Change<[string, number]>; now: [string, number][] }[];

it("what Python says has changed makes of what was there what is there now, in its order", () => {
  expect(cases.length).toBeGreaterThan(20);
  for (const { before, change, now } of cases) {
    const put = change.put.map(([key, value]): [string, [string, number]] => [key, [key, value as unknown as number]]);
    expect(changedList(before, { ...change, put }, ([key]) => key)).toEqual(now);
  }
});

describe("news of a document", () => {
  const told = { epoch: "e", boot: "b", level: "" };
  const whole = (rev: number, ids: string[]) => ({ ...told, rev, levels: { "": graphOf(ids) }, blocks: {}, notes: {} as Whole["notes"] });
  const none = { gone: [], put: [], order: null };
  const without = (base: number, rev: number, id: string): Since & typeof told & { rev: number } => ({
    ...told,
    rev,
    base,
    of: "",
    changes: { levels: { "": { nodes: { ...none, gone: [id] }, wires: none } }, blocks: none, notes: none },
  });
  const ids = (found: Whole | null) => found && found.levels[""].nodes.map(({ id }) => id);

  it("build on the state that Python was told of, however many of them came since and whichever were lost", () => {
    const news = new News();
    news.whole(whole(1, ["a", "b", "c"]));
    expect(news.tell()).toEqual({ rev: 1, boot: "b", level: "" });
    for (let rev = 2; rev < 20; rev += 1) expect(ids(news.whole(without(1, rev, "b")))).toEqual(["a", "c"]);
    expect(ids(news.whole(without(19, 25, "a")))).toEqual(["c"]);
  });

  it("come twice, and late, and mean the same", () => {
    const news = new News();
    news.whole(whole(1, ["a", "b", "c"]));
    news.tell();
    news.whole(without(1, 3, "b"));
    expect(ids(news.whole(without(1, 3, "b")))).toEqual(["a", "c"]);
    expect(ids(news.whole(without(1, 2, "a")))).toEqual(["b", "c"]);
    expect(news.tell()).toEqual({ rev: 3, boot: "b", level: "" });
  });

  it("on a state that is not known here have no meaning, and then nothing is claimed to be known until all is said", () => {
    const news = new News();
    news.whole(whole(1, ["a"]));
    expect(news.whole(without(7, 8, "a"))).toBeNull();
    expect(news.tell()).toBeNull();
    expect(ids(news.whole(whole(9, ["z"])))).toEqual(["z"]);
    expect(news.tell()).toEqual({ rev: 9, boot: "b", level: "" });
  });

  it("tell of the level that is shown, and of a block that came or went", () => {
    const news = new News();
    news.whole(whole(1, ["a"]));
    const put = { nodes: { ...none, put: graphOf(["x"]).nodes.map((node): [string, typeof node] => [node.id, node]) }, wires: none };
    const part = { name: "Part", uses: 1, holds: ["b"], ports: { inputs: [], outputs: [] } };
    const blocks: Change<typeof part> = { ...none, put: [["b", part]] };
    const grouped = news.whole({ ...told, rev: 2, base: 1, of: "", changes: { levels: { b: put }, blocks, notes: none } })!;
    expect([Object.keys(grouped.levels), grouped.blocks.b.name]).toEqual([["", "b"], "Part"]);
    const inside = { ...told, level: "u", rev: 2, base: 2, of: "", changes: { levels: {}, blocks: none, notes: none } };
    expect(news.whole(inside)!.levels).toBe(grouped.levels);
    expect(news.tell()).toEqual({ rev: 2, boot: "b", level: "u" });
    const gone = { ...told, rev: 3, base: 2, of: "u", changes: { levels: {}, blocks: { ...none, gone: ["b"] }, notes: none } };
    expect(Object.keys(news.whole(gone)!.levels)).toEqual([""]);
  });

  it("of another document do not build on this one", () => {
    const news = new News();
    news.whole(whole(1, ["a"]));
    expect(news.whole({ ...without(1, 2, "a"), epoch: "other" })).toBeNull();
  });

  it("that change nothing give the very same network", () => {
    const news = new News();
    const first = news.whole(whole(1, ["a"]))!;
    expect(news.whole({ ...told, rev: 1, base: 1, of: "", changes: { levels: {}, blocks: none, notes: none } })!.levels).toBe(first.levels);
  });
});
