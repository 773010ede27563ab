// Many small pictures, one a unit, of which one can be chosen.
import { Picture, type Tints } from "../picture";
import type { Pictures } from "./data";

interface Props {
  told: Pictures;
  tints: Tints;
  what: string; // what one is called: "channel"
  chosen?: number | null;
  onChoose?: (unit: number) => void;
}

const SIDE = 44;

export function Grid({ told, tints, what, chosen, onChoose }: Props) {
  const { of, pictures } = told;
  return (
    <>
      <div className="in-grid" role="group" aria-label={`${what}s`} tabIndex={onChoose ? undefined : 0}>
        {pictures.map((one) => {
          const label = `${what} ${one.unit + 1} of ${of}: ${one.reach ? `up to ±${one.reach}` : "0 everywhere"}`;
          const wide = one.columns > 2 * one.rows;
          const picture = <Picture tile={one} tints={tints} width={wide ? 2 * SIDE : SIDE} height={Math.min(SIDE, wide ? Math.max(10, (2 * SIDE * one.rows) / one.columns) : SIDE)} label={label} />;
          return onChoose ? (
            <button key={one.unit} type="button" aria-pressed={one.unit === chosen} title={label} onClick={() => onChoose(one.unit)}>
              {picture}
              <span>{one.unit + 1}</span>
            </button>
          ) : (
            <div key={one.unit}>
              {picture}
              <span>{one.unit + 1}</span>
            </div>
          );
        })}
      </div>
      {pictures.length < of && (
        <p className="in-note">
          {of.toLocaleString("en")} in all; the {pictures.length} of the greatest norm are shown.
        </p>
      )}
    </>
  );
}
