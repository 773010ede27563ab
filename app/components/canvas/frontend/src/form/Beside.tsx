// One of the things beside the canvas, drawn again whenever an edit is made or answered.
import { useSyncExternalStore } from "react";
import { SessionContext } from "../context";
import type { Session } from "../session";
import type { Data } from "./data";
import { FaultList } from "./FaultList";
import { FormView } from "./Form";
import { History } from "./History";
import { Lines } from "./Lines";
import { Rooms, Sizes } from "./Rooms";

export function Beside({ session, data }: { session: Session; data: Data }) {
  useSyncExternalStore(session.sync.subscribe, () => session.sync.version);
  return (
    <SessionContext value={session}>
      <View data={data} unheard={session.sync.since(data.acks)} />
    </SessionContext>
  );
}

function View({ data, unheard }: { data: Data; unheard: ReturnType<Session["sync"]["since"]> }) {
  switch (data.view) {
    case "form":
      return <FormView key={data.form.key} form={data.form} direction={data.direction} unheard={unheard} />;
    case "history":
      return <History undo={data.undo} redo={data.redo} unheard={unheard} />;
    case "rooms":
      return <Rooms rooms={data.rooms} panel={data.panel} size={data.size} turn={data.turn} />;
    case "sizes":
      return <Sizes panel={data.panel} size={data.size} turn={data.turn} />;
    case "faults":
      return <FaultList faults={data.faults} empty={data.empty} inLine={data.direction === "line"} run={data.run} />;
    case "lines":
      return <Lines lines={data.lines} />;
  }
}
