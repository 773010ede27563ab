// Streamlit's theme as plain colours, for Plotly and for drawing, and word of its change.
import { type RefObject, useEffect, useState } from "react";

export interface Theme {
  dark: boolean;
  text: string;
  muted: string;
  grid: string;
  background: string;
  font: string;
  training: string;
  smoothed: string;
  steps: string;
  validation: string;
  best: string;
}

type Rgb = [number, number, number];

const LIGHT = { training: "#0072B2", smoothed: "#3FA0DB", validation: "#D55E00" };
const DARK = { training: "#56B4E9", smoothed: "#2E86BD", validation: "#F09A3E" };

export function rgbOf(color: string): Rgb {
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(color.trim())?.[1];
  if (hex) {
    const full = hex.length === 3 ? [...hex].map((digit) => digit + digit).join("") : hex;
    return [0, 2, 4].map((at) => parseInt(full.slice(at, at + 2), 16)) as Rgb;
  }
  const numbers = color.match(/[\d.]+/g)?.map(Number) ?? [];
  return numbers.length >= 3 ? (numbers.slice(0, 3) as Rgb) : [128, 128, 128];
}

/** `share` of the second colour in the first. */
export function mix(first: string, second: string, share: number): string {
  const [a, b] = [rgbOf(first), rgbOf(second)];
  return `rgb(${a.map((part, i) => Math.round(part + (b[i] - part) * share)).join(",")})`;
}

export function alpha(color: string, opacity: number): string {
  return `rgba(${rgbOf(color).join(",")},${opacity})`;
}

export function themeOf(text: string, background: string, font: string): Theme {
  const [r, g, b] = rgbOf(background);
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128;
  const colours = dark ? DARK : LIGHT;
  return {
    dark,
    text,
    background,
    font,
    muted: mix(background, text, 0.72),
    grid: mix(background, text, 0.13),
    steps: alpha(colours.smoothed, dark ? 0.42 : 0.34),
    best: text,
    ...colours,
  };
}

/** The theme around an element; `probe` is a hidden one inside it whose colours pass over when the theme changes. */
export function useTheme(probe: RefObject<HTMLElement | null>): Theme | null {
  const [theme, setTheme] = useState<Theme | null>(null);
  useEffect(() => {
    const element = probe.current!;
    const read = () => {
      const style = getComputedStyle(element);
      setTheme((known) => {
        const next = themeOf(style.color || "#1b2430", style.backgroundColor || "#ffffff", style.fontFamily || "sans-serif");
        return JSON.stringify(next) === JSON.stringify(known) ? known : next;
      });
    };
    read();
    element.addEventListener("transitionend", read);
    return () => element.removeEventListener("transitionend", read);
  }, [probe]);
  return theme;
}
