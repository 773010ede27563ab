// Where Streamlit meets the place that files of data are dropped in.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data, States } from "./data";
import { Drop } from "./Drop";
import style from "./drop.css?inline";
import { sending } from "./sending";

const renderer: FrontendRenderer<States, Data> = ({ data, parentElement, setTriggerValue }) => {
  const place = placeIn(parentElement, "drop", style);
  sending().onArrived = (id) => setTriggerValue("arrived", { id, n: Date.now() });
  place.root.render(<Drop data={data} sending={sending()} />);
  return place.leave;
};

export default renderer;
