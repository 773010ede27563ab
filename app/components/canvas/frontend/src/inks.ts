// Colours and font of the page for what is painted: the stylesheet's own words for a colour, worked out by the browser.

const PROBE = "position:absolute;width:0;height:0;overflow:hidden;visibility:hidden";

export class Inks {
  private readonly probe = document.createElement("i");
  private readonly known = new Map<string, string>();
  turn = 0; // grows when the theme has become another

  /** `changed` is called when the theme has become another. */
  constructor(
    private readonly host: HTMLElement,
    changed: () => void,
  ) {
    this.probe.style.cssText = PROBE;
    const watch = document.createElement("i"); // a colour that changes begins a transition
    watch.style.cssText = `${PROBE};color:var(--st-text-color);background:var(--st-background-color);transition:color 1ms,background-color 1ms`;
    watch.addEventListener("transitionrun", () => {
      this.known.clear();
      this.turn += 1;
      changed();
    });
    this.probe.append(watch);
    host.append(this.probe);
  }

  /** A colour as a canvas takes it. */
  of(css: string): string {
    let colour = this.known.get(css);
    if (!colour) {
      this.probe.style.color = css;
      this.known.set(css, (colour = getComputedStyle(this.probe).color));
    }
    return colour;
  }

  get font(): string {
    let font = this.known.get("font");
    if (!font) this.known.set("font", (font = getComputedStyle(this.host).fontFamily));
    return font;
  }

  dispose(): void {
    this.probe.remove();
  }
}
