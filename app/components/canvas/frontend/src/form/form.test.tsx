import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Session, sessionOf } from "../session";
import { dataOf } from "../testing";
import type { Data, Field } from "./data";
import renderer from "./index";

let host: HTMLElement;
let session: Session;
let sent: unknown[];

const field = (rest: Partial<Field> = {}): Field => ({
  name: "units", label: "units", kind: "whole", value: 64, low: 1, high: null, target: { of: "node", ids: ["a"] },
  help: "How many.", faults: [], ...rest,
});
const formOf = (fields: Field[], rest: object = {}): Data =>
  ({ id: "doc", acks: {}, view: "form", direction: "rows", form: { key: "node:a", nodes: ["a"], groups: [{ title: "", fields }], faults: [] }, ...rest }) as Data;

async function draw(data: Data) {
  await act(async () => {
    renderer({ data, parentElement: host.shadowRoot!, name: "form", key: "form" } as never);
  });
}

const find = <Found extends HTMLElement>(selector: string) => host.shadowRoot!.querySelector<Found>(selector)!;
const box = (label = "units") => find<HTMLInputElement>(`[aria-label="${label}"]`);
const press = (element: HTMLElement, key: string) => act(async () => void element.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true })));
const click = (element: HTMLElement) => act(async () => element.click());

function type(element: HTMLInputElement, text: string) {
  return act(async () => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")!.set!.call(element, text);
    element.dispatchEvent(new InputEvent("input", { bubbles: true }));
  });
}

const ops = () => session.sync.pending.map(({ n: _, ...op }) => op);

beforeEach(() => {
  sessionStorage.clear();
  Reflect.deleteProperty(window, Symbol.for("graphbuilder.sessions"));
  host = document.createElement("div");
  document.body.append(host);
  host.attachShadow({ mode: "open" });
  session = sessionOf("doc");
  sent = [];
  session.setState = (state) => void sent.push(state);
  session.receive(dataOf());
});
afterEach(() => host.remove());

