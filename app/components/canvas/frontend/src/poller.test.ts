import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Answer, Event, RunRecord } from "./live/record";
import { restWords, stateOf } from "./live/words";
import { Pollers } from "./poller";

const RUN = { id: "r", path: "/api/runs/r/events" };
let asked: { url: string; at: number }[];
let reply: (after: number) => Partial<Answer> | number | "fail" | Promise<Partial<Answer>>;
let pollers: Pick<Pollers, "watch" | "look" | "hurry">;
let ends: (() => void)[];

const steps = (first: number, n = 1): Event => ({ kind: "steps", first, losses: Array(n).fill(1), seconds: first });
const started: Event = { kind: "started", parameters: 1, rows: [1, 1, 1], steps_per_epoch: 10, epochs: 5 };
const hide = (hidden: boolean) => vi.spyOn(document, "hidden", "get").mockReturnValue(hidden);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const gaps = () => asked.slice(1).map(({ at }, i) => at - asked[i].at);

beforeEach(() => {
  vi.useFakeTimers();
  asked = [];
  const made = new Pollers();
  ends = [];
  pollers = {
    watch: (...how) => {
      const end = made.watch(...how);
      ends.push(end);
      return end;
    },
    look: (id) => made.look(id),
    hurry: (id) => made.hurry(id),
  };
  reply = () => ({});
  vi.stubGlobal("fetch", async (url: string) => {
    asked.push({ url, at: Date.now() });
    const after = Number(new URL(url, "http://here").searchParams.get("after"));
    const said = await reply(after);
    if (said === "fail") throw new TypeError("network");
    if (typeof said === "number") return { ok: false, status: said };
    const answer = { state: "running", reason: null, position: null, engine: "ready", last: after, reset: false, events: [], ...said };
    return { ok: true, status: 200, json: async () => answer };
  });
});

