import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AWAY, PATIENCE, watchServer } from "./server";

const edits = { pending: [] as { n: number }[] };
let app: HTMLElement;
let told: (string | null)[];
let stop: () => void;

const connection = (state: string) => void (app.dataset.testConnectionState = state);
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  app = document.createElement("div");
  app.dataset.testid = "stApp";
  app.dataset.testConnectionState = "CONNECTED";
  document.body.replaceChildren(app);
  edits.pending = [];
  told = [];
  stop = watchServer(edits, (trouble) => told.push(trouble));
});

afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("a server that goes", () => {
  it("is told once Streamlit has been without connection for a moment, and again when it is back", async () => {
    connection("PINGING_SERVER");
    await pass(PATIENCE.connection + 2 * PATIENCE.look);
    connection("CONNECTING");
    await pass(10_000);
    expect(told).toEqual([AWAY]);
    connection("CONNECTED");
    await pass(PATIENCE.look);
    expect(told).toEqual([AWAY, null]);
  });

  it("is not told of a connection that is back at once", async () => {
    connection("PINGING_SERVER");
    await pass(PATIENCE.look);
    connection("CONNECTED");
    await pass(10_000);
    expect(told).toEqual([]);
  });

  it("is asked where an edit stays unanswered, and told only if it does not answer", async () => {
    const answers = { ok: true, json: async () => ({ says: "" }) };
    const asked = vi.fn(async () => answers);
    vi.stubGlobal("fetch", asked);
    edits.pending = [{ n: 1 }];
    await pass(PATIENCE.edit);
    expect(asked).not.toHaveBeenCalled();
    await pass(2 * PATIENCE.look);
    expect(asked).toHaveBeenCalled();
    expect(told).toEqual([]);
    answers.ok = false;
    await pass(2 * PATIENCE.look);
    expect(told).toEqual([AWAY]);
    edits.pending = [];
    await pass(PATIENCE.look);
    expect(told).toEqual([AWAY, null]);
  });

  it("is believed where it says why nothing can be saved", async () => {
    vi.stubGlobal("fetch", async () => ({ ok: false, json: async () => ({ says: "Nothing can be saved: the disk is full." }) }));
    edits.pending = [{ n: 1 }];
    await pass(PATIENCE.edit + 3 * PATIENCE.look);
    expect(told).toEqual(["Nothing can be saved: the disk is full."]);
  });

  it("is asked nothing while edits are answered one after the other", async () => {
    const asked = vi.fn();
    vi.stubGlobal("fetch", asked);
    for (let n = 1; n < 20; n += 1) {
      edits.pending = [{ n }];
      await pass(1000);
    }
    expect(asked).not.toHaveBeenCalled();
  });
});
