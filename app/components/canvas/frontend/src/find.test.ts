import { expect, it } from "vitest";
import { findNodes } from "./find";
import { catalogue, graphOf } from "./testing";
import type { Note } from "./stores";

const graph = graphOf(["first", "second", "third"], [["first", "second"], ["second", "third"]]);
graph.nodes[2].kind = "Beta";
const note = (shape: string, fault: Note["fault"] = null): Note => ({ title: "", line: "32 units, ReLU", shape, parameters: "", fault });
const broken = { code: "c", severity: "error" as const, text: "It has 84 scores for 10 classes.", unfinished: false, repairs: [] };
const notes: Record<string, Note> = { first: note("8 × 8 × 32"), second: note("18 × 8 × 3"), third: note("10", broken) };
const found = (query: string) => findNodes(graph, catalogue, (id) => notes[id], query);

it.each([
  ["SECOND", ["second"]],
  ["gather", ["third"]],
  ["plain alpha", ["first", "second"]],
  ["beta", ["third"]],
  ["8x8x32", ["first"]],
  ["8 × 8 x 32", ["first"]],
  ["relu", ["first", "second", "third"]],
  ["fault", ["third"]],
  ["warning", []],
  ["84 scores", ["third"]],
  ["alpha second", ["second"]],
  ["", []],
  ["  ", []],
])("%j finds %j", (query, expected) => expect(found(query)).toEqual(expected));
