// Each family's colour as a CSS variable that follows the theme: Streamlit sets `color-scheme`, and light-dark() reads it.
import type { CSSProperties } from "react";
import type { Palette } from "./graph";

/** White on a colour where that has a contrast of 3 to 1, as icons need (WCAG's relative luminance); else black. */
export function inkOn(hex: string): "#000" | "#fff" {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.3 ? "#000" : "#fff";
}

export function familyColours({ families }: Palette): CSSProperties {
  const variables: Record<string, string> = {};
  for (const { name, color, color_dark } of families) {
    variables[`--family-${name}`] = `light-dark(${color}, ${color_dark})`;
    variables[`--family-${name}-ink`] = `light-dark(${inkOn(color)}, ${inkOn(color_dark)})`;
  }
  return variables as CSSProperties;
}

/** The colour of one family, for all that is drawn inside the element. */
export function familyStyle(name: string | undefined): CSSProperties {
  return {
    "--family": name ? `var(--family-${name})` : "var(--st-gray-color)",
    "--family-ink": name ? `var(--family-${name}-ink)` : "#fff",
  } as CSSProperties;
}
