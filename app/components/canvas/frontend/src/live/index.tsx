// Where Streamlit meets the live view.
import type { FrontendRenderer } from "@streamlit/component-v2-lib";
import { placeIn } from "../mounting";
import type { Data } from "./data";
import { Live } from "./Live";
import style from "./live.css?inline";

const renderer: FrontendRenderer<Record<string, never>, Data> = ({ data, parentElement }) => {
  const place = placeIn(parentElement, "live", style);
  place.root.render(<Live data={data} />);
  return place.leave;
};

export default renderer;
