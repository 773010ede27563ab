// The session and its commands, for every part of the canvas.
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Commands } from "./commands";
import type { Session } from "./session";
import type { Note } from "./stores";

export const SessionContext = createContext<Session | null>(null);
export const CommandsContext = createContext<Commands | null>(null);

export const useSession = () => useContext(SessionContext)!;
export const useCommands = () => useContext(CommandsContext)!;

/** What Python says of a node; a change of it draws again what shows that node, and nothing else. */
export const useNote = (id: string): Note | undefined => {
  const { notes } = useSession();
  return useSyncExternalStore(
    (listener) => notes.subscribe(id, listener),
    () => notes.get(id),
  );
};
