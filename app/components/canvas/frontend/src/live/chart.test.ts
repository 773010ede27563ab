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
