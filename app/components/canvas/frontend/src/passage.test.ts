import { expect, it } from "vitest";
import golden from "../../../../../tests/golden/passages.json"; // made by Python: tests/test_passages.py
import { Columns, type Place, passage, sizeIn } from "./passage";
import { reconcileEdges, reconcileNodes } from "./reconcile";
import { catalogue, graphOf } from "./testing";
import { drawnWire, wayOf } from "./wirePath";

it.each(golden)("a wire goes where Python would lead it: $name", ({ cards, ways }) => {
  const columns = new Columns(cards as unknown as Place[], sizeIn("lr"));
  for (const { start, end, points } of ways) expect(passage(start as unknown as Place, end as unknown as Place, columns)).toEqual(points);
});

const at = (x: number, y: number) => ({ x, y });
const card = (x: number, y: number, dragging = false) => ({ position: at(x, y), dragging });
const along = (down: boolean, between: ReturnType<typeof card>) =>
  down
    ? wayOf(at(110, 120), at(110, 700), at(0, 0), at(0, 700), true, 0, [card(0, 0), between, card(0, 700)])
    : wayOf(at(220, 60), at(1000, 60), at(0, 0), at(1000, 0), false, 0, [card(0, 0), between, card(1000, 0)]);

it("a wire is led past a card in its way, across or down, and straight on once the card is taken up", () => {
  const across = along(false, card(500, 0));
  expect(across.path).toBe("M220,60 C360,60 360,-18 500,-18 L720,-18 C860,-18 860,60 1000,60");
  expect([across.x, across.y]).toEqual([360, 21]);
  const down = along(true, card(0, 350));
  expect(down.path).toBe("M110,120 C110,235 -18,235 -18,350 L-18,470 C-18,585 110,585 110,700");
  expect(along(false, card(500, 0, true)).path).not.toContain("L");
  expect(along(false, card(500, 200)).path).not.toContain("L");
});

it("a wire is worked out anew only where a card that rests moved", () => {
  const nodes = reconcileNodes([], graphOf(["a", "b", "c"], [["a", "c"]]), catalogue, "lr");
  const [edge] = reconcileEdges([], graphOf(["a", "b", "c"], [["a", "c"]]));
  const drawn = (cards: typeof nodes) => drawnWire(edge, nodes[0], nodes[2], cards);
  const first = drawn(nodes);
  const moved = nodes.map((node) => (node.id === "b" ? { ...node, position: at(320, 400) } : node));
  expect(drawn([...nodes])).toBe(first);
  expect(drawn(moved)).not.toBe(first);
  expect(drawn(nodes)!.path).toBe(first!.path);
});
