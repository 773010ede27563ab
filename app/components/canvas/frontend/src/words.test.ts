import { describe, expect, it } from "vitest";
import { familyColours, inkOn } from "./family";
import { commandOf, KEY_HELP, type KeyCommand } from "./keys";
import { feeds, sentenceOf, targetsIn } from "./outline";
import { findOperators } from "./search";
import type { Fault } from "./stores";
import { outlineOf } from "./StripPlot";
import { farLines, farSize, isStacked, midSize } from "./title";
import { catalogue, graphOf, PALETTE } from "./testing";

describe("search", () => {
  const found = (query: string) => findOperators(PALETTE.operators, query).map(({ kind }) => kind);
  it("finds by title, Keras name, keyword and summary", () => {
    expect(found("gath")).toEqual(["Beta"]);
    expect(found("beta")).toEqual(["Beta"]);
    expect(found("ordin")).toEqual(["Alpha"]);
    expect(found("number of wires")).toEqual(["Beta"]);
  });
  it("finds a keyword of several words first as a whole", () => {
    const operators = [
      { ...PALETTE.operators[0], kind: "Far", summary: "Everything is fully and densely connected." },
      { ...PALETTE.operators[0], kind: "Near", keywords: ["fully connected layer"] },
    ];
    expect(findOperators(operators, "fully connected").map(({ kind }) => kind)).toEqual(["Near", "Far"]);
    expect(findOperators(operators, "connected")[0].kind).toBe("Near");
  });
  it("puts the better match first and shows all for nothing typed", () => {
    expect(found("s")[0]).toBe("Source");
    expect(found("  ")).toHaveLength(PALETTE.operators.length);
    expect(found("zzz")).toEqual([]);
  });
});

describe("the outline", () => {
  const graph = graphOf(["a", "b"], [["a", "b"]]);
  it("says a node with its shape, parameters and fault in one sentence", () => {
    const fault: Fault = { code: "", severity: "error", text: "It has no input.", unfinished: false, repairs: [] };
    const note = { title: "", line: "", shape: "8 × 8 × 32", parameters: "320 parameters", fault };
    expect(sentenceOf(graph.nodes[0], catalogue, note)).toBe("Plain alpha a, output 8 by 8 by 32, 320 parameters, error: It has no input.");
  });
  it("says what a node feeds", () => {
    const targets = targetsIn(graph);
    expect(feeds(targets.get("a"), catalogue)).toBe("; feeds Plain alpha b");
    expect(feeds(targets.get("b"), catalogue)).toBe("");
  });
});

const ARROWS = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/** The presses that a text such as "Ctrl + Z" or "Ctrl + arrows" stands for. */
function pressesOf(text: string) {
  const names = text.split(" + ");
  const held = { ctrlKey: names.includes("Ctrl"), shiftKey: names.includes("Shift") };
  const last = names.at(-1)!;
  return (last.toLowerCase() === "arrows" ? ARROWS : [last]).map((key) => ({ key, ...held }));
}

describe("keys", () => {
  const press = (key: string, held: Partial<Record<"ctrlKey" | "shiftKey" | "metaKey" | "altKey", boolean>> = {}) =>
    commandOf({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held });
  it("leave plain r and c to Streamlit", () => {
    expect([press("r"), press("c")]).toEqual([null, null]);
  });
  it("know undo and both forms of redo, on any system", () => {
    expect(press("z", { ctrlKey: true })).toBe("undo");
    expect(press("z", { metaKey: true })).toBe("undo");
    expect(press("Z", { ctrlKey: true, shiftKey: true })).toBe("redo");
    expect(press("y", { ctrlKey: true })).toBe("redo");
  });
  it("are all shown, and do what is shown", () => {
    for (const { keys, commands } of KEY_HELP.filter(({ commands }) => commands.length)) {
      expect([...new Set(keys.split(", ").flatMap(pressesOf).map(({ key, ...held }) => press(key, held)))], keys).toEqual(commands);
    }
    const held = [{}, { shiftKey: true }, { ctrlKey: true }, { ctrlKey: true, shiftKey: true }];
    const names = [..."abcdefghijklmnopqrstuvwxyz/?", "Tab", "Enter", "Escape", "Delete", "Backspace", "Home", "End", ...ARROWS];
    const known = new Set(names.flatMap((key) => held.map((some) => press(key, some))));
    expect(new Set<KeyCommand | null>([null, ...KEY_HELP.flatMap(({ commands }) => commands)])).toEqual(known);
  });
  it("heal with Shift", () => {
    expect([press("Delete"), press("Backspace", { shiftKey: true })]).toEqual(["delete", "heal"]);
  });
});

it("a family's colour follows the theme, with an icon that is seen on it", () => {
  expect(familyColours(PALETTE)).toMatchObject({ "--family-first": "light-dark(#0072b2, #56b4e9)", "--family-first-ink": "light-dark(#fff, #000)" });
  expect(inkOn("#f0e442")).toBe("#000");
});

it("a histogram's highest bin fills the strip", () => {
  expect(outlineOf([0, 4, 2])).toBe("M0 24V24H40V0H80V12H120V24Z");
});

describe("a title seen from far away", () => {
  it.each([["Add", 32], ["Upsampling", 30], ["Max pooling", 28], ["Batch normalization", 25], ["Global average pooling", 23]])("has %s at %i", (title, size) => {
    expect(farSize(title)).toBe(size);
  });

  it("has its words in as few lines as can be", () => {
    expect(farLines("Max pooling", 28)).toEqual(["Max pooling"]);
    expect(farLines("Batch normalization", 25)).toEqual(["Batch", "normalization"]);
  });

  it("is smaller beside its icon where it is long", () => {
    expect(["Linear", "Convolution 1D"].map(midSize)).toEqual([20, 16]);
  });

  it("names stand below each other on a card where they are too wide beside each other", () => {
    const names = [["Convolution", "c1"], ["Normalization", "standardize"], ["Multi-head attention", "look around"], ["Multi-head attention", ""], ["Global average pooling 1D", "mean"]];
    expect(names.map(([title, label]) => isStacked(title, label))).toEqual([false, true, true, false, false]);
  });

  it("is small, but there, however long it is", () => {
    expect(farSize("Incomprehensibilities and otherwise")).toBe(18);
  });
});
