import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dataOf } from "./testing";

let host: HTMLElement;

/** A page as it is after a load: every module is new, and storage is what it was. */
async function visit() {
  vi.resetModules();
  Reflect.deleteProperty(window, Symbol.for("graphbuilder.sessions"));
  const { default: renderer } = await import("./index");
  const { sessionOf } = await import("./session");
  host = document.createElement("div");
  document.body.append(host);
  const parentElement = host.attachShadow({ mode: "open" });
  const draw = (data = dataOf()) =>
    act(async () => {
      renderer({ data, parentElement, setStateValue: () => {}, setTriggerValue: () => {}, name: "canvas", key: "canvas" } as never);
    });
  await draw();
  return { draw, sessionOf };
}

const invitation = () => host.shadowRoot!.querySelector<HTMLElement>("[data-testid=invitation]");
const press = (name: string) =>
  act(async () => [...invitation()!.querySelectorAll("button")].find((button) => button.textContent === name)!.click());

beforeEach(() => localStorage.clear());
afterEach(() => host.remove());

it("who declines the tour is not invited again", async () => {
  await visit();
  await press("Skip");
  expect(invitation()).toBeNull();
  host.remove();
  await visit();
  expect(invitation()).toBeNull();
});

it("who neither starts nor declines it is invited at the next visit", async () => {
  await visit();
  host.remove();
  await visit();
  expect(invitation()).not.toBeNull();
});

it("a wish for the tour is worked once, whichever document is shown", async () => {
  const { draw, sessionOf } = await visit();
  await draw(dataOf({ tour: 7 }));
  expect(sessionOf("doc").touring.get()).toBe(true);
  await act(async () => sessionOf("doc").touring.set(false));
  await draw(dataOf({ tour: 7, rev: 2 }));
  await draw(dataOf({ id: "other", tour: 7 }));
  expect([sessionOf("doc").touring.get(), sessionOf("other").touring.get()]).toEqual([false, false]);
});
