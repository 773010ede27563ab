// How the window is divided between the network and the panels. style.css of the app makes the division; what a visitor made of it
// is kept by the browser, in shares of the window, so that it suits another screen too.

/** The panels below the network, beside it with the network small, or folded away. */
export type DockSize = "low" | "wide" | "folded";

export type Split = "room" | "aside"; // the height of panels below the network; the width of what stands beside wide ones

const KEY = "graphbuilder.stage";
const page = () => document.documentElement;

/** A length that style.css gives the page, in pixels; 0 where the browser does not tell. */
export const lengthOf = (name: string): number => parseFloat(getComputedStyle(page()).getPropertyValue(name)) || 0;

export const isWide = (): boolean => page().dataset.dock === "wide";

export function arrange(size: DockSize): void {
  page().dataset.dock = size;
}

/** What a folded form and folded panels would take: kept free when the network is fitted, so that it stays where it is when they
    open. */
export function keptFree(): { width: number; height: number } {
  if (isWide()) return { width: 0, height: 0 };
  return {
    width: Math.max(0, lengthOf("--side-open") - lengthOf("--side")),
    height: Math.max(0, lengthOf("--room") - lengthOf("--below")),
  };
}

/** Divides the window anew; null gives it back to style.css. share: of the window, in hundredths. */
export function divide(split: Split, share: number | null): void {
  if (share === null) page().style.removeProperty(`--${split}-chosen`);
  else page().style.setProperty(`--${split}-chosen`, `${share.toFixed(2)}${split === "room" ? "vh" : "vw"}`);
}

export function keepDivision(split: Split, share: number | null): void {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...kept(), [split]: share }));
  } catch {
    // storage is blocked: the division lasts as long as the page
  }
}

export function divideAsKept(): void {
  for (const [split, share] of Object.entries(kept())) {
    if ((split === "room" || split === "aside") && typeof share === "number" && share > 0 && share < 100) divide(split, share);
  }
}

function kept(): Record<string, unknown> {
  try {
    return { ...(JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>) };
  } catch {
    return {};
  }
}
