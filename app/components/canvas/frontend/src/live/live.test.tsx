// The live view on a page, without Plotly: what is said, and that nothing a person wrote becomes an element.
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { choices } from "./choices";
import type { Data } from "./data";
import renderer from "./index";
import type { Answer, Event as Told } from "./record";

vi.mock("plotly.js-basic-dist-min", () => {
  const drawn = async () => ({ on: () => {} });
  return { default: { newPlot: drawn, react: drawn, update: drawn, restyle: drawn, purge: () => {} } };
});

type Args = Parameters<typeof renderer>[0];
let host: HTMLElement;
let runs = 0;
const cleanups: (() => void)[] = [];
let answer: Partial<Answer>;

const HOSTILE = "<img src=x onerror=alert(1)>";
const probe: Told = { kind: "probe", step: 4, seconds: 1, nodes: { a: { mean: 0.5, spread: 1, low: 0, high: 2, counts: Array(64).fill(1), dead: 0.12 } } };
const started: Told = { kind: "started", parameters: 1, rows: [1, 1, 1], steps_per_epoch: 10, epochs: 15 };
const epoch: Told = { kind: "epoch", number: 3, step: 30, metrics: { loss: 0.5, val_loss: 0.75, accuracy: 0.9, val_accuracy: 0.8 }, seconds: 1, best: true };

const dataOf = (rest: Partial<Data> = {}): Data => ({
  run: `run${runs}`,
  path: "/api/runs/x/events",
  nodes: [{ id: "a", label: HOSTILE, color: "#0072B2" }],
  layout: {},
  metrics: [{ key: "accuracy", title: "Accuracy", share: true }],
  compare: [],
  empty: "Press Train.",
  view: "watch",
  ...rest,
});

async function call(data: Data) {
  let cleanup: unknown;
  await act(async () => void (cleanup = renderer({ data, parentElement: host.shadowRoot!, name: "live", key: "live" } as unknown as Args)));
  await act(() => new Promise((done) => setTimeout(done, 30)));
  cleanups.push(cleanup as () => void);
  return cleanup as () => void;
}

const find = (id: string) => host.shadowRoot!.querySelector<HTMLElement>(`[data-testid=${id}]`);

beforeEach(() => {
  runs += 1;
  answer = { state: "finished", reason: "no better validation loss for 1 epoch", last: 3, events: [started, epoch, probe] };
  host = document.createElement("div");
  host.attachShadow({ mode: "open" });
  document.body.append(host);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(500);
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(250);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.stubGlobal("fetch", async (url: string) => {
    const events = url.endsWith("after=0") ? answer.events : [];
    return { ok: true, json: async () => ({ reason: null, position: null, wait: null, paused: false, engine: "ready", last: 0, reset: false, ...answer, events }) };
  });
});

