// Whether the server is there and keeps what is drawn. Streamlit tells on its page whether it is connected; where a connection
// merely hangs, or nothing can be saved, edits stay unanswered, and then the server is asked.

export const PATIENCE = { look: 500, connection: 1200, edit: 5000, answer: 3000 }; // milliseconds
export const AWAY = "The server is not there. What you drew is kept here and is sent when it is back.";
const HEALTH = "/api/health";

export interface Unanswered {
  readonly pending: readonly { n: number }[];
}

/** Calls `tell` with why edits are not kept now, and with null when they are, at every change. Ends with the returned function. */
export function watchServer(edits: Unanswered, tell: (trouble: string | null) => void): () => void {
  const page = document; // the last look may come when there is no page any more
  let lostSince: number | null = null;
  let oldest = 0;
  let oldestSince = 0;
  let trouble: string | null = null;
  let isAsking = false;
  const say = (now: string | null) => {
    if (now === trouble) return;
    trouble = now;
    tell(now);
  };
  const ask = async () => {
    isAsking = true;
    const answer = await troubleOfServer();
    isAsking = false;
    if (lostSince === null) say(answer);
  };
  const look = () => {
    const now = Date.now();
    const first = edits.pending[0]?.n ?? 0;
    if (first !== oldest) [oldest, oldestSince] = [first, now];
    if (!isConnected(page)) {
      lostSince ??= now;
      if (now - lostSince >= PATIENCE.connection) say(AWAY);
      return;
    }
    lostSince = null;
    const hangs = oldest > 0 && now - oldestSince >= PATIENCE.edit;
    if (!hangs) say(null);
    else if (!isAsking) void ask();
  };
  const timer = setInterval(look, PATIENCE.look);
  return () => clearInterval(timer);
}

function isConnected(page: Document): boolean {
  const state = page.querySelector<HTMLElement>("[data-testid=stApp]")?.dataset.testConnectionState;
  return state === undefined || state === "CONNECTED";
}

async function troubleOfServer(): Promise<string | null> {
  const giveUp = new AbortController();
  const patience = setTimeout(() => giveUp.abort(), PATIENCE.answer);
  try {
    const answer = await fetch(HEALTH, { signal: giveUp.signal, cache: "no-store" });
    return answer.ok ? null : (await answer.json()).says || AWAY;
  } catch {
    return AWAY;
  } finally {
    clearTimeout(patience);
  }
}
