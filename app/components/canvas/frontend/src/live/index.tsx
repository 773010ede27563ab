// Where Streamlit meets the live view. As with the canvas (../index.tsx): Streamlit calls this on every change of data, may skip
// calls, and calls the clean-up of a superseded call while the view is still on the page.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { createRoot, type Root } from "react-dom/client";
import type { Data } from "./data";
import { Live } from "./Live";
import style from "./live.css?inline";

interface Mounted {
  root: Root;
  owner: symbol;
  dispose: () => void;
}

const KEY = Symbol.for("graphbuilder.live"); // on the element: a newer build of this script finds what an older one left
const OWNER = Symbol("this build");
type Host = (HTMLElement | ShadowRoot) & { [KEY]?: Mounted };

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const host = parentElement as Host;
  if (host[KEY] && host[KEY].owner !== OWNER) host[KEY].dispose();
  const mounted = (host[KEY] ??= mount(host));
  mounted.root.render(<Live data={data} />);
  return () => {
    setTimeout(() => {
      if (!elementOf(host).isConnected) mounted.dispose();
    }, 0);
  };
};

export default renderer;

const elementOf = (host: HTMLElement | ShadowRoot): HTMLElement => ("host" in host ? (host.host as HTMLElement) : host);

function mount(host: Host): Mounted {
  const sheet = document.createElement("style");
  sheet.textContent = style;
  const box = document.createElement("div");
  box.className = "lv-host";
  host.append(sheet, box);
  // Streamlit fades an element to a third while a script runs.
  elementOf(host).closest<HTMLElement>(".stElementContainer")?.style.setProperty("opacity", "1", "important");
  const root = createRoot(box);
  return {
    root,
    owner: OWNER,
    dispose: () => {
      delete host[KEY];
      root.unmount();
      box.remove();
      sheet.remove();
    },
  };
}
