// The inside of a node on a page: what is asked, and what is drawn of the answer.
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { farOf, pixelsOf, type Tile, valueOf } from "../picture";
import { pictured } from "../pictured";
import { tries } from "../tries";
import { walks } from "../walk";
import { type Data, placeOf } from "./data";
import renderer from "./index";
import { legible } from "./VectorsView";

type Args = Parameters<typeof renderer>[0];
let host: HTMLElement;
let runs = 0;
let cleanup: () => void;
let asked: Record<string, unknown>[];
let answers: Record<string, unknown>;

const COUNTS = { train: 40, validation: 20 };
const tile = { rows: 2, columns: 2, cells: "p@0P", reach: 4 };
const maps = { counts: COUNTS, shape: [2, 2, 80], layout: "maps", of: 80, pictures: [{ ...tile, unit: 0 }, { ...tile, unit: 7, reach: 0.5 }] };
const sum = {
  window: [1, 2], rows: [[0], [0, 1]], grid: [2, 2, 8], gives: [2, 2, 80], place: [1, 0], unit: 7, input: [tile], output: tile,
  channels: [{ channel: 3, input: [0.5, null], kernel: [2, 3], products: [1, 0], sum: 1 }],
  others: { count: 7, sum: -0.25 }, bias: 0.125, sum: 0.875, activation: "relu", answer: 0.875,
};

const dataOf = (rest: Partial<Data> = {}): Data => ({
  path: `/api/runs/${runs}/questions`, run: `run${runs}`, project: `p${runs}`, active: false, step: null, node: "block/2/conv", views: ["maps", "weights"], sums: true, tints: ["#ff0000", "#0000ff"], ...rest,
});

const settle = (ms = 20) => act(() => new Promise((done) => setTimeout(done, ms)));

async function draw(data: Data) {
  await act(async () => void (cleanup = renderer({ data, parentElement: host.shadowRoot!, name: "inside", key: "inside" } as unknown as Args) as () => void));
  await settle();
}

const root = () => host.shadowRoot!;
const captions = () => [...root().querySelectorAll(".in-caption")].map((one) => one.textContent);
const button = (label: string) => [...root().querySelectorAll("button")].find((one) => (one.getAttribute("aria-label") ?? one.textContent) === label)!;
const press = async (element: HTMLElement) => {
  await act(async () => element.click());
  await settle();
};

beforeEach(() => {
  runs += 1;
  asked = [];
  answers = { maps, window: sum, weights: { kind: "kernels", shape: [2, 2, 4, 80], channels: 4, of: 80, pictures: maps.pictures } };
  host = document.createElement("div");
  host.attachShadow({ mode: "open" });
  document.body.append(host);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const question = JSON.parse(body) as { kind: string };
    asked.push(question);
    const answer = answers[question.kind];
    return typeof answer === "string" ? { ok: false, status: 422, json: async () => ({ error: answer }) } : { ok: true, status: 200, json: async () => answer };
  });
});

afterEach(async () => {
  host.remove();
  await act(async () => cleanup());
  await settle(5);
  vi.restoreAllMocks();
});

it("asks for the chosen sample's maps, and says how many are not shown", async () => {
  await draw(dataOf());
  expect(asked).toEqual([{ kind: "maps", node: "block/2/conv", step: null, sample: "validation:0", inputs: {} }]);
  expect(root().textContent).toContain("80 in all; the 2 of the greatest norm are shown.");
  await press(button("Sample behind"));
  expect(asked.at(-1)).toMatchObject({ kind: "maps", sample: "validation:1" });
});

it("walks a number back to its window by the keys", async () => {
  await draw(dataOf());
  await press([...root().querySelectorAll<HTMLElement>(".in-grid button")][1]);
  const large = root().querySelector<HTMLElement>(".pic[tabindex]")!;
  await act(async () => large.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true })));
  await settle();
  expect(asked.at(-1)).toEqual({ kind: "window", node: "block/2/conv", step: null, sample: "validation:0", inputs: {}, place: [1, 0], unit: 7 });
  const told = root().querySelector("[data-testid=sum]")!.textContent;
  expect(told).toContain("1 − 0.25 (7 others) + 0.125 (bias) = 0.875");
  expect(told).toContain("relu(0.875) = 0.875");
  expect(captions()).toContain("channel 8 at 2, 1: 0.875");
});