describe("a field", () => {
  it("is one edit when Enter is pressed, and shows it before Python has answered", async () => {
    await draw(formOf([field()]));
    await type(box(), "128");
    expect(ops()).toEqual([]);
    await press(box(), "Enter");
    expect(ops()).toEqual([{ op: "set", of: "node", ids: ["a"], name: "units", value: 128 }]);
    expect(box().value).toBe("128");
    await press(box(), "Enter");
    expect(ops()).toHaveLength(1);
  });

  it("says that it is not saved yet where the server cannot keep it, and what all else still shows", async () => {
    await draw(formOf([field(), field({ name: "bias", label: "bias", kind: "yes_no", value: true })]));
    await type(box(), "128");
    await press(box(), "Enter");
    expect(find(".gb-waits")).toBeNull();
    await act(async () => session.trouble.set("The disk is full."));
    expect([...host.shadowRoot!.querySelectorAll(".gb-waits")].map((one) => one.textContent)).toEqual(["Not saved yet: still 64."]);
    await click(find("[role=switch], [aria-label=bias], input[type=checkbox]"));
    expect([...host.shadowRoot!.querySelectorAll(".gb-waits")].at(-1)!.textContent).toBe("Not saved yet: still yes.");
    await draw(formOf([field({ value: 128 })], { acks: { [session.sync.client]: 2 } }));
    expect(find(".gb-waits")).toBeNull();
  });

  it("shows Python's word as soon as that knows of the edit, and not before", async () => {
    await draw(formOf([field()]));
    await type(box(), "128");
    await press(box(), "Enter");
    await draw(formOf([field({ value: 64 })])); // an answer to something before
    expect(box().value).toBe("128");
    await draw(formOf([field({ value: 100 })], { acks: { [session.sync.client]: 1 } }));
    expect(box().value).toBe("100");
  });

  it("keeps what is being typed, whatever Python says", async () => {
    await draw(formOf([field()]));
    await type(box(), "12");
    await draw(formOf([field({ value: 7 })]));
    expect(box().value).toBe("12");
    await press(box(), "Escape");
    expect([box().value, ops()]).toEqual(["7", []]);
  });

  it("takes what was typed when the form goes", async () => {
    await draw(formOf([field()]));
    await type(box(), "12");
    await draw({ ...formOf([field({ target: { of: "node", ids: ["b"] } })]), form: { key: "node:b", nodes: ["b"], groups: [], faults: [] } } as Data);
    expect(ops()).toEqual([{ op: "set", of: "node", ids: ["a"], name: "units", value: 12 }]);
  });

  it("says what is no whole number and sends nothing", async () => {
    await draw(formOf([field()]));
    await type(box(), "3.7");
    await press(box(), "Enter");
    expect(find("[role=alert]").textContent).toBe("units must be a whole number; received “3.7”.");
    expect([ops(), box().value]).toEqual([[], "3.7"]);
    const told = () => (sent.at(-1) as { refused: string[] }).refused;
    expect(told()).toEqual(["units must be a whole number; received “3.7”."]); // whoever trains is to know
    await press(box(), "Escape");
    expect(told()).toEqual([]);
  });

  it("drops what was refused when its value changes beneath it, and keeps what is being typed", async () => {
    await draw(formOf([field()]));
    await type(box(), "many");
    await press(box(), "Enter");
    await draw(formOf([field()]));
    expect([box().value, box().getAttribute("aria-invalid")]).toEqual(["many", "true"]);
    await draw(formOf([field({ value: 32 })]));
    expect([box().value, box().getAttribute("aria-invalid")]).toEqual(["32", "false"]);
    await type(box(), "man");
    await press(box(), "Enter");
    await type(box(), "many more");
    await draw(formOf([field({ value: 16 })]));
    expect(box().value).toBe("many more");
  });

  it("of several numbers keeps what was said of one box while another is filled", async () => {
    const sizes = field({ name: "cropping", label: "cropping", kind: "sizes", length: 4, marks: ["top", "bottom", "left", "right"], value: [1, 1, 1, 1], low: 0 });
    await draw(formOf([sizes]));
    await type(box("cropping top"), "x");
    await press(box("cropping top"), "Enter");
    await type(box("cropping left"), "3");
    await press(box("cropping left"), "Enter");
    expect(find("[role=alert]").textContent).toContain("received “x”");
    expect([box("cropping top"), box("cropping left")].map((one) => one.getAttribute("aria-invalid"))).toEqual(["true", "false"]);
    expect(ops()).toMatchObject([{ value: [1, 1, 3, 1] }]);
  });

  it("of a whole number steps by arrow keys and buttons, and stays within its bounds", async () => {
    await draw(formOf([field({ value: 2 })]));
    await press(box(), "ArrowDown");
    await press(box(), "ArrowDown");
    await click(find('[data-step="1"]'));
    expect(session.sync.pending.map((op) => "value" in op && op.value)).toEqual([1, 2]);
  });

  it("shows its fault with the buttons that mend it", async () => {
    await draw(formOf([field({ faults: [{ severity: "error", text: "units is 0.", unfinished: false, repairs: [{ key: "k1", says: "units of c to 1" }] }] })]));
    expect(find("[data-testid=field-fault]").textContent).toContain("units is 0.");
    expect(box().getAttribute("aria-invalid")).toBe("true");
    await click(find("[data-testid=repair]"));
    expect(ops()).toEqual([{ op: "repair", key: "k1" }]);
  });

  it("of nodes that differ says so, and sets them all", async () => {
    await draw(formOf([field({ value: null, mixed: true, target: { of: "node", ids: ["a", "b"] } })]));
    expect([box().value, box().placeholder]).toEqual(["", "mixed"]);
    await type(box(), "8");
    await press(box(), "Enter");
    expect(ops()).toEqual([{ op: "set", of: "node", ids: ["a", "b"], name: "units", value: 8 }]);
  });

  it("of a number has no Tab stop but its own", async () => {
    await draw(formOf([field(), field({ name: "rate", label: "rate", kind: "number", low: 0, high: 1, value: 0.5 })]));
    const stops = [...host.shadowRoot!.querySelectorAll<HTMLElement>("input, button")].filter((one) => one.tabIndex >= 0);
    expect(stops.map((one) => one.getAttribute("aria-label"))).toEqual(["units", "rate"]);
  });
});

