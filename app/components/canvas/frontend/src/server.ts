// Whether the server is there. Streamlit tells on its page whether it is connected; where a connection merely hangs, edits stay
// unanswered, and then the server is asked.

export const PATIENCE = { look: 500, connection: 1200, edit: 5000, answer: 3000 }; // milliseconds
const HEALTH = "/api/health";

export interface Unanswered {
  readonly pending: readonly { n: number }[];
}

/** Calls `tell` with whether the server is away, at every change. Ends with the returned function. */
export function watchServer(edits: Unanswered, tell: (isAway: boolean) => void): () => void {
  let lostSince: number | null = null;
  let oldest = 0;
  let oldestSince = 0;
  let isAway = false;
  let isAsking = false;
  const say = (away: boolean) => {
    if (away === isAway) return;
    isAway = away;
    tell(away);
  };
  const ask = async () => {
    isAsking = true;
    const answers = await isAnswering();
    isAsking = false;
    if (lostSince === null) say(!answers);
  };
  const look = () => {
    const now = Date.now();
    const first = edits.pending[0]?.n ?? 0;
    if (first !== oldest) [oldest, oldestSince] = [first, now];
    if (!isConnected()) {
      lostSince ??= now;
      if (now - lostSince >= PATIENCE.connection) say(true);
      return;
    }
    lostSince = null;
    const hangs = oldest > 0 && now - oldestSince >= PATIENCE.edit;
    if (!hangs) say(false);
    else if (!isAsking) void ask();
  };
  const timer = setInterval(look, PATIENCE.look);
  return () => clearInterval(timer);
}

function isConnected(): boolean {
  const state = document.querySelector<HTMLElement>("[data-testid=stApp]")?.dataset.testConnectionState;
  return state === undefined || state === "CONNECTED";
}

async function isAnswering(): Promise<boolean> {
  const giveUp = new AbortController();
  const patience = setTimeout(() => giveUp.abort(), PATIENCE.answer);
  try {
    return (await fetch(HEALTH, { signal: giveUp.signal, cache: "no-store" })).ok;
  } catch {
    return false;
  } finally {
    clearTimeout(patience);
  }
}
