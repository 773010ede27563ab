// Where Streamlit meets the canvas. Streamlit calls this on every change of data, may skip calls, and calls the clean-up of a
// superseded call while the canvas is still on the page; none of that may be seen.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import flowStyle from "@xyflow/react/dist/style.css?inline";
import { Canvas } from "./Canvas";
import type { SyncState } from "./protocol";
import { type Data, Session } from "./session";
import style from "./style.css?inline";

interface Mounted {
  root: Root;
  owner: typeof sessions;
  dispose: () => void;
}

interface States extends Record<string, unknown> {
  sync: SyncState;
  open: { node: string; n: number };
}

const KEY = Symbol.for("graphbuilder.canvas"); // on the element: a newer build of this script finds what an older one left
type Host = (HTMLElement | ShadowRoot) & { [KEY]?: Mounted };

const sessions = new Map<string, Session>();
window.addEventListener("pagehide", () => sessions.forEach((session) => session.keepEdits()));
window.addEventListener("pageshow", ({ persisted }) => persisted && sessions.forEach((session) => session.forgetKeptEdits()));

export function sessionOf(id: string): Session {
  const session = sessions.get(id) ?? new Session(id);
  sessions.set(id, session);
  return session;
}

const renderer: FrontendRenderer<States, Data> = ({ data, parentElement, setStateValue, setTriggerValue }) => {
  const host = parentElement as Host;
  if (host[KEY] && host[KEY].owner !== sessions) host[KEY].dispose();
  const isNew = !host[KEY];
  const mounted = (host[KEY] ??= mount(host));
  const session = sessionOf(data.id);
  session.setState = (state) => setStateValue("sync", state); // always the newest closures
  session.sendOpen = (node) => setTriggerValue("open", { node, n: Date.now() });
  session.receive(data);
  if (isNew) session.sync.resend();
  mounted.root.render(
    <StrictMode>
      <Canvas key={data.id} session={session} />
    </StrictMode>,
  );
  return () => {
    setTimeout(() => {
      if (!elementOf(host).isConnected) mounted.dispose();
    }, 0);
  };
};

export default renderer;

const elementOf = (host: HTMLElement | ShadowRoot): HTMLElement => ("host" in host ? (host.host as HTMLElement) : host);

function mount(host: Host): Mounted {
  const sheet = document.createElement("style"); // inline: a stylesheet that comes late would show a flash and a wrong first fit
  sheet.textContent = flowStyle + style;
  const box = document.createElement("div");
  box.className = "nn-host";
  host.append(sheet, box);
  // Streamlit fades an element to a third while a script runs.
  elementOf(host).closest<HTMLElement>(".stElementContainer")?.style.setProperty("opacity", "1", "important");
  const root = createRoot(box);
  const mounted: Mounted = {
    root,
    owner: sessions,
    dispose: () => {
      delete host[KEY];
      root.unmount();
      box.remove();
      sheet.remove();
    },
  };
  return mounted;
}
