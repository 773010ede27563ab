// Where Streamlit meets the place that files of data are dropped in.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data, States } from "./data";
import { Drop } from "./Drop";
import { Everywhere } from "./Everywhere";
import style from "./drop.css?inline";
import { sending } from "./sending";

const renderer: FrontendRenderer<States, Data> = ({ data, parentElement, setTriggerValue }) => {
  const place = placeIn(parentElement, "drop", style);
  const line = sending(data.path);
  line.onArrived = (id) => setTriggerValue("arrived", { id, n: Date.now() });
  place.root.render(data.everywhere ? <Everywhere data={data} sending={line} /> : <Drop data={data} sending={line} />);
  return place.leave;
};

export default renderer;
