// A short message over the drawing: what was refused and why. It goes by itself.
import { useEffect } from "react";
import { useCell } from "./cell";
import { useSession } from "./context";

const READING_TIME_MS = 6000;

export function Toast() {
  const { toast } = useSession();
  const current = useCell(toast);
  useEffect(() => {
    if (!current) return;
    const timer = setTimeout(() => toast.set(null), READING_TIME_MS);
    return () => clearTimeout(timer);
  }, [current, toast]);
  return (
    <div className="nn-toast" role="status" data-testid="toast">
      {current && <p key={current.n}>{current.text}</p>}
    </div>
  );
}
