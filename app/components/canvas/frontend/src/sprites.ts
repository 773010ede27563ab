// Cards that look alike from far away, painted once for a zoom on a sheet of their own and copied from there to where each stands: of a
// thousand cards perhaps fifty look different.

export interface Cell {
  x: number;
  y: number;
  width: number;
  height: number;
}

const WIDE = 2048; // pixels of the sheet
const HIGH = 2048;
const SPARE = 24; // cells beyond those that are needed now

export class Sprites {
  readonly sheet = document.createElement("canvas");
  private readonly ctx = this.sheet.getContext("2d");
  private readonly cells = new Map<string, Cell>();
  private state = "";

  /** The cells of what looks like this, painted where they are not there yet; those that have no room are left out. `state`: what they
      all hang on, such as the zoom. */
  of<Thing>(looks: ReadonlyMap<string, Thing>, state: string, width: number, height: number, draw: (ctx: CanvasRenderingContext2D, thing: Thing, cell: Cell) => void): ReadonlyMap<string, Cell> {
    if (!this.ctx) return this.cells;
    const across = Math.max(1, Math.floor(WIDE / width));
    const most = across * Math.floor(HIGH / height);
    const fresh = [...looks.keys()].filter((key) => !this.cells.has(key));
    const isOther = state !== this.state;
    if (isOther || (fresh.length && Math.ceil((this.cells.size + fresh.length) / across) * height > this.sheet.height)) {
      this.cells.clear();
      this.state = state;
      const rows = Math.ceil(Math.min(most, looks.size + SPARE) / across);
      Object.assign(this.sheet, { width: across * width, height: rows * height }); // clears it too
    }
    const room = across * Math.floor(this.sheet.height / height);
    for (const [key, thing] of looks) {
      if (this.cells.has(key)) continue;
      const place = this.cells.size;
      if (place >= room) break;
      const cell = { x: (place % across) * width, y: Math.floor(place / across) * height, width, height };
      this.cells.set(key, cell);
      draw(this.ctx, thing, cell);
    }
    return this.cells;
  }
}
