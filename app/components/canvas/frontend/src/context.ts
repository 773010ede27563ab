// The session and its commands, for every part of the canvas.
import { createContext, useContext } from "react";
import type { Commands } from "./commands";
import type { Session } from "./session";

export const SessionContext = createContext<Session | null>(null);
export const CommandsContext = createContext<Commands | null>(null);

export const useSession = () => useContext(SessionContext)!;
export const useCommands = () => useContext(CommandsContext)!;