afterEach(async () => {
  host.remove();
  cleanups.splice(0).forEach((cleanup) => cleanup());
  await act(() => new Promise((done) => setTimeout(done, 5)));
  choices.enlarged.set(null);
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

it("with no run it says what to do", async () => {
  await call(dataOf({ run: null }));
  expect(find("live")!.textContent).toBe("Press Train.");
});

it("numbers, state and activations are told in words", async () => {
  await call(dataOf());
  expect(find("state")!.textContent).toBe("finished after 3 epochs");
  expect(find("state")!.title).toBe("finished after 3 epochs: no better validation loss for 1 epoch");
  expect(find("numbers")!.textContent).toContain("Accuracy90.0 %80.0 %");
  expect(find("cell")!.getAttribute("title")).toBe(`${HOSTILE}: mean 0.5, spread 1, from 0 to 2, 12 % dead. Enlarge`);
  expect(find("spoken")!.textContent).toBe("finished after 3 epochs");
  expect(find("trouble")).toBeNull();
});

it("what takes no steps has no speed and no time left", async () => {
  const steps = (first: number, seconds: number): Told => ({ kind: "steps", first, losses: [1, 1], seconds });
  answer = { state: "running", last: 3, events: [started, steps(1, 1), steps(3, 2)] };
  await call(dataOf());
  expect(find("numbers")!.textContent).toContain("Steps per second2.0Time left1 min 13 s");
  runs += 1;
  answer = { ...answer, state: "holding" };
  await call(dataOf());
  expect(find("numbers")!.textContent).toContain("Steps per secondpausedTime leftpaused");
});

it("of several metrics all stand in the numbers, and one is picked for the plot", async () => {
  const metrics = [
    { key: "accuracy", title: "Accuracy", share: true },
    { key: "mae", title: "MAE", share: false },
  ];
  answer = { ...answer, events: [started, { ...epoch, metrics: { ...epoch.metrics, mae: 0.25, val_mae: 0.5 } } as Told] };
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(900);
  await call(dataOf({ metrics }));
  expect(find("numbers")!.textContent).toContain("Accuracy90.0 %80.0 %MAE0.2500.500");
  expect(find("plot-accuracy")).not.toBeNull();
  const pick = find("metric") as HTMLSelectElement;
  expect([...pick.options].map(({ text }) => text)).toEqual(["Accuracy", "MAE"]);
  pick.value = "mae";
  await act(async () => void pick.dispatchEvent(new Event("change", { bubbles: true })));
  expect(find("plot-accuracy")).toBeNull();
  expect(find("plot-mae")).not.toBeNull();
  choices.metric.set(null);
});

it("a person's text is shown as text, whatever it holds", async () => {
  await call(dataOf());
  expect(host.shadowRoot!.querySelector("img")).toBeNull();
  expect(find("cell")!.textContent).toContain(HOSTILE);
});

it("a failed run says why, over plots that stay", async () => {
  answer = { ...answer, state: "failed", reason: "no memory was left" };
  await call(dataOf());
  expect(find("trouble")!.textContent).toBe("No memory was left.");
  expect(find("plot-loss")).not.toBeNull();
});

it("a layer enlarges, Escape closes it, and the focus is back on its picture", async () => {
  await call(dataOf());
  await act(async () => find("cell")!.click());
  const large = find("large")!;
  expect(host.shadowRoot!.activeElement?.getAttribute("aria-label")).toBe("Show all layers");
  await act(async () => void large.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })));
  expect(find("large")).toBeNull();
  expect(host.shadowRoot!.activeElement).toBe(find("cell"));
});

it("the clean-up of a superseded call leaves the view standing, that of a view off the page takes it down", async () => {
  const cleanup = await call(dataOf());
  const before = find("live");
  cleanup();
  await call(dataOf());
  expect(find("live")).toBe(before);
  host.remove();
  cleanup();
  await act(() => new Promise((done) => setTimeout(done, 5)));
  expect(host.shadowRoot!.childElementCount).toBe(0);
});

it("a double press on Pause asks once, and a refusal is said", async () => {
  answer = { ...answer, state: "running" };
  const asked: unknown[] = [];
  const read = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, how?: RequestInit) => {
    if (how?.method !== "POST") return read(url);
    asked.push([url, JSON.parse(String(how.body))]);
    return { ok: false, json: async () => ({ error: "Not now." }) };
  });
  await call(dataOf({ commands: "/api/runs/x/commands" }));
  const press = (name: string) => host.shadowRoot!.querySelector<HTMLElement>(`[data-testid=commands] [aria-label="${name}"]`)!.click();
  await act(async () => (press("Pause"), press("Pause"), press("One step"), press("One step")));
  expect(asked).toEqual([
    ["/api/runs/x/commands", { command: "hold" }],
    ["/api/runs/x/commands", { command: "step", steps: 1 }],
    ["/api/runs/x/commands", { command: "step", steps: 1 }],
  ]);
  expect(find("refused")!.textContent).toBe("Not now.");
});

