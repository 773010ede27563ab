// The two ends of a wire that is selected, each a press away.
import { act } from "react";
import { afterEach, expect, it, vi } from "vitest";
import renderer from "./index";
import { sessionOf } from "./session";
import { dataOf, wire } from "./testing";

type Args = Parameters<typeof renderer>[0];
let host: HTMLElement;

afterEach(() => {
  host.remove();
  vi.restoreAllMocks();
});

it("while one wire is selected its ends stand over the drawing, and a press on one goes there", async () => {
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  host = document.createElement("div");
  document.body.append(host);
  host.attachShadow({ mode: "open" });
  const data = dataOf({ id: "ends" });
  await act(async () => void renderer({ data, parentElement: host.shadowRoot!, setStateValue: () => {}, setTriggerValue: () => {}, name: "canvas", key: "canvas" } as Args));
  const session = sessionOf("ends");
  session.setState = () => {};
  const ends = () => [...host.shadowRoot!.querySelectorAll<HTMLElement>("[data-testid=wire-ends] button")];
  expect(ends()).toEqual([]);
  await act(async () => session.selectWire(wire("a", "b")));
  expect(ends().map(({ textContent, title }) => [textContent, title])).toEqual([
    ["a", "Go to where the wire begins: a (Home)"],
    ["b", "Go to where the wire ends: b (End)"],
  ]);
  await act(async () => ends()[1].click());
  expect([session.selected(), session.selectedWires()]).toEqual([["b"], []]);
  expect(ends()).toEqual([]);
});
