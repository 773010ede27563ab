// Where Streamlit meets the canvas.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { StrictMode } from "react";
import flowStyle from "@xyflow/react/dist/style.css?inline";
import { Canvas } from "./Canvas";
import { placeIn } from "./mounting";
import type { SyncState } from "./protocol";
import { type Data, Session } from "./session";
import style from "./style.css?inline";

interface States extends Record<string, unknown> {
  sync: SyncState;
  open: { node: string; n: number };
}

const sessions = new Map<string, Session>();
window.addEventListener("pagehide", () => sessions.forEach((session) => session.keepEdits()));
window.addEventListener("pageshow", ({ persisted }) => persisted && sessions.forEach((session) => session.forgetKeptEdits()));

export function sessionOf(id: string): Session {
  const session = sessions.get(id) ?? new Session(id);
  sessions.set(id, session);
  return session;
}

const renderer: FrontendRenderer<States, Data> = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const place = placeIn(parentElement, "canvas", flowStyle + style);
  const session = sessionOf(data.id);
  session.setState = (state) => setStateValue("sync", state); // always the newest closures
  session.sendOpen = (node) => setTriggerValue("open", { node, n: Date.now() });
  session.receive(data);
  if (place.isNew) session.sync.resend();
  place.root.render(
    <StrictMode>
      <Canvas key={data.id} session={session} />
    </StrictMode>,
  );
  return place.leave;
};

export default renderer;
