// What cards show of a network that can be asked: nothing is asked before somebody chooses it, then one question answers for all cards.
import { act } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import renderer from "./index";
import { dataOf } from "./testing";
import { walks } from "./walk";

type Args = Parameters<typeof renderer>[0];

let host: HTMLElement;
let asked: { kind: string; sample?: string; step: number | null }[];
let events: object[];
let state: string;

const nodes: Record<string, object> = {
  answer: { a: { kind: "bars", values: [0.5], of: 1 } },
  kernels: { b: { what: "kernel", of: 9, tiles: [{ unit: 4, rows: 1, columns: 3, cells: "0Pp", reach: 1 }] } },
};

beforeEach(() => {
  [asked, events, state] = [[], [{ kind: "snapshots", steps: [8] }], "finished"];
  vi.spyOn(HTMLCanvasElement.prototype, "getContext").mockReturnValue(null);
  vi.stubGlobal("fetch", async (path: string, init?: { body?: string }) => {
    if (!path.startsWith("/asks")) return { ok: true, status: 200, json: async () => ({ state, reason: null, position: null, wait: null, paused: false, engine: "ready", last: 1, reset: false, events }) };
    const question = JSON.parse(init!.body!) as (typeof asked)[number];
    asked.push(question);
    return { ok: true, status: 200, json: async () => ({ nodes: nodes[question.kind] }) };
  });
  host = document.createElement("div");
  document.body.append(host);
  host.attachShadow({ mode: "open" });
});

afterEach(() => {
  host.remove();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const settle = () => act(() => new Promise((done) => setTimeout(done, 60)));

async function call(id: string) {
  const data = dataOf({ id, run: { id, path: `/events/${id}`, asks: "/asks", tints: ["#0072b2", "#e69f00"] } });
  await act(async () => void renderer({ data, parentElement: host.shadowRoot!, setStateValue: () => {}, setTriggerValue: () => {}, name: "canvas", key: "canvas" } as Args));
  await settle();
}

const press = async (label: string) => {
  await act(async () => host.shadowRoot!.querySelector<HTMLElement>(`[aria-label^="${label}"]`)!.click());
  await settle();
};
const told = () => host.shadowRoot!.querySelector("[data-testid=cards-told]")?.textContent ?? null;

it("asks for the values of all nodes once they are chosen, and again of the next sample and at another step", async () => {
  await call("values");
  expect([asked, told()]).toEqual([[], null]);
  await press("Cards: what each node gives");
  expect(asked).toEqual([{ kind: "answer", step: null, sample: "validation:0", inputs: {} }]);
  expect([told(), host.shadowRoot!.querySelector(".nn-cards-sample")!.ariaLabel]).toEqual([null, "Values of validation sample 1"]);
  expect(host.shadowRoot!.querySelectorAll("[data-testid=tried]")).toHaveLength(1);
  await press("Sample after on cards");
  await act(async () => walks.at("values").set(8));
  await settle();
  expect(asked.slice(1).map(({ sample, step }) => [sample, step])).toEqual([["validation:1", null], ["validation:1", 8]]);
  await press("Cards: what training saw");
  expect([host.shadowRoot!.querySelectorAll("[data-testid=tried]").length, told()]).toEqual([0, null]);
});

it("shows the weights of each node, and says so while a run has kept none", async () => {
  [events, state] = [[], "running"];
  await call("weights");
  await press("Cards: the weights");
  expect([asked, told()]).toEqual([[], "The network can be asked as soon as it has learned something."]);
  [events, state] = [[{ kind: "snapshots", steps: [8] }], "running"];
  await act(() => new Promise((done) => setTimeout(done, 2300)));
  expect(asked).toEqual([{ kind: "kernels", step: null }]);
  const drawn = host.shadowRoot!.querySelectorAll<HTMLCanvasElement>("[data-testid=tiles] canvas");
  expect([...drawn].map(({ title, style }) => [title, style.width])).toEqual([["kernel 5 of 9", "54px"]]);
});
