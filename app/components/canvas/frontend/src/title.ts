// How large a title can be on a card that is seen from some way off, so that none of its letters is cut off.

const ROOM = { width: 204, height: 64 }; // a card without its shape
const LETTERS = [
  [/[ijl.,:'|]/, 0.36],
  [/[ frtI()-]/, 0.5],
  [/[mwMW]/, 1.05],
  [/[A-Z]/, 0.79],
] as const; // how wide they are in a wide bold font, by its size; others are OTHER
const OTHER = 0.7;
const LINE = 1.05;
const A_LINE = 4; // as good as so much in size: to do with a line less
const SIZES = { most: 32, least: 18 };

export function farSize(title: string): number {
  let best = { size: SIZES.least, worth: -Infinity };
  for (let size = SIZES.most; size > SIZES.least; size -= 1) {
    const lines = farLines(title, size);
    const fits = lines.every((line) => widthOf(line) * size <= ROOM.width) && lines.length * size * LINE <= ROOM.height;
    const worth = size - A_LINE * lines.length;
    if (fits && worth > best.worth) best = { size, worth };
  }
  return best.size;
}

const MID = { width: 146, most: 20, least: 15 }; // a card's head beside its icon, and the sizes there

/** How large a title can be beside its icon, in one line. */
export const midSize = (title: string): number =>
  Math.max(MID.least, Math.min(MID.most, Math.floor(MID.width / widthOf(title))));

/** A title in lines, as it stands on a card seen from far away. */
export const farLines = (title: string, size: number): string[] =>
  title.split(" ").reduce<string[]>((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    return lines.length && widthOf(longer) * size <= ROOM.width ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);

/** How wide a text is, by its font's size. */
const widthOf = (text: string): number =>
  [...text].reduce((sum, letter) => sum + (LETTERS.find(([those]) => those.test(letter))?.[1] ?? OTHER), 0);

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

const HEAD = { width: 170, title: 15, label: 12.3, gap: 8, stacked: 13.5 }; // beside a card's icon; a label is less wide than a bold one

/** Whether title and label of a card stand below each other: where they are too wide beside each other, and the title fits alone. */
export const isStacked = (title: string, label: string): boolean =>
  !!label && widthOf(title) * HEAD.stacked <= HEAD.width && (isLong(title) || widthOf(title) * HEAD.title + HEAD.gap + widthOf(label) * HEAD.label > HEAD.width);
