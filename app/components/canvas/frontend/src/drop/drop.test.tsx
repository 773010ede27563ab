import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import renderer from "./index";

class Request {
  static all: Request[] = [];
  upload: { onprogress?: (event: { loaded: number }) => void } = {};
  response: unknown = null;
  url = "";
  onload = () => {};
  onerror = () => {};
  onabort = () => {};
  open(_: string, url: string) {
    this.url = url;
  }
  send() {
    Request.all.push(this);
  }
  abort() {
    this.onabort();
  }
  answer(told: unknown) {
    this.response = told;
    this.onload();
  }
}

let host: HTMLElement;
let arrived: unknown[];
let may: { ok: boolean; json: () => Promise<unknown> };

const data = { path: "/api/data", most: 1000, words: "1 kB", kinds: "CSV" };
const file = (name: string, size = 10) => new File(["x".repeat(size)], name);
const rows = () => [...host.shadowRoot!.querySelectorAll("li")].map((row) => row.textContent);
const press = (name: string) => act(async () => host.shadowRoot!.querySelector<HTMLElement>(`[aria-label="${name}"]`)!.click());
const settle = () => act(async () => void (await new Promise((done) => setTimeout(done, 0))));

async function choose(...files: File[]) {
  const input = host.shadowRoot!.querySelector("input")!;
  Object.defineProperty(input, "files", { value: files, configurable: true });
  Object.defineProperty(input, "value", { set: () => {}, configurable: true });
  await act(async () => void input.dispatchEvent(new Event("change", { bubbles: true })));
  await settle();
}

beforeEach(async () => {
  Reflect.deleteProperty(window, Symbol.for("graphbuilder.sending"));
  Request.all = [];
  may = { ok: true, json: async () => ({}) };
  vi.stubGlobal("XMLHttpRequest", Request);
  vi.stubGlobal("fetch", async () => may);
  host = document.createElement("div");
  document.body.append(host);
  host.attachShadow({ mode: "open" });
  arrived = [];
  const told = { data, parentElement: host.shadowRoot!, setTriggerValue: (name: string, value: { id: string }) => arrived.push([name, value.id]) };
  await act(async () => void renderer(told as never));
});
afterEach(() => {
  vi.unstubAllGlobals();
  host.remove();
});

it("sends files one after the other, and tells which came", async () => {
  await choose(file("a b.csv"));
  await choose(file("c.csv"));
  expect(Request.all.map(({ url }) => url)).toEqual(["/api/data?name=a+b.csv&size=10"]);
  await act(async () => Request.all[0].upload.onprogress!({ loaded: 4 }));
  expect(rows()).toEqual(["a b.csv40 %Cancel", "c.csvwaitsCancel"]);
  Request.all[0].answer({ id: "one" });
  await settle();
  expect(rows()).toEqual(["c.csv0 %Cancel"]);
  Request.all[1].answer({ id: "two" });
  await settle();
  expect([rows(), arrived]).toEqual([[], [["arrived", "one"], ["arrived", "two"]]]);
});

it("says why a file is not taken, before any of it is sent", async () => {
  await choose(file("large.csv", 1001));
  may = { ok: false, json: async () => ({ error: "The disk is full." }) };
  await choose(file("a.csv"));
  expect(rows()).toEqual(["large.csvA file may have at most 1 kB.Dismiss", "a.csvThe disk is full.Send againDismiss"]);
  expect(Request.all).toEqual([]);
  await press("Dismiss large.csv");
  expect(rows()).toHaveLength(1);
});

it("sends again what broke off, and nothing more of what was cancelled", async () => {
  await choose(file("a.csv"), file("b.csv"));
  await act(async () => Request.all[0].onerror());
  await settle();
  expect(rows()).toEqual(["a.csvThe connection was lost. Nothing of it was kept.Send againDismiss", "b.csv0 %Cancel"]);
  await press("Cancel b.csv");
  await settle();
  await act(async () => [...host.shadowRoot!.querySelectorAll("button")].find(({ textContent }) => textContent === "Send again")!.click());
  await settle();
  Request.all[2].answer({ id: "one" });
  await settle();
  expect([rows(), arrived]).toEqual([[], [["arrived", "one"]]]);
});

it("takes a file that is dropped anywhere on the page, and no other thing that is dragged", async () => {
  const told = { data: { ...data, path: "/api/models", everywhere: true, offered: true }, parentElement: host.shadowRoot!, setTriggerValue: (name: string, value: { id: string }) => arrived.push([name, value.id]) };
  await act(async () => void renderer(told as never));
  const uploader = document.createElement("section");
  uploader.dataset.testid = "stFileUploaderDropzone";
  document.body.append(uploader);
  const missed = (event: Event) => event.preventDefault(); // as Streamlit's uploader does
  document.addEventListener("drop", missed);
  const droppedOn = (on: Element, types: string[], ...files: File[]) => {
    const event = new Event("drop", { bubbles: true, cancelable: true });
    Object.assign(event, { dataTransfer: { types, files, items: files.map(() => ({})) } });
    return act(async () => void on.dispatchEvent(event));
  };
  const dropped = (types: string[], ...files: File[]) => droppedOn(document.body, types, ...files);
  await dropped(["text/plain"]);
  await droppedOn(uploader, ["Files"], file("small.keras"));
  expect(rows()).toEqual([]);
  await dropped(["Files"], file("net.keras"), file("other.keras"));
  await settle();
  expect(Request.all.map(({ url }) => url)).toEqual(["/api/models?name=net.keras&size=10"]);
  expect(rows()).toEqual(["net.keras0 %Cancel", "other.kerasOne file is opened at a time.Dismiss"]);
  Request.all[0].answer({ id: "job" });
  await settle();
  expect(arrived).toEqual([["arrived", "job"]]);
  document.removeEventListener("drop", missed);
  uploader.remove();
});
