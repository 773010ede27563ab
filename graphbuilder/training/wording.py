"""A text as the words or letters that a network takes it apart into, so that what it did with each can be said."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphbuilder.operators import Operator
from graphbuilder.operators.names import Vocabulary

_MARKS = str.maketrans("", "", string.punctuation)


@dataclass(frozen=True)
class Wording:
    """parts: the words, or letters, as they stand in the text. tokens: into how many each is made; 0 for one that is
    all marks; empty where tokens are more than single words. between: what stands between two parts."""

    parts: tuple[str, ...]
    tokens: tuple[int, ...]
    between: str

    def without(self, left_out: Sequence[int]) -> str:
        """The text with some parts left out."""
        gone = frozenset(left_out)
        return self.between.join(part for place, part in enumerate(self.parts) if place not in gone)

    def of_tokens(self, numbers: Sequence[float]) -> list[float]:
        """A number for each part from one for each token: their sum; 0 for a part behind the last token."""
        found, at = [], 0
        for count in self.tokens:
            found.append(float(sum(numbers[at : at + count])))
            at += count
        return found


def takes_apart(operator: Operator | None) -> bool:
    """Whether it takes a text apart and looks up the parts."""
    return isinstance(operator, Vocabulary) and "split" in operator.parameters


def wording(text: str, taken_apart: Any) -> Wording:
    """taken_apart: the operator that does, with split, ngrams and standardize; None: at blanks."""
    by_letter = taken_apart is not None and taken_apart.split == "character"
    parts = tuple(text if by_letter else text.split())
    if taken_apart is None or taken_apart.ngrams:
        return Wording(parts, (), "" if by_letter else " ")
    drops = "strip_punctuation" in taken_apart.standardize
    plain = [part.translate(_MARKS) if drops else part for part in parts]
    tokens = tuple(len(part) if by_letter else len(part.split()) for part in plain)
    return Wording(parts, tokens, "" if by_letter else " ")