it.each([
  [true, undefined, "channel 8 at 2, 1: …"],
  [false, undefined, "channel 8 at 2, 1: about -0.5"],
  [false, [0, 0.25, -0.498, 1], "channel 8 at 2, 1: -0.498"],
] as const)("tells no number of a place finer than it is known (%s, %s)", async (sums, numbers, words) => {
  answers = { maps: { ...maps, pictures: [{ ...tile, unit: 7, reach: 0.5, numbers }] }, window: { ...sum, place: [0, 1] } };
  await draw(dataOf({ sums }));
  await act(async () => root().querySelector(".pic[tabindex]")!.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowDown", bubbles: true })));
  await settle();
  expect(captions()).toContain(words);
});

it.each([true, false])("shows the sum beside the form while its picture is walked over and the sum itself is out of sight (%s)", async (isHidden) => {
  const body = document.createElement("div");
  body.className = "st-key-inspector_body";
  host.replaceWith(body);
  body.append(host);
  body.getBoundingClientRect = () => ({ left: 900, bottom: 500 }) as DOMRect;
  const shows: boolean[] = [];
  vi.spyOn(HTMLElement.prototype, "getBoundingClientRect").mockImplementation(() => ({ bottom: isHidden ? 600 : 400, left: 0, top: 0, width: 40, height: 40 }) as DOMRect);
  Object.assign(HTMLElement.prototype, { togglePopover: (is: boolean) => shows.push(is) });
  await draw(dataOf());
  const large = root().querySelector<HTMLElement>(".pic[tabindex]")!;
  const tell = (type: string) => act(async () => void large.dispatchEvent(type === "keydown" ? new KeyboardEvent(type, { key: "ArrowDown", bubbles: true }) : new FocusEvent(type, { bubbles: true })));
  await tell("keydown");
  await settle();
  expect(shows.at(-1)).toBe(isHidden);
  expect(root().querySelector("[data-testid=sum-aside]")!.textContent).toBe(root().querySelector("[data-testid=sum]")!.textContent);
  await tell("focusout");
  await settle();
  expect(shows.at(-1)).toBe(false);
  body.remove();
  Reflect.deleteProperty(HTMLElement.prototype, "togglePopover");
});

it("asks anew at the step that the run is walked to", async () => {
  await draw(dataOf());
  await press(button("Weights"));
  expect(asked.at(-1)).toEqual({ kind: "weights", node: "block/2/conv", step: null });
  await act(async () => walks.at(`run${runs}`).set(30));
  await settle();
  expect(asked.at(-1)).toEqual({ kind: "weights", node: "block/2/conv", step: 30 });
});

it("says in the server's words why there is no answer", async () => {
  answers.maps = "No weights were kept.";
  await draw(dataOf());
  expect(root().querySelector("[role=alert]")!.textContent).toBe("No weights were kept.");
});

it("waits while the network is being opened, and while others are asked", async () => {
  let turns = 0;
  vi.stubGlobal("fetch", async () => {
    turns += 1;
    if (turns === 1) return { ok: true, status: 202, json: async () => ({ state: "starting" }) };
    if (turns === 2) return { ok: false, status: 429, json: async () => ({ error: "later" }) };
    return { ok: true, status: 200, json: async () => maps };
  });
  await draw(dataOf());
  expect(root().textContent).toContain("Opening the network …");
  await settle(900);
  expect(root().querySelectorAll(".in-grid button").length).toBe(2);
  expect(pictured.get("block/2/conv")).toMatchObject({ of: 80, what: "channel", tiles: [{ unit: 0 }, { unit: 7 }] });
});

it("looks at the sample that is chosen, and at what was entered, for the whole page", async () => {
  answers.top = { unit: 0, of: 80, part: "validation", looked: 20, rows: 20, mean: 1, zero: 0, samples: [{ sample: "validation:12", number: 4, value: 2, place: [0, 0], values: [1, 2], parts: [] }] };
  await draw(dataOf({ views: ["maps", "top"] }));
  await press(button("Samples"));
  await press(root().querySelector<HTMLElement>(".in-top button")!);
  expect(tries.asked(`p${runs}`, "").get()).toEqual({ sample: "validation:12", inputs: {} });
  await act(async () => tries.asked(`p${runs}`, "").set({ sample: "validation:12", inputs: { image: { drawing: "x" } } }));
  await press(button("Values"));
  expect(asked.at(-1)).toMatchObject({ kind: "maps", sample: "validation:12", inputs: { image: { drawing: "x" } } });
  expect(root().textContent).toContain("as entered in Try");
});

it("writes what is sought, and no name over another", () => {
  const places = [{ name: "red", x: 10, y: 10 }, { name: "rose", x: 12, y: 14 }, { name: "blue", x: 100, y: 14 }, { name: "sky", x: 101, y: 15 }];
  expect([...legible(places, new Set())]).toEqual([0, 2]);
  expect([...legible(places, new Set(["sky"]))]).toEqual([3, 0]);
});

it("draws a cell in the colour of its side of zero, and tells its value", () => {
  const pixels = pixelsOf(tile, ["#ff0000", "#0000ff"]);
  expect([...pixels.slice(0, 4)]).toEqual([0, 0, 255, 255]);
  expect([...pixels.slice(8, 12)]).toEqual([255, 0, 0, 255]);
  expect(pixels[15]).toBe(0);
  expect(farOf(tile, 1)).toBe(-0.5);
  expect(valueOf(tile, 1)).toBe(-2);
  expect(valueOf({ ...tile, numbers: [1, 2, 3, null] } as Tile, 3)).toBeNull();
  const colours = { rows: 1, columns: 1, colours: "8000ff", reach: 1 };
  expect([...pixelsOf(colours, ["#ff0000", "#0000ff"])]).toEqual([128, 0, 255, 255]);
});

it("finds the place of a cell in a picture, a volume and a sequence", () => {
  expect(placeOf({ row: 2, column: 5 }, [8, 8, 3])).toEqual([2, 5]);
  expect(placeOf({ row: 2, column: 5 }, [4, 3, 4, 3])).toEqual([1, 2, 1]);
  expect(placeOf({ row: 0, column: 5 }, [8, 3])).toEqual([5]);
});

it.each([true, false])("comes to the top of the form where its section was just unfolded (%s), and stays where it is where another node is selected", async (isPressed) => {
  const [section, summary, scrolled] = [document.createElement("div"), document.createElement("button"), vi.fn()];
  section.dataset.testid = "stExpander";
  section.scrollIntoView = scrolled;
  host.replaceWith(section);
  section.append(summary, host);
  vi.stubGlobal("ResizeObserver", class { constructor(private readonly tell: () => void) {} observe = () => this.tell(); disconnect = () => {}; });
  if (isPressed) summary.focus();
  await draw(dataOf());
  expect(scrolled.mock.calls).toEqual(isPressed ? [[{ block: "start" }]] : []);
  section.remove();
});

it.each(["wheel", "touchmove", "pointerdown", "keydown"])("once a hand does something else (%s) no late answer, and no view that is drawn anew, pulls the form back", async (what) => {
  const [section, summary, scrolled] = [document.createElement("div"), document.createElement("button"), vi.fn()];
  section.dataset.testid = "stExpander";
  section.scrollIntoView = scrolled;
  host.replaceWith(section);
  section.append(summary, host);
  let grow = () => {};
  vi.stubGlobal("ResizeObserver", class { constructor(tell: () => void) { grow = tell; } observe = () => grow(); disconnect = () => {}; });
  summary.dispatchEvent(new Event("pointerdown", { bubbles: true }));
  summary.focus();
  await draw(dataOf());
  grow();
  expect(scrolled).toHaveBeenCalledTimes(2);
  document.body.dispatchEvent(new Event(what, { bubbles: true }));
  grow();
  await act(async () => cleanup());
  await draw(dataOf());
  expect(scrolled).toHaveBeenCalledTimes(2);
  section.remove();
});