describe("a choice", () => {
  const words = { SGD: "Gradient descent", Adam: "Adam", Lion: "Lion" };
  const choice = (rest: Partial<Field> = {}) =>
    field({ name: "optimizer", label: "optimizer", kind: "choice", value: "Adam", choices: words, target: { of: "network" }, ...rest });

  it("is made from its list", async () => {
    await draw(formOf([choice()]));
    await click(find("[role=combobox]"));
    await click(find('[role=option][data-word="SGD"]'));
    expect(ops()).toEqual([{ op: "set", of: "network", name: "optimizer", value: "SGD" }]);
    expect(find("[role=combobox]").textContent).toContain("Gradient descent");
  });

  it("keeps its word where what it means has no room, unless another begins alike", async () => {
    const shown = async (words: Record<string, string>, value: string) => {
      await draw(formOf([choice({ choices: words, value })]));
      const box = find("[role=combobox]");
      return [box.title, ...[...box.querySelectorAll(".gb-word > span")].map((one) => one.textContent)];
    };
    expect(await shown({ same: "Same: over the edge", valid: "Valid: inside" }, "same")).toEqual(["Same: over the edge", "Same", ": over the edge"]); // prettier-ignore
    expect(await shown({ x: "Sobel: upright", y: "Sobel: flat" }, "x")).toEqual(["Sobel: upright"]);
  });

  it("is made by keys, and Escape makes none", async () => {
    await draw(formOf([choice()]));
    await press(find("[role=combobox]"), "ArrowDown");
    await press(find("[role=listbox]"), "ArrowDown");
    await press(find("[role=listbox]"), "Enter");
    expect(ops()).toMatchObject([{ value: "Lion" }]);
    await press(find("[role=combobox]"), "ArrowDown");
    await press(find("[role=listbox]"), "Escape");
    expect([ops().length, find("[role=listbox]")]).toEqual([1, null]);
  });

  it("is searched where the list is long", async () => {
    const many = Object.fromEntries(Array.from({ length: 9 }, (_, i) => [`w${i}`, `Word ${i}`]));
    await draw(formOf([choice({ choices: many, value: "w0" })]));
    await click(find("[role=combobox]"));
    await type(find<HTMLInputElement>("[type=search]"), "word 7");
    expect([...host.shadowRoot!.querySelectorAll("[role=option]")].map((one) => one.textContent)).toEqual(["Word 7"]);
    await press(find("[type=search]"), "Enter");
    expect(ops()).toMatchObject([{ value: "w7" }]);
  });

  it("shows at once the defaults of what was chosen, and not those of what was there", async () => {
    const rate = (who: string, value: number) =>
      field({ name: "learning_rate", label: "learning rate", kind: "number", value, target: { of: "optimizer", who } });
    const variants = { SGD: [rate("SGD", 0.01)], Adam: [rate("Adam", 0.001)] };
    const data = (value: string, now: Field, acks = {}) => formOf([choice({ value, variants }), now], { acks });
    await draw(data("Adam", rate("Adam", 0.002)));
    expect(box("learning rate").value).toBe("0.002");
    await click(find("[role=combobox]"));
    await click(find('[data-word="SGD"]'));
    expect(box("learning rate").value).toBe("0.01");
    await type(box("learning rate"), "0.1");
    await press(box("learning rate"), "Enter");
    expect(ops()).toMatchObject([{ value: "SGD" }, { of: "optimizer", who: "SGD", value: 0.1 }]);
    await draw(data("SGD", rate("SGD", 0.01), { [session.sync.client]: 1 }));
    expect(box("learning rate").value).toBe("0.1");
  });
});

