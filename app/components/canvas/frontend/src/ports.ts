// Where the ports of a card are, so that nothing has to be measured before a wire can be drawn (style.css: .nn-port).
import { Position, type NodeHandle } from "@xyflow/react";
import type { Ports } from "./catalogue";
import { CARD, type Direction } from "./graph";

export const SIDES = {
  lr: { target: Position.Left, source: Position.Right },
  tb: { target: Position.Top, source: Position.Bottom },
};
const PORT = { size: 14, many: 30 };
const BORDER = 1; // of the card, inside which its ports are placed

/** How far along its side a card's port is, from 0 to 1. */
export const along = (place: number, count: number) => (place + 1) / (count + 1);

export function handlesOf({ inputs, outputs }: Ports, direction: Direction): NodeHandle[] {
  return [
    ...inputs.map((port, i) => handle(port, "target", direction, along(i, inputs.length))),
    ...outputs.map((port, i) => handle(port, "source", direction, along(i, outputs.length))),
  ];
}

function handle({ name, many }: { name: string; many?: boolean }, type: "target" | "source", direction: Direction, part: number): NodeHandle {
  const across = direction === "lr";
  const long = many && type === "target" ? PORT.many : PORT.size;
  const [width, height] = across ? [PORT.size, long] : [long, PORT.size];
  const end = type === "target" ? BORDER : (across ? CARD.width : CARD.height) - BORDER;
  const beside = BORDER + part * ((across ? CARD.height : CARD.width) - 2 * BORDER);
  const [x, y] = across ? [end, beside] : [beside, end];
  return { id: name, type, position: SIDES[direction][type], x: x - width / 2, y: y - height / 2, width, height };
}
