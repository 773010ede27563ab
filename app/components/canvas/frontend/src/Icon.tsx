// Small pictures, each one path on a 24 by 24 grid, in the colour of the text around them.
import type { Severity } from "./stores";

export function Icon({ path }: { path: string | undefined }) {
  return (
    <svg className="nn-icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={path ?? TOOLS.unknown} />
    </svg>
  );
}

/** Training leaves these weights as they are. */
export const Snow = () => (
  <svg className="nn-snow" viewBox="0 0 24 24" role="img" aria-label="frozen">
    <title>Frozen: training leaves the weights as they are</title>
    <path d={TOOLS.snow} />
  </svg>
);

/** An error is an octagon, a warning a triangle, what is not there yet a ring: told apart without colour. */
export function FaultIcon({ severity }: { severity: Severity }) {
  const { body, mark } = FAULT_ICONS[severity];
  return (
    <svg className={`nn-fault-icon is-${severity}`} viewBox="0 0 24 24" aria-hidden="true">
      <path className="nn-fault-body" d={body} />
      <path className="nn-fault-mark" d={mark} />
    </svg>
  );
}

export const FAULT_ICONS = {
  error: { body: "M8 2h8l6 6v8l-6 6H8l-6-6V8z", mark: "M12 7v6M12 16.5v.5" },
  need: { body: "M12 2a10 10 0 1 0 0 20 10 10 0 0 0 0-20z", mark: "M7.5 12h.1M12 12h.1M16.5 12h.1" },
  warning: { body: "M12 2.5 23 21.5H1z", mark: "M12 9v5.5M12 17.5v.5" },
};

export const TOOLS = {
  unknown: "M9 9a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7M12 17.5v.1",
  plus: "M12 5v14M5 12h14",
  toTop: "M12 19V5M6 11l6-6 6 6",
  toBottom: "M12 5v14M6 13l6 6 6-6",
  minus: "M5 12h14",
  fit: "M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5",
  acrossLayout: "M3 9h6v6H3zM15 9h6v6h-6zM9 12h6",
  downLayout: "M9 3h6v6H9zM9 15h6v6H9zM12 9v6",
  undo: "M9 14 4 9l5-5M4 9h10a6 6 0 0 1 0 12h-3",
  redo: "m15 14 5-5-5-5M20 9H10a6 6 0 0 0 0 12h3",
  group: "M4 8V4h4M16 4h4v4M20 16v4h-4M8 20H4v-4M8.5 8.5h3v3h-3zM13 13h3v3h-3z",
  snow: "M12 3v18M4.2 7.5l15.6 9M19.8 7.5l-15.6 9M9.5 4.5 12 7l2.5-2.5M9.5 19.5 12 17l2.5 2.5",
  outline: "M4 5h16M9 12h11M9 19h11M5 9v10",
  picture: "M4 5h16v14H4zM4 16l5-5 4 4 2-2 5 5M15.5 9h.1",
  search: "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM16 16l5 5",
  fold: "M15 6l-6 6 6 6",
  unfold: "M9 6l6 6-6 6",
  down: "M6 9l6 6 6-6",
  up: "M6 15l6-6 6 6",
  wide: "M4 5h16v14H4zM10 5v14",
  low: "M4 5h16v14H4zM4 13h16",
  histogram: "M4 20h16M6 17v-4M10 17V7M14 17v-7M18 17v-2",
  maps: "M4 4h7v7H4zM13 13h7v7h-7zM13 4h7v7h-7zM6 16.5c0-1.5 1.5-2.5 2.5-1s2 1.5 2 3",
  kernels: "M4 4h16v16H4zM9.3 4v16M14.7 4v16M4 9.3h16M4 14.7h16",
  forward: "M4 12h15M13 6l6 6-6 6",
  backward: "M20 12H5M11 6l-6 6 6 6",
  close: "M6 6l12 12M18 6 6 18",
};