describe("one of several things", () => {
  const choices = { he_normal: "He, normal", constant: "Constant", orthogonal: "Orthogonal" };
  const target = { of: "node", ids: ["a"] } as Field["target"];
  const chosen = (rest: Partial<Field> = {}) =>
    field({ name: "kernel_initializer", label: "kernel initializer", kind: "chosen", value: "he_normal", word: "he_normal", inner: [], choices, ...rest });
  const gain = field({ name: "gain", label: "gain", kind: "number", value: 1 });
  const rank = field({ name: "value", label: "value", kind: "number", value: 0 });

  it("is chosen by its word, and shows the fields of its own once Python has said them", async () => {
    await draw(formOf([chosen({ inner: [rank], word: "constant", value: "constant" })]));
    expect(box("kernel initializer value").value).toBe("0");
    await click(find('[aria-label="kernel initializer"]'));
    await click(find('[data-word="orthogonal"]'));
    expect(ops()).toEqual([{ op: "set", ...target, name: "kernel_initializer", value: "orthogonal" }]);
    expect(box("kernel initializer value")).toBeNull();
    await draw(formOf([chosen({ inner: [gain], word: "orthogonal", value: "orthogonal" })], { acks: { [session.sync.client]: 1 } }));
    expect(box("kernel initializer gain").value).toBe("1");
  });

  it("is one edit of the whole where one of its fields is set, and tells what is no number there", async () => {
    await draw(formOf([chosen({ inner: [gain], word: "orthogonal", value: "orthogonal" })]));
    await type(box("kernel initializer gain"), "much");
    await press(box("kernel initializer gain"), "Enter");
    expect(find(".gb-told").textContent).toContain("gain must be a number");
    await type(box("kernel initializer gain"), "1/2");
    await press(box("kernel initializer gain"), "Enter");
    expect(ops()).toEqual([{ op: "set", ...target, name: "kernel_initializer", value: { name: "orthogonal", gain: 0.5 } }]);
    expect([box("kernel initializer gain").value, find(".gb-told")]).toEqual(["0.5", null]);
  });

  it("may be an operator, whose parameters are set within it", async () => {
    const units = field({ value: 8 });
    const value = { kind: "LSTM", params: { units: 8 } };
    const drawn = chosen({ name: "initial", label: "draws", value: "he_normal", word: "he_normal", more: true });
    const layer = field({ name: "layer", label: "layer", kind: "chosen", value, word: "LSTM", choices: { LSTM: "LSTM", GRU: "GRU" }, inner: [units, drawn] });
    await draw(formOf([layer]));
    await type(box("layer units"), "9");
    await press(box("layer units"), "Enter");
    expect(ops().at(-1)).toHaveProperty("value", { kind: "LSTM", params: { units: 9, initial: "he_normal" } });
    await click(find('[aria-label="layer draws"]'));
    await click(find('[data-word="constant"]'));
    expect(ops().at(-1)).toHaveProperty("value", { kind: "LSTM", params: { units: 9, initial: "constant" } });
  });
});

