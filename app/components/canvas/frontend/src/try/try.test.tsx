// The panel that tries a network, on a page: what is asked when, what is shown of the answers, and what the cards find.
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { tries } from "../tries";
import type { Answer, Data, Entries } from "./data";
import renderer from "./index";

type Args = Parameters<typeof renderer>[0];
interface Question {
  kind: string;
  sample: string;
  inputs: Record<string, { values: Record<string, number> }>;
}

let host: HTMLElement;
let leave: (() => void) | undefined;
let asked: Question[];
let starts: number;
let trouble: string;

const part = { name: "width", low: 0, middle: 1, high: 4, whole: false, missing: false, type: "number" };
const entries: Entries = { inputs: [{ name: "x", node: "n1", label: "measures", field: "measures", way: "numbers", parts: [part] }], samples: { train: 9, validation: 5 }, drops: true };
const answer: Answer = {
  step: null,
  sample: { part: "validation", index: 0, row: 7, number: 9 },
  notes: [],
  inputs: { x: { values: { width: 2 } } },
  outputs: [{ name: "y", label: "y", target: "species", kind: "classes", bars: [["<b>setosa</b>", 0.9], ["other", 0.1]], of: 2, right: ["<b>setosa</b>"] }],
  nodes: { n1: { kind: "bars", values: [2], of: 1 } },
};
const moved = { now: 2, along: [0, 4], outputs: [{ name: "y", target: "species", kind: "classes", curves: [{ name: "other", place: 1, values: [0, 1] }] }] };
const spread = { times: 50, outputs: [{ name: "y", kind: "classes", said: { other: 12, "<b>setosa</b>": 38 }, bars: [{ name: "other", mean: 0.2, spread: 0.1, answers: [0.1, 0.3] }] }] };
const told: Record<string, object> = { entries, answer, moved, spread };

const dataOf = (rest: Partial<Data> = {}): Data => ({ run: "r", path: "/api/q", project: `p${Math.random()}`, active: false, title: "run 1", sample: "", led: 0, step: null, colors: ["#0072B2", "#E69F00"], ...rest });
const settle = () => act(() => new Promise((done) => setTimeout(done, 20)));

async function call(data: Data) {
  await act(async () => void (leave = renderer({ data, parentElement: host.shadowRoot!, name: "try", key: "try" } as unknown as Args) as () => void));
  await settle();
}

const root = () => host.shadowRoot!;
const named = (label: string) => root().querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!;

beforeEach(() => {
  [asked, starts, trouble] = [[], 0, ""];
  host = document.createElement("div");
  host.attachShadow({ mode: "open" });
  document.body.append(host);
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    const question = JSON.parse(body) as Question;
    asked.push(question);
    if (starts-- > 0) return { ok: true, status: 202, json: async () => ({ state: "starting" }) };
    if (trouble && question.kind === "answer") return { ok: false, status: 400, json: async () => ({ error: trouble }) };
    return { ok: true, status: 200, json: async () => told[question.kind] };
  });
});

