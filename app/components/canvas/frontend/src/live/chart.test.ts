import { expect, it } from "vitest";
import { layoutOf } from "./chart";
import { LOSS } from "./plot";
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
