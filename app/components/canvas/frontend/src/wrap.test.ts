import { expect, it } from "vitest";
import { CARD, type Places, type Wire } from "./graph";
import { wrapped } from "./wrap";

const STAGE = { width: 900, height: 560 };
const chain = (length: number): Places => Object.fromEntries(Array.from({ length }, (_, i) => [`n${i}`, [i * 340, 0] as [number, number]]));
const turned = (places: Places): Places => Object.fromEntries(Object.entries(places).map(([id, [x, y]]) => [id, [y, x]]));
const extent = (places: Places, axis: 0 | 1) => {
  const at = Object.values(places).map((place) => place[axis]);
  return Math.max(...at) - Math.min(...at) + (axis ? CARD.height : CARD.width);
};

it("a long chain breaks into rows that can be read at once, in the order of the data", () => {
  const places = wrapped(chain(12), "lr", STAGE);
  const zoom = Math.min(STAGE.width / extent(places, 0), STAGE.height / extent(places, 1));
  expect(zoom).toBeGreaterThan(2 * (STAGE.width / extent(chain(12), 0)));
  const order = Object.keys(places).sort((a, b) => places[a][1] - places[b][1] || places[a][0] - places[b][0]);
  expect(order).toEqual(Object.keys(chain(12)));
});

it("no two cards of the rows overlap, and each row begins at the same edge", () => {
  const all = Object.values(wrapped(chain(17), "lr", STAGE));
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) expect(Math.abs(a[0] - b[0]) >= CARD.width || Math.abs(a[1] - b[1]) >= CARD.height).toBe(true);
  }
  const first = new Map<number, number>();
  for (const [x, y] of all) first.set(y, Math.min(x, first.get(y) ?? Infinity));
  expect([...first.values()].every((x) => x === 0)).toBe(true);
});

it("a chain downwards breaks into columns", () => {
  const places = wrapped(turned(chain(12)), "tb", STAGE);
  expect(extent(places, 1)).toBeLessThan(extent(turned(chain(12)), 1) / 2);
});

it.each([["short", chain(3)], ["a single card", chain(1)]])("a chain that can be read as it is stays: %s", (_, places) => {
  expect(wrapped(places, "lr", STAGE)).toBe(places);
});

it("branches side by side stay side by side", () => {
  const places = wrapped({ ...chain(10), beside: [0, 200] }, "lr", STAGE);
  expect([places.beside[0] - places.n0[0], places.beside[1] - places.n0[1]]).toEqual([0, 200]);
});

it("rows break where few wires go on", () => {
  const ids = Object.keys(chain(12));
  const along = ids.slice(1).map((id, i) => ({ from: ids[i], from_port: "out", to: id, to_port: "in" }));
  const skips = [["n0", "n2"], ["n2", "n5"], ["n5", "n8"], ["n8", "n11"]].map(([from, to]) => ({ from, from_port: "out", to, to_port: "in" }));
  const endsOf = (wires: Wire[]) => {
    const places = wrapped(chain(12), "lr", STAGE, wires);
    return ids.filter((id, i) => i < 11 && places[ids[i + 1]][1] > places[id][1]);
  };
  expect(endsOf([...along, ...skips])).toEqual(["n2", "n5", "n8"]);
  expect(endsOf(along)).not.toEqual(["n2", "n5", "n8"]);
});