afterEach(() => {
  host.remove();
  leave?.();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

it("waits for a network that is made ready, and then shows its answer in words", async () => {
  starts = 1;
  await call(dataOf());
  expect(root().textContent).toContain("being made ready");
  await act(() => new Promise((done) => setTimeout(done, 320)));
  expect(root().querySelector(".ty-headline")?.textContent).toBe("<b>setosa</b> 90.0 %right");
  expect(tries.nodes("r").get()).toEqual(answer.nodes);
});

it("asks with what was changed by hand, and anew of a sample that is chosen", async () => {
  await call(dataOf({ sample: "train:3" }));
  expect(asked.find(({ kind }) => kind === "answer")).toMatchObject({ sample: "train:3", inputs: {} });
  const slider = root().querySelector<HTMLInputElement>("input[type=range]")!;
  await act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(slider, "3");
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await settle();
  expect(asked.filter(({ kind }) => kind === "answer").at(-1)).toMatchObject({ sample: "train:3", inputs: { x: { values: { width: 3 } } } });
  expect(asked.at(-1)!.kind === "moved" || asked.at(-2)!.kind === "moved").toBe(true);
  await act(async () => named("Sample after").click());
  await settle();
  expect(asked.filter(({ kind }) => kind === "answer").at(-1)).toMatchObject({ sample: "train:4", inputs: {} });
});

it("says what was right of the sample while something of it is left in what was entered, and of another input nothing", async () => {
  const before = told.entries;
  told.entries = { ...entries, inputs: [{ ...entries.inputs[0], way: "numbers", parts: [part, { ...part, name: "length" }] }] } satisfies Entries;
  await call(dataOf());
  const move = async (place: number) => {
    const slider = root().querySelectorAll<HTMLInputElement>("input[type=range]")[place];
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(slider, "3");
      slider.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await settle();
  };
  await move(0);
  expect(root().querySelector(".ty-headline")?.textContent).toContain("the sample was <b>setosa</b>");
  await move(1);
  expect(root().querySelector(".ty-headline")?.textContent).toBe("<b>setosa</b> 90.0 %");
  expect(root().querySelector(".ty-bars .is-right")).toBeNull();
  told.entries = before;
});

it("says plainly that what comes out is no number, and sets no bar beside it", async () => {
  const before = told.answer;
  told.answer = { ...answer, outputs: [{ ...answer.outputs[0], bars: [["<b>setosa</b>", null], ["other", null]] }] } satisfies Answer;
  await call(dataOf());
  expect(root().querySelector(".ty-headline")?.textContent).toContain("No answer");
  expect(root().querySelector(".ty-bars")).toBeNull();
  told.answer = { ...answer, outputs: [{ ...answer.outputs[0], bars: [["other", 0.9956], ["<b>setosa</b>", 0.0044]] }] } satisfies Answer;
  await act(async () => named("Sample after").click());
  await settle();
  expect([...root().querySelectorAll(".ty-share")].map(({ textContent }) => textContent)).toEqual(["99.56 %", "0.44 %"]);
  told.answer = before;
});

it("says why there is no answer, and takes what the cards show along when it goes", async () => {
  trouble = "Input 'measures': 'width' takes a number; received 'wide'.";
  await call(dataOf());
  expect(root().querySelector("[role=alert]")?.textContent).toBe(trouble);
  trouble = "";
  await act(async () => named("Sample after").click());
  await settle();
  expect(root().querySelector("[role=alert]")).toBeNull();
  expect(tries.nodes("r").get()).not.toBeNull();
  host.remove();
  leave?.();
  await settle();
  expect(tries.nodes("r").get()).toBeNull();
});

it("shows how often each class was said with dropout left on", async () => {
  await call(dataOf());
  const button = [...root().querySelectorAll("button")].find(({ textContent }) => textContent === "With dropout on")!;
  await act(async () => button.click());
  await settle();
  expect(root().textContent).toContain("of 50 answers: 38 × <b>setosa</b>, 12 × other.");
  expect(root().querySelectorAll(".ty-track u")).toHaveLength(2);
});

it("sets the answers of a category's words beside each other, and enters the one that is pressed", async () => {
  const before = { entries: told.entries, moved: told.moved };
  told.entries = { ...entries, inputs: [{ name: "x", node: "n1", label: "island", field: "island", way: "words", parts: [{ name: "island", choices: ["Dream", "<i>"] }] }] } satisfies Entries;
  told.moved = { now: "Dream", along: ["Dream", "<i>"], of: 3, outputs: [{ name: "y", target: "species", kind: "classes", curves: [{ name: "setosa", place: 0, values: [0.9, 0.2] }, { name: "other", place: 1, values: [0.1, 0.8] }] }] };
  await call(dataOf());
  const words = [...root().querySelectorAll<HTMLButtonElement>(".ty-words button")];
  expect(words.map(({ textContent, ariaPressed }) => [textContent, ariaPressed])).toEqual([["Dreamsetosa 90 %", "true"], ["<i>other 80 %", "false"]]);
  expect([...words[1].querySelectorAll("i")].map(({ style }) => style.width)).toEqual(["20%", "80%"]);
  expect(root().querySelector(".ty-words")!.textContent).toContain("and 1 more");
  await act(async () => words[1].click());
  await settle();
  expect(asked.filter(({ kind }) => kind === "answer").at(-1)).toMatchObject({ inputs: { x: { values: { island: "<i>" } } } });
  Object.assign(told, before);
});

it("draws a series step by step by pointer and keys, and takes it as numbers", async () => {
  const before = { entries: told.entries, answer: told.answer };
  const lines = [
    { name: "wind", low: 0, high: 10, whole: false },
    { name: "<b>heat", low: 0, high: 10, whole: false },
  ];
  told.entries = { ...entries, inputs: [{ name: "x", node: "n1", label: "past", field: "past", way: "series", steps: 5, lines }] } satisfies Entries;
  told.answer = { ...answer, inputs: { x: { series: [[0, 1, 2, 3, 4], [5, 5, 5, 5, 5]] } } } satisfies Answer;
  await call(dataOf());
  const plot = root().querySelector<SVGSVGElement>("[data-testid=series]")!;
  plot.getBoundingClientRect = () => ({ left: 0, top: 0, width: 400, height: 100 }) as DOMRect;
  const last = () => asked.filter(({ kind }) => kind === "answer").at(-1)!.inputs;
  const point = (type: string, clientX: number, clientY: number) => act(async () => void plot.dispatchEvent(new MouseEvent(type, { bubbles: true, clientX, clientY, buttons: 1 })));
  await point("pointerdown", 100, 100);
  await point("pointermove", 300, 50);
  await point("pointerup", 300, 50);
  await settle();
  expect(last()).toEqual({ x: { steps: { wind: { 1: 0, 2: 2.5, 3: 5 } } } });
  expect(named("wind, as numbers").value).toBe("0 0 2.5 5 4");
  await act(async () => void plot.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true })));
  await settle();
  expect(last()).toEqual({ x: { steps: { wind: { 1: 0, 2: 2.5, 3: 5.2 } } } });

  await act(async () => [...root().querySelectorAll<HTMLButtonElement>(".ty-lines button")][1].click());
  const box = root().querySelector<HTMLTextAreaElement>("textarea")!;
  const type = async (text: string) => {
    await act(async () => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")!.set!.call(box, text);
      box.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await settle();
  };
  await type("1, 2 3");
  expect(root().querySelector("[role=alert]")!.textContent).toBe("5 numbers are needed; here are 3.");
  await type("1, 2 3\n4;5e-1");
  expect(last()).toMatchObject({ x: { steps: { wind: { 3: 5.2 }, "<b>heat": { 0: 1, 1: 2, 2: 3, 3: 4, 4: 0.5 } } } });
  await act(async () => [...root().querySelectorAll("button")].find(({ textContent }) => textContent === "Reset")!.click());
  await settle();
  expect(last()).toEqual({});
  Object.assign(told, before);
});