afterEach(() => {
  ends.forEach((end) => end());
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it("asks every 60 ms until the first step, then every 200 ms, each time after what it has", async () => {
  const told = [[], [], [started], [steps(1)]];
  reply = (after) => ({ last: Math.max(after, asked.length - 2), events: told[asked.length - 1] ?? [] });
  const end = pollers.watch(RUN, () => {});
  await pass(650);
  end();
  expect(gaps()).toEqual([60, 60, 60, 200, 200]);
  expect(asked.map(({ url }) => url.split("after=")[1])).toEqual(["0", "0", "0", "1", "2", "3"]);
});

it("tells at once what a command did, however seldom one is told otherwise", async () => {
  const changed: Event = { kind: "commanded", step: 9, seconds: 9, command: "change", settings: { learning_rate: [0.1, 0.2] }, words: "" };
  const told = [[started, steps(1)], [steps(2)], [changed], [steps(3)]];
  reply = (after) => ({ last: after + 1, events: told[asked.length - 1] ?? [] });
  const seen: number[] = [];
  const began = Date.now();
  pollers.watch(RUN, () => seen.push(Date.now() - began), 1);
  await pass(1300);
  expect(seen).toEqual([0, 400]);
  await pass(200);
  expect(seen).toEqual([0, 400, 1400]);
});

it("asks every 60 ms behind what was asked of a training, until that is told or a second and a half is over", async () => {
  const changed: Event = { kind: "commanded", step: 9, seconds: 9, command: "change", settings: { learning_rate: [0.1, 0.2] }, words: "" };
  let told: Event[] = [started, steps(1)];
  reply = (after) => ({ last: after + told.length, events: told.splice(0) });
  pollers.watch(RUN, () => {});
  await pass(450);
  pollers.hurry(RUN.id);
  await pass(130);
  told = [changed];
  await pass(300);
  expect(gaps()).toEqual([200, 200, 50, 60, 60, 60, 200]);
  asked = [];
  pollers.look(RUN.id);
  await pass(1400);
  expect(new Set(gaps())).toEqual(new Set([60]));
  await pass(700);
  expect(gaps().slice(-2)).toEqual([200, 200]);
  pollers.hurry("another");
  pollers.hurry(undefined);
});

it("asks once a second while the run waits, and says its place", async () => {
  reply = () => ({ state: "queued", position: 2 });
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(2100);
  expect(gaps()).toEqual([1000, 1000]);
  expect(seen).toMatchObject({ state: "queued", position: 2 });
});

it("says for how long a training that goes has told nothing, and not who asked for nothing meanwhile", async () => {
  let told: Event[] = [started, steps(1)];
  let full = false;
  reply = (after) => ({ last: after + Number(!!told.length), events: told, full });
  let seen: RunRecord | undefined;
  const end = pollers.watch(RUN, (record) => (seen = record));
  await pass(100);
  told = [];
  await pass(7000);
  expect(seen!.silent).toBe(0);
  await pass(5000);
  expect(seen!.silent).toBeGreaterThanOrEqual(11);
  expect(stateOf(seen!).text).toBe(`no news for ${seen!.silent} s`);
  full = true;
  await pass(500);
  expect([stateOf(seen!).text, restWords(seen!)]).toEqual(["waits, as the disk is full", "waits"]);
  told = [steps(2)];
  await pass(500);
  expect([seen!.silent, stateOf(seen!).text, restWords(seen!)]).toEqual([0, "training", null]);
  end();
  told = [];
  await pass(60_000);
  pollers.watch(RUN, (record) => (seen = record));
  await pass(500);
  expect(seen!.silent).toBe(0);
});

it("stops when the run is over and all of it was read", async () => {
  reply = (after) => ({ state: "finished", last: after < 2 ? after + 1 : after, events: after < 2 ? [steps(after + 1)] : [] });
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(10_000);
  expect(asked.length).toBe(3);
  expect(seen!.step).toBe(2);
  pollers.watch(RUN, () => {});
  await pass(1000);
  expect(asked.length).toBe(3);
});

it("asks again when a run that was over is taken up again, and what is told anew replaces what was told", async () => {
  let over = true;
  reply = (after) =>
    over
      ? { state: "killed", last: 2, events: after ? [] : [started, steps(1, 9)] }
      : { state: "running", last: 64, reset: after < 64, events: after < 64 ? [started, steps(1, 4)] : [] };
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(1000);
  expect(seen).toMatchObject({ state: "killed", step: 9 });
  over = false;
  pollers.watch(RUN, () => {});
  await pass(1000);
  expect(seen!.state).toBe("killed");
  pollers.watch({ ...RUN, active: true }, () => {});
  await pass(1000);
  expect(seen).toMatchObject({ state: "running", step: 4 });
});

it("goes on asking while a run is paused", async () => {
  reply = () => ({ state: asked.length < 3 ? "paused" : "running" });
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(3000);
  expect(seen!.state).toBe("running");
});

it("never has two requests under way, however many watch", async () => {
  let [open, most] = [0, 0];
  reply = async () => {
    most = Math.max(most, ++open);
    await new Promise((done) => setTimeout(done, 900));
    open -= 1;
    return {};
  };
  const first = pollers.watch(RUN, () => {});
  pollers.watch(RUN, () => {});
  first();
  pollers.watch(RUN, () => {});
  await pass(5000);
  expect(most).toBe(1);
});

it("goes on after a lost connection, at most 2 s apart, without gap or duplicate", async () => {
  let [isDown, n] = [false, 0];
  reply = (after) => (isDown ? "fail" : ((n = after + 1), { last: n, events: [steps(n)] }));
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(500);
  isDown = true;
  await pass(9000);
  expect(seen!.connection).toBe("lost");
  expect(Math.max(...gaps())).toBe(2000);
  isDown = false;
  await pass(3000);
  expect(seen!.connection).toBe("ok");
  expect(seen!.steps.points.map(({ to }) => to)).toEqual(Array.from({ length: n }, (_, i) => i + 1));
});

it("a run that is not yours is not asked for again", async () => {
  reply = () => 403;
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(5000);
  expect(asked.length).toBe(1);
  expect(seen!.connection).toBe("refused");
});

it("stops when nobody watches, and goes on where it was", async () => {
  let n = 0;
  reply = () => ({ last: ++n, events: [steps(n)] });
  const end = pollers.watch(RUN, () => {});
  await pass(500);
  end();
  const before = asked.length;
  await pass(5000);
  expect(asked.length).toBe(before);
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  expect(seen!.step).toBe(before); // at once, what is known
  await pass(10);
  expect(asked.at(-1)!.url).toBe(`${RUN.path}?after=${before}`);
});

it("asks every 2 s on a hidden page, and at once when it is seen again", async () => {
  reply = (after) => ({ last: after + 1, events: [steps(after + 1)] });
  hide(true);
  pollers.watch(RUN, () => {});
  await pass(4100);
  expect(gaps()).toEqual([2000, 2000]);
  hide(false);
  document.dispatchEvent(new window.Event("visibilitychange"));
  await pass(1);
  expect(asked.length).toBe(4);
});

it("tells curves at most 10 times a second and strips twice, and both the last word", async () => {
  let n = 0;
  reply = () => (n < 40 ? { last: ++n, events: [steps(n)] } : { state: "finished", last: n });
  const calls = { curves: 0, strips: 0, last: 0 };
  pollers.watch(RUN, () => void calls.curves++, 10);
  pollers.watch(RUN, (record) => void (calls.strips++, (calls.last = record.step)), 2);
  await pass(4000);
  expect(calls.strips).toBeLessThanOrEqual(9);
  expect(calls.curves).toBeLessThanOrEqual(41);
  await pass(8000);
  expect(calls.last).toBe(40);
});

it("a reset forgets what was known", async () => {
  const answers: Partial<Answer>[] = [
    { last: 2, events: [started, steps(1, 30)] },
    { last: 900, reset: true, events: [started, { ...steps(1, 10), stride: 10 } as Event] },
    { last: 901, events: [steps(101)] },
  ];
  reply = (after) => answers.shift() ?? { last: after };
  let seen: RunRecord | undefined;
  pollers.watch(RUN, (record) => (seen = record));
  await pass(1000);
  expect(seen!.step).toBe(101);
  expect(seen!.steps.points.reduce((sum, { count }) => sum + count, 0)).toBe(101);
});
