// How large a title can be on a card seen from far away, so that none of its letters is cut off.

const ROOM = { width: 204, height: 70 }; // a card without its icon
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

/** More than fits beside a label in one line. */
export const isLong = (title: string) => title.length > 16;

function linesOf(title: string, letters: number): string[] {
  return title.split(" ").reduce<string[]>((lines, word) => {
    const longer = lines.length ? `${lines.at(-1)} ${word}` : word;
    return longer.length <= letters && lines.length ? [...lines.slice(0, -1), longer] : [...lines, word];
  }, []);
}
