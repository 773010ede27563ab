// How large a title can be on a card seen from far away, so that none of its letters is cut off.

const ROOM = { width: 204, height: 70 }; // a card without its shape
const LETTER = 0.64; // of the font's size: a wide bold letter
const LINE = 1.05;
const SIZES = { most: 32, least: 18 };

export function farSize(title: string): number {
  for (let size = SIZES.most; size > SIZES.least; size -= 1) {
    const letters = Math.floor(ROOM.width / (LETTER * size));
    const lines = linesOf(title, letters);
    if (lines.every((line) => line.length <= letters) && lines.length * size * LINE <= ROOM.height) return size;
  }
  return SIZES.least;
}

/** A title in lines, as it stands on a card seen from far away. */
export const farLines = (title: string, size: number): string[] => linesOf(title, Math.floor(ROOM.width / (LETTER * size)));

const DIGIT = 0.6; // of the font's size: a wide bold digit

/** How large a shape can be there, beside what takes so much. */
export const shapeSize = (shape: string, taken = 0): number =>
  Math.max(SIZES.least, Math.min(36, Math.floor((ROOM.width - taken) / (DIGIT * shape.length))));

export const BADGE = { snow: 34, times: 26, pad: 8, gap: 6, left: 8 }; // sizes of what stands before the shape there

export const timesOf = (times: number): string => `× ${times}`;

/** The room that they take: a snowflake, and how often a block is repeated. */
export function badgesWidth({ times, frozen }: { times?: number; frozen?: boolean }): number {
  const pill = times === undefined ? 0 : pillWidth(times) + BADGE.gap;
  return pill + (frozen ? BADGE.snow + BADGE.gap : 0);
}

export const pillWidth = (times: number): number => Math.round(DIGIT * BADGE.times * timesOf(times).length) + 2 * BADGE.pad;

/** More than fits beside a label in one line. */
export const isLong = (title: string) => title.length > 16;

function linesOf(title: string, letters: number): string[] {
  return title.split(" ").reduce<string[]>((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    return longer.length <= letters && lines.length ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}
