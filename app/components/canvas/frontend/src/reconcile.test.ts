import { describe, expect, it } from "vitest";
import { applyEdit } from "./fold";
import { reconcileEdges, reconcileNodes } from "./reconcile";
import { catalogue, graphOf, wire } from "./testing";

const graph = () => graphOf(["a", "b"], [["a", "b"]]);
const shown = (previous: ReturnType<typeof reconcileNodes> = []) => reconcileNodes(previous, graph(), catalogue, "lr");

describe("an answer from Python leaves alone", () => {
  it("the whole list when nothing changed", () => {
    const before = shown();
    expect(shown(before)).toBe(before);
    const edges = reconcileEdges([], graph());
    expect(reconcileEdges(edges, graph())).toBe(edges);
  });

  it("every card but the one that changed", () => {
    const before = shown();
    const after = reconcileNodes(before, applyEdit(graph(), { op: "move", at: { b: [400, 40] } }, () => ({})), catalogue, "lr");
    expect(after[0]).toBe(before[0]);
    expect(after[1].position).toEqual({ x: 400, y: 40 });
  });

  it("selection and measured size", () => {
    const before = shown().map((node) => ({ ...node, selected: true, measured: { width: 220, height: 120 } }));
    const after = reconcileNodes(before, applyEdit(graph(), { op: "move", at: { a: [20, 20] } }, () => ({})), catalogue, "lr");
    expect(after[0]).toMatchObject({ selected: true, measured: { width: 220, height: 120 } });
  });

  it("a card that is being dragged", () => {
    const before = shown();
    before[0] = { ...before[0], dragging: true, position: { x: 77, y: 7 } };
    expect(shown(before)[0].position).toEqual({ x: 77, y: 7 });
  });
});

it("an unknown operator's card has the ports that its wires name", () => {
  const strange = { ...graph(), wires: [wire("a", "b", "left"), wire("a", "b", "right")] };
  strange.nodes[1].kind = "Unheard";
  const [, card] = reconcileNodes([], strange, catalogue, "lr");
  expect(card.data.ports.inputs.map(({ name }) => name)).toEqual(["left", "right"]);
  expect(card.data.ports.outputs.map(({ name }) => name)).toEqual(["out"]);
});
