// Files on their way to the server, one after the other. They go on while the page shows something else.

export interface Item {
  id: number;
  file: File;
  sent: number; // bytes
  state: "waits" | "comes" | "refused";
  why: string;
}

interface Answer {
  id?: string;
  error?: string;
}

const LOST = "The connection was lost. Nothing of it was kept.";

export class Sending {
  items: readonly Item[] = [];
  onArrived: (id: string) => void = () => {};
  private path = "";
  private next = 1;
  private listeners = new Set<() => void>();
  private request: XMLHttpRequest | null = null;
  private going: number | null = null;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };
  snapshot = (): readonly Item[] => this.items;

  /** Puts files into the line. most: bytes that one may have, `words` the same in words. */
  add(files: Iterable<File>, path: string, most: number, words: string): void {
    this.path = path;
    const come = [...files].map((file): Item => {
      const why = file.size > most ? `A file may have at most ${words}.` : "";
      return { id: this.next++, file, sent: 0, state: why ? "refused" : "waits", why };
    });
    this.set([...this.items, ...come]);
    void this.goOn();
  }

  /** What is no file, such as a folder, with why it is not sent. */
  refuse(name: string, why: string): void {
    this.set([...this.items, { id: this.next++, file: new File([], name), sent: 0, state: "refused", why }]);
  }

  /** Takes a file out of the line, also one that is on its way, of which nothing stays. */
  cancel(id: number): void {
    this.set(this.items.filter((item) => item.id !== id));
    if (this.going === id) this.request?.abort();
  }

  again(id: number): void {
    this.change(id, { state: "waits", why: "", sent: 0 });
    void this.goOn();
  }

  private async goOn(): Promise<void> {
    if (this.going !== null) return;
    const item = this.items.find(({ state }) => state === "waits");
    if (!item) return;
    this.going = item.id;
    this.change(item.id, { state: "comes" });
    const told = await this.send(item).catch((): Answer => ({ error: LOST }));
    this.going = this.request = null;
    if (this.items.some(({ id }) => id === item.id)) {
      if (told.id) this.cancel(item.id);
      else this.change(item.id, { state: "refused", why: told.error ?? LOST });
    }
    if (told.id) this.onArrived(told.id);
    void this.goOn();
  }

  private async send({ id, file }: Item): Promise<Answer> {
    const asked = new URLSearchParams({ name: file.name, size: String(file.size) });
    const may = await fetch(`${this.path}?${asked}`);
    if (!may.ok) return (await may.json()) as Answer;
    if (!this.items.some((item) => item.id === id)) return {};
    return new Promise((settle, fail) => {
      const request = (this.request = new XMLHttpRequest()); // fetch does not tell how much went
      request.open("PUT", `${this.path}?${asked}`);
      request.responseType = "json";
      request.upload.onprogress = ({ loaded }) => this.change(id, { sent: loaded });
      request.onload = () => settle((request.response as Answer | null) ?? {});
      request.onerror = request.onabort = () => fail(new Error(LOST));
      request.send(file);
    });
  }

  private change(id: number, told: Partial<Item>): void {
    this.set(this.items.map((item) => (item.id === id ? { ...item, ...told } : item)));
  }

  private set(items: readonly Item[]): void {
    this.items = items;
    this.listeners.forEach((listener) => listener());
  }
}

const KEY = Symbol.for("graphbuilder.sending");

/** The one line of this browser page to a path, whatever is drawn in it. */
export function sending(path: string): Sending {
  const place = window as unknown as { [KEY]?: Record<string, Sending> };
  return ((place[KEY] ??= {})[path] ??= new Sending());
}
