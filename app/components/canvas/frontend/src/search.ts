// Finds operators by what a person types: the lecture's word, Keras' name, a keyword, or a word of the summary.
import type { Operator } from "./graph";

/** Of those that are offered, best first; the palette's own order among equals. Every typed word must be found somewhere; a title or keyword of several words is
    found best as a whole. */
export function findOperators(operators: Operator[], query: string): Operator[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (!words.length) return operators;
  return operators
    .map((operator) => ({ operator, rank: Math.min(rankOf(operator, words.join(" ")), Math.max(...words.map((word) => rankOf(operator, word)))) }))
    .filter(({ rank }) => Number.isFinite(rank))
    .sort((a, b) => a.rank - b.rank)
    .map(({ operator }) => operator);
}

function rankOf(operator: Operator, word: string): number {
  const title = operator.title.toLowerCase();
  const keras = operator.keras.toLowerCase();
  if (title === word || keras === word) return 0;
  if (title.startsWith(word) || keras.startsWith(word)) return 1;
  if (operator.keywords.some((keyword) => ` ${keyword.toLowerCase()}`.includes(` ${word}`))) return 2;
  if (title.includes(word) || keras.includes(word)) return 3;
  return operator.summary.toLowerCase().includes(word) ? 4 : Infinity;
}
