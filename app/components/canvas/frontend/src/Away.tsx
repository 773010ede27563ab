// A calm line over the drawing while the server is not there or can save nothing: what is drawn meanwhile is not lost.
import { useEffect, useState } from "react";
import { useSession } from "./context";
import { watchServer } from "./server";

export function Away() {
  const { sync } = useSession();
  const [trouble, setTrouble] = useState<string | null>(null);
  useEffect(() => watchServer(sync, setTrouble), [sync]);
  return (
    <div className="nn-away" role="status" data-testid="away">
      {trouble && <p>{trouble}</p>}
    </div>
  );
}
