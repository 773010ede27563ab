// Questions about a trained network, asked of the server by the page itself: the newest alone, one at a time, so that a slider that is
// dragged never leaves a queue behind it.
import { useEffect, useRef, useState } from "react";

export interface Answered<Answer> {
  answer: Answer | null; // the last that came, to the question before where the newest is on its way
  trouble: string; // why there is none, in words
  starting: boolean; // the network is being made ready
  waiting: boolean; // the newest question is not answered yet
}

const PAUSE = { starting: 250, busy: 400, lost: 2000 };
const LOST = "The server cannot be reached. This is asked again by itself.";

type Told<Answer> = { answer: Answer } | { trouble: string; again: number } | { starting: true };

async function put<Answer>(path: string, question: string): Promise<Told<Answer>> {
  try {
    const response = await fetch(path, { method: "POST", body: question, headers: { "Content-Type": "application/json" }, credentials: "same-origin" });
    if (response.status === 202) return { starting: true };
    const told = (await response.json()) as Answer & { error?: string };
    if (response.ok) return { answer: told };
    return { trouble: told.error ?? LOST, again: response.status === 429 ? PAUSE.busy : 0 };
  } catch {
    return { trouble: LOST, again: PAUSE.lost };
  }
}

/** Asks one question after the other of one place, and tells what comes of the newest. */
export class Asker<Answer> {
  private next: string | null = null;
  private isAsking = false;
  private isOver = false;

  constructor(
    private readonly path: string,
    private readonly tell: (change: Partial<Answered<Answer>>) => void,
  ) {}

  ask(question: string): void {
    this.next = question;
    this.tell({ waiting: true });
    void this.work();
  }

  end(): void {
    this.isOver = true;
  }

  private async work(): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    while (this.next !== null && !this.isOver) {
      const question: string = this.next;
      this.next = null;
      const told = await put<Answer>(this.path, question);
      if (this.isOver) return;
      const waiting = this.next !== null;
      if ("answer" in told) this.tell({ answer: told.answer, trouble: "", starting: false, waiting });
      else if ("starting" in told) this.tell({ starting: true, trouble: "" });
      else if (told.again !== PAUSE.busy) this.tell({ trouble: told.trouble, starting: false, waiting });
      const pause = "starting" in told ? PAUSE.starting : "again" in told ? told.again : 0;
      if (!pause) continue;
      await new Promise((done) => setTimeout(done, pause));
      this.next ??= question;
    }
    this.isAsking = false;
  }
}

/** What comes of a question, asked again when it changes and, where that is given, every so many milliseconds. null asks nothing. */
export function useAnswer<Answer>(path: string, question: object | null, every = 0): Answered<Answer> {
  const none: Answered<Answer> = { answer: null, trouble: "", starting: false, waiting: false };
  const [found, setFound] = useState(none);
  const asker = useRef<Asker<Answer> | null>(null);
  useEffect(() => {
    setFound(none);
    const own = (asker.current = new Asker<Answer>(path, (change) => setFound((known) => ({ ...known, ...change }))));
    return () => own.end();
  }, [path]);
  const text = question && JSON.stringify(question);
  useEffect(() => {
    if (text === null) return setFound(none);
    asker.current?.ask(text);
    if (!every) return;
    const timer = setInterval(() => document.hidden || asker.current?.ask(text), every);
    return () => clearInterval(timer);
  }, [path, text, every]);
  return found;
}
