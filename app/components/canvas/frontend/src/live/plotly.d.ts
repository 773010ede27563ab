// The part of Plotly that is called here.
declare module "plotly.js-basic-dist-min" {
  export type Figure = { data: Record<string, unknown>[]; layout: Record<string, unknown> };
  export interface PlotBox extends HTMLElement {
    on(event: string, listener: (detail: never) => unknown): void;
  }
  const Plotly: {
    newPlot(box: HTMLElement, data: unknown[], layout: object, config: object): Promise<PlotBox>;
    react(box: HTMLElement, data: unknown[], layout: object, config: object): Promise<PlotBox>;
    update(box: HTMLElement, data: object, layout: object, traces: number[]): Promise<PlotBox>;
    restyle(box: HTMLElement, data: object, traces: number[]): Promise<PlotBox>;
    relayout(box: HTMLElement, layout: object): Promise<PlotBox>;
    purge(box: HTMLElement): void;
    downloadImage(box: HTMLElement, options: object): Promise<string>;
  };
  export default Plotly;
}