it("presses of several buttons, quickly one after the other, are all sent, each when the one before has arrived", async () => {
  answer = { ...answer, state: "running" };
  const asked: string[] = [];
  const arrived: (() => void)[] = [];
  const read = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, how?: RequestInit) => {
    if (how?.method !== "POST") return read(url);
    asked.push(JSON.parse(String(how.body)).command);
    await new Promise<void>((done) => arrived.push(done));
    return { ok: true, json: async () => ({ accepted: true }) };
  });
  await call(dataOf({ commands: "/api/runs/x/commands" }));
  const press = (name: string) => host.shadowRoot!.querySelector<HTMLElement>(`[data-testid=commands] [aria-label="${name}"]`)!.click();
  await act(async () => ["Pause", "Begin again", "Begin again", "One step", "Pause"].forEach(press));
  expect(asked).toEqual(["hold"]);
  for (let count = 2; count <= 4; count++) {
    await act(async () => arrived.shift()!());
    await vi.waitFor(() => expect(asked).toHaveLength(count));
  }
  expect(asked).toEqual(["hold", "reset", "step", "hold"]);
});

it("of a run that has ended nothing can be asked, and the bar says why", async () => {
  await call(dataOf({ commands: "/api/runs/x/commands" }));
  const buttons = [...find("commands")!.querySelectorAll("button")];
  expect(buttons.map((one) => [one.getAttribute("aria-disabled"), one.title])).toEqual(Array(3).fill(["true", "This run has ended. Train begins another one"]));
});

it("a run that was cut off goes on, or begins again, by the bar", async () => {
  const asked: unknown[] = [];
  const read = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, how?: RequestInit) => {
    if (how?.method !== "POST") return read(url);
    asked.push(JSON.parse(String(how.body)).command);
    return { ok: true, json: async () => ({ accepted: true }) };
  });
  answer = { ...answer, state: "killed" };
  await call(dataOf({ commands: "/api/runs/x/commands", interrupted: true }));
  const buttons = [...find("commands")!.querySelectorAll("button")];
  expect(buttons.map((one) => [one.getAttribute("aria-label"), one.getAttribute("aria-disabled")])).toEqual([["Go on", "false"], ["One step", "true"], ["Begin again", "false"]]);
  await act(async () => buttons[0].click());
  await act(async () => buttons[2].click());
  await vi.waitFor(() => expect(asked).toEqual(["go", "reset"]));
});

it.each([
  [5, 15],
  [15, 30],
])("a run that is over after %i of 15 epochs goes on to %i by the button that plays", async (number, to) => {
  answer.events = [started, { ...epoch, number }];
  const asked: unknown[] = [];
  const read = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, how?: RequestInit) => {
    if (how?.method !== "POST") return read(url);
    asked.push(JSON.parse(String(how.body)));
    return { ok: true, json: async () => ({ accepted: true }) };
  });
  await call(dataOf({ commands: "/api/runs/x/commands", more: true }));
  const [play, step] = [...find("commands")!.querySelectorAll("button")];
  expect([play.getAttribute("aria-label"), play.getAttribute("aria-disabled"), step.getAttribute("aria-disabled")]).toEqual(["Go on", "false", "true"]);
  expect(play.title).toBe(`Go on for ${to - number} more epochs`);
  await act(async () => play.click());
  expect(asked).toEqual([{ command: "change", settings: { epochs: to } }]);
});

it("two runs stand beside each other at the step that either is walked to", async () => {
  const of = (run: string, name: string) => ({ run, name, path: "/api/runs/x/events", look: { color: "#000", color_dark: "#fff", dash: "" }, nodes: [{ id: "a", label: "a", color: "#0072B2" }], ends: [] });
  const steps: Told = { kind: "steps", first: 1, losses: Array(9).fill(1), seconds: 1 };
  answer.events = [started, steps, { ...probe, step: 0 }, probe, { ...epoch, step: 3 }, { ...probe, step: 9 }];
  await call(dataOf({ run: `one${runs}`, view: "beside", compare: [of(`one${runs}`, "rate 0.1"), of(`two${runs}`, "rate 0.01")] }));
  const both = () => [...host.shadowRoot!.querySelectorAll<HTMLElement>("[data-testid=beside]")];
  expect(both().map(({ dataset }) => dataset.run)).toEqual([`one${runs}`, `two${runs}`]);
  expect(both()[1].textContent).toContain("rate 0.01");
  const slider = find("walk")!.querySelector("input")!;
  await act(async () => void slider.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true })));
  expect(both().map(({ dataset }) => dataset.step)).toEqual(["4", "4"]);
  expect(both()[1].textContent).toContain("accuracy 80.0 %");
});
