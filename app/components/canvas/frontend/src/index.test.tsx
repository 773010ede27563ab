import { act } from "react";
import { afterEach, expect, it } from "vitest";
import renderer from "./index";
import { sessionOf } from "./session";
import { dataOf, graphOf } from "./testing";

type Args = Parameters<typeof renderer>[0];
const wait = () => act(() => new Promise((done) => setTimeout(done, 5)));
let host: HTMLElement;
let sent: unknown[];

function page() {
  host = document.createElement("div");
  document.body.append(host);
  host.attachShadow({ mode: "open" });
  sent = [];
}

async function call(data = dataOf()) {
  let cleanup: void | (() => void) = undefined;
  await act(async () => {
    cleanup = renderer({
      data,
      parentElement: host.shadowRoot!,
      setStateValue: (_, value) => void sent.push(value),
      setTriggerValue: () => {},
      name: "canvas",
      key: "canvas",
    } as Args) as () => void;
  });
  return cleanup! as () => void;
}

const canvas = () => host.shadowRoot!.querySelector<HTMLElement>("[data-testid=nn-canvas]");
const cards = () => [...host.shadowRoot!.querySelectorAll<HTMLElement>("[data-testid=node]")].map((card) => card.dataset.nodeId);

afterEach(() => host.remove());

it("the clean-up of a superseded call leaves the canvas standing", async () => {
  page();
  const cleanup = await call();
  const before = canvas();
  cleanup();
  await wait();
  expect(canvas()).toBe(before);
  expect(before).not.toBeNull();
});

it("the clean-up of a canvas that left the page takes it down", async () => {
  page();
  const cleanup = await call();
  host.remove();
  cleanup();
  await wait();
  expect(host.shadowRoot!.childElementCount).toBe(0);
});

it("every call on one element draws in the one tree, also when some were skipped", async () => {
  page();
  await call(dataOf({ id: "skipped" }));
  const before = canvas();
  await call(dataOf({ id: "skipped", rev: 9, doc: graphOf(["a", "b", "c"]) }));
  expect(canvas()).toBe(before);
  expect(cards()).toEqual(["a", "b", "c"]);
  expect(canvas()!.dataset).toMatchObject({ rev: "9", pending: "0", epoch: "e1" });
});

it("a canvas built anew shows and says again what was not acknowledged", async () => {
  page();
  const cleanup = await call(dataOf({ id: "moved" }));
  await act(async () => void sessionOf("moved").edit({ op: "add", id: "new", kind: "Alpha", x: 0, y: 0 }));
  host.remove();
  cleanup();
  await wait();
  page();
  await call(dataOf({ id: "moved" }));
  expect(cards()).toEqual(["a", "b", "new"]);
  expect(canvas()!.dataset.pending).toBe("1");
  expect(sent).toMatchObject([{ ops: [{ op: "add", id: "new", n: 1 }] }]);
});

it("another document on the same element has its own session", async () => {
  page();
  await call(dataOf({ id: "one" }));
  await call(dataOf({ id: "two", doc: graphOf(["z"]) }));
  expect(cards()).toEqual(["z"]);
});

it("a person's text is shown as text, whatever it holds", async () => {
  page();
  const doc = graphOf(["a"]);
  doc.nodes[0].label = "<img src=x onerror=alert(1)>";
  await call(dataOf({ id: "hostile", doc }));
  expect(host.shadowRoot!.querySelector("img")).toBeNull();
  expect(host.shadowRoot!.querySelector(".nn-label")!.textContent).toBe(doc.nodes[0].label);
});
