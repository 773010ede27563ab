// Where Streamlit meets the canvas.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { StrictMode } from "react";
import flowStyle from "@xyflow/react/dist/style.css?inline";
import { Canvas } from "./Canvas";
import { placeIn } from "./mounting";
import { placeInLink } from "./walk";
import type { SyncState } from "./protocol";
import { divideAsKept } from "./stage";
import { allSessions, type Data, sessionOf } from "./session";
import style from "./style.css?inline";

interface States extends Record<string, unknown> {
  sync: SyncState & { link: Record<string, string> };
  open: { node: string; n: number };
}

divideAsKept();
window.addEventListener("pagehide", () => allSessions().forEach((session) => session.keepEdits()));
window.addEventListener("pageshow", ({ persisted }) => persisted && allSessions().forEach((session) => session.forgetKeptEdits()));

const renderer: FrontendRenderer<States, Data> = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const place = placeIn(parentElement, "canvas", flowStyle + style);
  const session = sessionOf(data.id);
  session.setState = (state) => setStateValue("sync", { ...state, link: placeInLink(location.search) }); // always the newest closures
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
