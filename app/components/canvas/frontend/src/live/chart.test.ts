import { expect, it, vi } from "vitest";
import { Chart, layoutOf } from "./chart";
import { type Drawing, LOSS, type Points } from "./plot";
import { themeOf } from "./theme";

const look = { theme: themeOf("#000000", "#ffffff", "sans"), log: false, smoothing: "some", layout: {} } as never;
const legendOf = (width: number) => layoutOf(LOSS, look, { width, height: 220 }, { x: [0, 10] }).legend as { entrywidth?: number; entrywidthmode?: string };

it("a tight plot gives two names half a row each, so that the second has no row of its own", () => {
  const { entrywidth, entrywidthmode } = legendOf(260);
  expect(entrywidthmode).toBe("fraction");
  expect(2 * entrywidth!).toBeLessThanOrEqual(1);
  expect(legendOf(420).entrywidth).toBeUndefined();
});

it("few epochs have a tick each, and no fifths of one; many or parts of one are left to Plotly", () => {
  const axis = (x: [number, number]) => layoutOf(LOSS, look, { width: 600, height: 220 }, { x }).xaxis as { tickmode: string; dtick?: number };
  expect(axis([-0.03, 3.06])).toMatchObject({ tickmode: "linear", dtick: 1 });
  expect(axis([-0.4, 40.8]).tickmode).toBe("auto");
  expect(axis([0.2, 1.1]).tickmode).toBe("auto");
});

it("a line that has numbers no more is emptied, once", () => {
  const box = Object.defineProperties(document.createElement("div"), { clientWidth: { value: 600 }, clientHeight: { value: 220 } });
  const restyle = vi.fn(() => Promise.resolve(box));
  const plotly = { newPlot: () => Promise.resolve({ on: () => {} }), restyle, update: restyle, react: () => Promise.resolve(box) };
  let numbers: Points[] = [{ x: [1], y: [1] }, { x: [1], y: [2] }];
  const drawing = { key: "of two", metric: LOSS, lines: () => numbers.map((points, i) => ({ ...points, name: `line ${i}` })), points: () => numbers, reach: () => 1 };
  const chart = new Chart(box, plotly as never, { zoomed: () => {} });
  chart.draw(drawing as unknown as Drawing, look);
  numbers = [{ x: [], y: [] }, { x: [1, 2], y: [2, 3] }];
  chart.append();
  expect(restyle).toHaveBeenLastCalledWith(box, { x: [[], [1, 2]], y: [[], [2, 3]] }, [0, 1]);
  numbers = [{ x: [], y: [] }, { x: [1, 2, 3], y: [2, 3, 4] }];
  chart.append();
  expect(restyle).toHaveBeenLastCalledWith(box, { x: [[1, 2, 3]], y: [[2, 3, 4]] }, [1]);
});
