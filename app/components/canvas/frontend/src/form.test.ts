import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { focusForm } from "./form";

const find = () => document.querySelector<HTMLInputElement>(".form-a input");
const press = (key: string, rest: KeyboardEventInit = {}) => {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...rest });
  document.body.dispatchEvent(event);
  return event.defaultPrevented;
};
const draw = (value = "") => {
  const form = Object.assign(document.createElement("div"), { className: "form-a" });
  const field = Object.assign(document.createElement("input"), { value });
  form.append(field);
  document.body.replaceChildren(form);
  return field;
};

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.advanceTimersByTime(60_000);
  vi.useRealTimers();
  document.body.replaceChildren();
});

describe("the way to a node's form", () => {
  it("ends in its field as soon as Python has drawn it", () => {
    focusForm(find);
    vi.advanceTimersByTime(10_000); // a busy server takes its time
    const field = draw("c1");
    vi.advanceTimersByTime(100);
    expect(document.activeElement).toBe(field);
    expect([field.value, field.selectionStart]).toEqual(["c1", 2]);
  });

  it("takes what is typed on the way along, and no key of it reaches the canvas", () => {
    const canvas = vi.fn();
    document.addEventListener("keydown", canvas);
    focusForm(find);
    for (const key of ["f", "i", "x", "Backspace", "r", "s", "t", "Escape"]) expect(press(key)).toBe(true);
    vi.advanceTimersByTime(3000);
    const field = draw("the ");
    const heard = vi.fn();
    field.addEventListener("input", heard);
    vi.advanceTimersByTime(100);
    expect(field.value).toBe("the first");
    expect(heard).toHaveBeenCalledOnce();
    expect(canvas).not.toHaveBeenCalled();
    document.removeEventListener("keydown", canvas);
  });

  it.each([
    ["a press elsewhere", () => void document.body.dispatchEvent(new Event("pointerdown", { bubbles: true }))],
    ["Escape before anything was typed", () => expect(press("Escape")).toBe(false)],
    ["a shortcut", () => expect(press("z", { ctrlKey: true })).toBe(false)],
    ["no form coming", () => vi.advanceTimersByTime(15_100)],
  ])("is given up by %s", (_, happens) => {
    focusForm(find);
    happens();
    const field = draw();
    vi.advanceTimersByTime(1000);
    expect(document.activeElement).not.toBe(field);
    expect(press("x")).toBe(false);
  });

  it("leads to the node that was asked for last", () => {
    focusForm(() => null);
    focusForm(find);
    const field = draw();
    vi.advanceTimersByTime(100);
    expect(document.activeElement).toBe(field);
    expect(press("x")).toBe(false);
  });
});
