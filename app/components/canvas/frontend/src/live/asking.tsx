// What a person asks of a run while it goes: sent to its route at once, in the order of the presses, and not twice by a
// double press.
import { useCallback, useEffect, useRef, useState } from "react";

export type Command = "go" | "hold" | "step" | "reset" | "speed" | "change" | "weigh";

export interface Wish {
  command: Command;
  steps?: number;
  speed?: number | null; // steps a second; null: as fast as it goes
  settings?: Record<string, unknown>;
  weights?: Record<string, number>; // by name
}

const DOUBLE_PRESS_MS = 450; // the second half of one would take back what the first asked for
const SAID_MS = 8000;
const AGAIN: ReadonlySet<Command> = new Set<Command>(["step", "speed"]); // may be asked for again at once
const ONE_BUTTON: ReadonlySet<Command> = new Set<Command>(["go", "hold", "change"]); // what the button that plays asks for

/** Sends one wish; why it is not granted, in words, or nothing. */
export async function send(path: string, wish: Wish): Promise<string> {
  try {
    const response = await fetch(path, {
      method: "POST",
      credentials: "same-origin",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(wish),
    });
    if (response.ok) return "";
    const told = (await response.json().catch(() => ({}))) as { error?: string };
    return told.error ?? "The server did not take that. Try again.";
  } catch {
    return "The server cannot be reached, so nothing was asked of the training. Try again.";
  }
}

export interface Asking {
  ask: (wish: Wish) => void;
  refused: string; // why the last wish was not granted
}

/** asked: after each wish that was taken, to look at once. */
export function useAsking(path: string, asked: () => void): Asking {
  const last = useRef({ button: "", at: -Infinity });
  const sent = useRef(Promise.resolve());
  const [refused, setRefused] = useState("");
  useEffect(() => {
    if (!refused) return;
    const timer = setTimeout(() => setRefused(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [refused]);
  const ask = useCallback(
    (wish: Wish) => {
      const { command } = wish;
      const button = ONE_BUTTON.has(command) ? "play" : command;
      const before = last.current;
      const at = performance.now();
      if (!AGAIN.has(command) && before.button === button && at - before.at < DOUBLE_PRESS_MS) return;
      last.current = { button, at };
      sent.current = sent.current.then(async () => {
        const why = await send(path, wish);
        setRefused(why);
        if (!why) asked();
      });
    },
    [path, asked],
  );
  return { ask, refused };
}

export function Refused({ why }: { why: string }) {
  if (!why) return null;
  return (
    <p className="lv-refused" role="alert" data-testid="refused">
      {why}
    </p>
  );
}
