// A calm line over the drawing while the server is not there or can save nothing: what is drawn meanwhile is not lost. The form beside
// the drawing is the server's: another node's is put away until the right one comes (app/style.css).
import { useEffect } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";
import { AWAY, watchServer } from "./server";

export function Away() {
  const session = useSession();
  const { sync } = session;
  const trouble = useCell(session.trouble);
  useEffect(() => watchServer(sync, (now) => session.trouble.set(now)), [session, sync]);
  useCell(session.nodes); // and with them what is selected
  const selected = session.selected().join();
  const late = trouble === AWAY && selected !== "" && selected !== session.formOf;
  useEffect(() => {
    document.documentElement.toggleAttribute("data-form-late", late);
    return () => document.documentElement.removeAttribute("data-form-late");
  }, [late]);
  return (
    <div className="nn-away" role="status" data-testid="away">
      {trouble && <p>{trouble}</p>}
    </div>
  );
}