describe("what else is pressed beside the canvas", () => {
  it("undo is an edit for each press, and is there as soon as there is an edit", async () => {
    await draw({ id: "doc", acks: {}, view: "history", undo: null, redo: null } as Data);
    await click(find("[aria-label=Undo]"));
    expect(ops()).toEqual([]);
    await act(async () => void session.edit({ op: "move", at: { a: [9, 9] } }));
    await click(find("[aria-label=Undo]"));
    await click(find("[aria-label=Undo]"));
    await click(find("[aria-label=Redo]"));
    expect(ops().map(({ op }) => op)).toEqual(["move", "undo", "undo", "redo"]);
  });

  const panels = (...names: string[]) => names.map((name) => ({ name, label: name }));
  const rooms = [{ name: "Network", panels: panels("Faults", "Code") }, { name: "Training", panels: panels("Training") }];

  it("a room opens at the panel that was open in it last, and a panel that is turned to is seen", async () => {
    const told = { id: "doc", acks: {}, panel: "Code", turn: 0 };
    const wish = () => (sent.at(-1) as { panel: { to: string; size?: string } }).panel;
    await draw({ ...told, view: "rooms", rooms, size: "low" });
    await click(find('[data-tab="Training"]'));
    await click(find('[data-tab="Network"]'));
    expect([wish().to, wish().size]).toEqual(["Code", undefined]);
    await act(async () => session.sync.turn("Code", "wide"));
    await click(find('[data-tab="Training"]'));
    expect([wish().to, wish().size, document.documentElement.dataset.dock]).toEqual(["Training", "wide", "wide"]);
    await act(async () => session.sync.turn("Training", "folded"));
    expect([document.documentElement.dataset.dock, host.shadowRoot!.querySelectorAll("[aria-selected=true], [role=separator]").length]).toEqual(["folded", 0]);
    await click(find('[data-tab="Network"]'));
    expect([wish().to, wish().size, document.documentElement.dataset.dock]).toEqual(["Code", "low", "low"]);
  });

  it("a panel is turned to at once, and Python's own turn is shown when it knows of the press", async () => {
    const tabs = (panel: string, turn: number): Data => ({ id: "doc", acks: {}, view: "rooms", rooms, panel, size: "low", turn });
    const open = () => [...host.shadowRoot!.querySelectorAll("[aria-selected=true]")].at(-1)!.textContent;
    await draw(tabs("Faults", 0));
    await click(find('[data-tab="Code"]'));
    expect(open()).toBe("Code");
    const { panel } = sent.at(-1) as { panel: { to: string; n: number } };
    expect(panel.to).toBe("Code");
    await draw(tabs("Faults", 0)); // said before it heard of the press
    expect(open()).toBe("Code");
    await draw(tabs("Code", panel.n));
    await draw(tabs("Training", panel.n)); // Train was pressed
    expect(open()).toBe("Training");
    await press(find("[role=tablist]"), "ArrowLeft");
    expect(open()).toBe("Code");
  });

  it("a repair by key leads on to the next one, and after the last to the node that it mended", async () => {
    const told = (name: string, ...keys: string[]) => ({
      severity: "error" as const, text: `${name} has no input.`, unfinished: false, nodes: [name], repairs: keys.map((key) => ({ key, says: key })),
    });
    const list = (...faults: object[]): Data => ({ id: "doc", acks: {}, view: "faults", faults, empty: "No faults." }) as Data;
    const frames = () => act(() => new Promise<void>((done) => setTimeout(done, 60)));
    const mend = async (key: string) => {
      const button = [...host.shadowRoot!.querySelectorAll<HTMLElement>("[data-testid=repair]")].find(({ textContent }) => textContent === key)!;
      button.focus();
      await click(button);
      await frames();
      expect(host.shadowRoot!.activeElement).toBe(button); // Python has not answered
    };
    let led: string | null = null;
    session.focusDrawing = () => void (led = session.roving.get());
    await draw(list(told("x"), told("a", "wire a"), told("b", "wire b", "or so")));
    await mend("wire a");
    await draw(list(told("x"), told("b", "wire b", "or so")));
    await frames();
    expect(host.shadowRoot!.activeElement?.textContent).toBe("wire b");
    await mend("or so");
    await draw(list());
    await frames();
    expect(led).toBe("b");
  });

  it.each([true, false])("what a line is too short for (%s) is whole beside it while it has the focus", async (isCut) => {
    vi.spyOn(Element.prototype, "scrollHeight", "get").mockReturnValue(isCut ? 60 : 0);
    const fault = { severity: "warning" as const, text: "A long finding.", unfinished: false, nodes: [], repairs: [] };
    await draw({ id: "doc", acks: {}, view: "faults", faults: [fault], empty: "None.", direction: "line" } as unknown as Data);
    const whole = () => host.shadowRoot!.querySelector("[data-testid=whole]")?.textContent ?? null;
    expect(whole()).toBeNull();
    await act(async () => find(".gb-saying > span").focus());
    expect(whole()).toBe(isCut ? "A long finding." : null);
    await act(async () => find(".gb-saying > span").blur());
    expect(whole()).toBeNull();
    vi.restoreAllMocks();
  });

  it("a line says what is found alone where buttons say what to do, and all of it to who points at it", async () => {
    const fault = { severity: "warning" as const, text: "It is slow. Use 3.", fix: "Use 3.", unfinished: false, nodes: [], repairs: [{ key: "r", says: "Set it to 3" }] };
    const drawn = (repairs: typeof fault.repairs) => draw({ id: "doc", acks: {}, view: "faults", faults: [{ ...fault, repairs }], empty: "None.", direction: "line" } as unknown as Data);
    const said = () => find(".gb-saying > span").textContent;
    await drawn([]);
    expect(said()).toBe("It is slow. Use 3.");
    await drawn(fault.repairs);
    expect(said()).toBe("It is slow.");
    await act(async () => find(".gb-saying > span").focus());
    expect(find("[data-testid=whole]").textContent).toBe("It is slow. Use 3.");
  });

  it("a fault leads to its node and to its page of help, and offers what mends it", async () => {
    const fault = { severity: "error" as const, text: "It has no input.", unfinished: false, nodes: ["b"], repairs: [{ key: "r", says: "wire it" }], help: "help?topic=fault.E_INPUTS" };
    await draw({ id: "doc", acks: {}, view: "faults", faults: [fault], empty: "None." });
    expect(find(".gb-meant").getAttribute("href")).toBe("help?topic=fault.E_INPUTS");
    await click(find("[title='Show the node']"));
    expect([session.selected(), session.focus.get()?.node]).toEqual([["b"], "b"]);
    await click(find("[data-testid=repair]"));
    expect(ops()).toEqual([{ op: "repair", key: "r" }]);
    await draw({ id: "doc", acks: {}, view: "faults", faults: [], empty: "None." });
    expect(find(".gb-none").textContent).toBe("None.");
  });
});

