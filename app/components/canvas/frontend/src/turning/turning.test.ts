// @vitest-environment jsdom
import { afterEach, beforeEach, expect, it } from "vitest";
import renderer, { type Data } from "./index";

const TOLD: Data = { page: "page", field: "taken", others: ["run 2"], box: "along", ticked: false };
let host: HTMLElement;

const draw = (told: Partial<Data> = {}) => renderer({ data: { ...TOLD, ...told }, parentElement: host.attachShadow ? (host.shadowRoot ?? host.attachShadow({ mode: "open" })) : host } as never) as () => void;
const find = <Found extends Element>(what: string) => document.querySelector<Found>(what)!;
const settle = () => new Promise((done) => setTimeout(done, 0));
const waits = () => [...document.querySelectorAll(".stLinkButton, .stDownloadButton")].map((one) => one.hasAttribute("inert"));

beforeEach(() => {
  const page = Object.assign(document.createElement("main"), { className: "page" });
  const made = (parent: Element, tag: string, className: string) => parent.appendChild(Object.assign(document.createElement(tag), { className }));
  made(made(page, "div", "taken"), "input", "").setAttribute("value", "run 1");
  Object.assign(made(made(page, "div", "along"), "input", "box"), { type: "checkbox" });
  made(page, "div", "stLinkButton");
  made(page, "div", "stDownloadButton");
  host = made(page, "div", "") as HTMLElement;
  document.body.append(page);
});
afterEach(async () => {
  find(".page").remove();
  await settle();
});

it("gives nothing away from the choice of another version until the page was drawn for it", async () => {
  const leave = draw();
  expect(waits()).toEqual([false, false]);
  find(".taken input").setAttribute("value", "ru"); // being typed
  await settle();
  expect(waits()).toEqual([false, false]);
  find(".taken input").setAttribute("value", "run 2");
  await settle();
  expect([waits(), find(".page").hasAttribute("data-turning")]).toEqual([[true, true], true]);
  draw({ others: ["run 1"] });
  leave(); // of the call before, as Streamlit does
  await settle();
  expect([waits(), find(".page").hasAttribute("data-turning")]).toEqual([[false, false], false]);
  find(".taken input").setAttribute("value", "run 1");
  await settle();
  expect(waits()).toEqual([true, true]);
});

it("waits likewise for the data to go along", async () => {
  draw();
  find<HTMLInputElement>(".along input").checked = true;
  find(".along input").dispatchEvent(new Event("change", { bubbles: true }));
  expect(waits()).toEqual([true, true]);
  draw({ ticked: true });
  expect(waits()).toEqual([false, false]);
});

it("looks no more when it has left the page", async () => {
  const leave = draw();
  host.remove();
  leave();
  await settle();
  find(".taken input").setAttribute("value", "run 2");
  await settle();
  expect(waits()).toEqual([false, false]);
});