it("shows an own picture in the place of the pad, sends one that is too large smaller, and says beside the answer why there is no camera", async () => {
  const drawn: Entries = { ...entries, inputs: [{ name: "x", node: "n1", label: "image", field: "image", way: "picture", picture: [8, 8, 1], draws: true, dark: true }] };
  vi.stubGlobal("createImageBitmap", async () => ({ width: 6000, height: 5000 }));
  vi.spyOn(HTMLCanvasElement.prototype, "toDataURL").mockReturnValue("data:image/png;base64,small");
  vi.stubGlobal("navigator", { mediaDevices: { getUserMedia: () => Promise.reject(new Error("none")) } });
  told.entries = drawn;
  await call(dataOf());
  told.entries = entries;
  const press = async (name: string) => {
    await act(async () => [...root().querySelectorAll("button")].find((one) => one.textContent === name)!.click());
    await settle();
  };
  const input = root().querySelector<HTMLInputElement>("input[type=file]")!;
  Object.defineProperty(input, "files", { value: [new Blob(["bytes"], { type: "image/jpeg" })] });
  Object.defineProperty(input, "value", { value: "", writable: true });
  await act(async () => void input.dispatchEvent(new Event("change", { bubbles: true })));
  await settle();
  expect(asked.at(-1)!.inputs).toEqual({ x: { picture: "data:image/png;base64,small" } });
  expect(root().querySelector<HTMLImageElement>(".ty-own")!.src).toBe("data:image/png;base64,small");
  expect(root().querySelector("[data-testid=pad]")).toBeNull();
  await act(async () => void root().querySelector(".ty-own")!.dispatchEvent(new Event("error")));
  expect(root().querySelector("p.ty-own")!.textContent).toBe("The browser cannot show this file");
  await press("Camera");
  expect(root().querySelector(".ty-answer [role=alert]")!.textContent).toContain("gives no camera");
  vi.stubGlobal("navigator", {}); // as by plain http from another computer
  await press("Camera");
  expect(root().querySelector(".ty-answer [role=alert]")!.textContent).toContain("by https or from this very computer");
  await press("Clear");
  expect(root().querySelector("[data-testid=pad]")).not.toBeNull();
  expect(root().querySelector("[role=alert]")).toBeNull();
});
