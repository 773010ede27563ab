// What a page gives away is of the version that it was drawn for. From the choice of another one until the page has turned to it, its links
// and buttons take no press, by pointer or by key. Streamlit draws this behind all of them, so that they have turned when it is told.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";

export interface Data {
  page: string; // the class of the container whose links and buttons wait
  field: string; // and of the field that a version is chosen in
  others: string[]; // what the versions are called that the page was not drawn for
  box: string; // the class of a box that is ticked or not
  ticked: boolean; // as the page was drawn
}

const GIVES = ".stLinkButton, .stDownloadButton";

class Turning {
  private data: Data | null = null;
  private observer = new MutationObserver(() => this.look());

  constructor(private host: Element) {
    this.observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["value", "aria-expanded"] });
    document.addEventListener("change", this.look, true);
  }

  tell(data: Data): void {
    this.data = data;
    this.look();
  }

  leave(): void {
    if (this.host.isConnected) return;
    this.observer.disconnect();
    document.removeEventListener("change", this.look, true);
  }

  private look = (): void => {
    const { data } = this;
    const page = data && this.host.isConnected && document.querySelector(`.${data.page}`);
    if (!page) return;
    const turns = this.turns(page, data);
    if (page.hasAttribute("data-turning") === turns) return;
    page.toggleAttribute("data-turning", turns);
    for (const one of page.querySelectorAll(GIVES)) one.toggleAttribute("inert", turns);
  };

  private turns(page: Element, { field, others, box, ticked }: Data): boolean {
    const chosen = page.querySelector<HTMLInputElement>(`.${field} input`);
    const along = page.querySelector<HTMLInputElement>(`.${box} input`);
    return (!!chosen && others.includes(chosen.value)) || (!!along && along.checked !== ticked);
  }
}

const KEY = Symbol.for("graphbuilder.turning");

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const host = ("host" in parentElement ? parentElement.host : parentElement) as Element & { [KEY]?: Turning };
  const turning = (host[KEY] ??= new Turning(host));
  turning.tell(data);
  return () => void setTimeout(() => turning.leave());
};

export default renderer;