it("a slider with stops enters what stands at its place, and its end as none", async () => {
  await draw(formOf([field({ none: "full batch", value: 32, stops: [16, 32, 64, null] })]));
  const slider = box("units, slider");
  expect([slider.value, slider.max]).toEqual(["1", "3"]);
  await type(slider, "3");
  expect(slider.getAttribute("aria-valuetext")).toBe("full batch");
  await act(async () => void slider.dispatchEvent(new KeyboardEvent("keyup", { key: "End", bubbles: true })));
  expect(ops()).toEqual([{ op: "set", of: "node", ids: ["a"], name: "units", value: null }]);
});

it("what a setting comes to is drawn below it, and told in words", async () => {
  const points: [number, number][] = [[0, 0], [1, 0.002], [4, 0]];
  await draw(formOf([field({ label: "schedule", curve: { points, told: "4 epochs of 34 steps" } })]));
  expect(find("[data-testid=curve] svg").getAttribute("aria-label")).toBe("schedule over 4 epochs of 34 steps; the highest is 0.002");
  expect(find("[data-testid=curve] polyline").getAttribute("points")).toBe("2.0,68.0 63.5,20.0 248.0,68.0");
});

it("lines have code between backticks as code", async () => {
  await draw({ ...formOf([]), view: "lines", lines: [{ text: "`fit` keeps `epochs=3`.", node: null }] } as never);
  expect([...host.shadowRoot!.querySelectorAll("code")].map((one) => one.textContent)).toEqual(["fit", "epochs=3"]);
  expect(host.shadowRoot!.querySelector("li")!.textContent).toBe("fit keeps epochs=3.");
});
