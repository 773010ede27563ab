// A calm line over the drawing while the server is not there: what is drawn meanwhile is not lost.
import { useEffect, useState } from "react";
import { useSession } from "./context";
import { watchServer } from "./server";

export function Away() {
  const { sync } = useSession();
  const [isAway, setAway] = useState(false);
  useEffect(() => watchServer(sync, setAway), [sync]);
  return (
    <div className="nn-away" role="status" data-testid="away">
      {isAway && <p>The server is not there. What you drew is kept here and is sent when it is back.</p>}
    </div>
  );
}
