"""Words: one of a few, and names of what the document has elsewhere."""

import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.parameters.declared import Parameter, need, text_of
from graphbuilder.shapes import Phrase


class Choice(Parameter[str]):
    """One of a few words. `choices` gives each word, as the file and Keras write it, its text on the form."""

    kind = "choice"

    def __init__(self, default: str, *, choices: Mapping[str, str], **told: Any) -> None:
        super().__init__(default, **told)
        self.choices = dict(choices)

    def read(self, value: object) -> str:
        return text_of(value, "one word", 80)

    def fault(self, value: str) -> Phrase | None:
        if value not in self.choices:
            return Phrase("must be one of {known}; received {received!r}", known=tuple(self.choices), received=value)
        return None

    def nearest(self, value: str) -> str:
        return next(iter(get_close_matches(value, self.choices, 1)), self.default)

    def bounds(self) -> str:
        return ", ".join(self.choices)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 80, "examples": list(self.choices)}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"choices": self.choices}


class Formula(Parameter[str]):
    """A line of letters and signs of a form. needed: the form in words, with an example. others: more examples."""

    kind = "text"

    def __init__(
        self, default: str, *, form: str, needed: str, others: tuple[str, ...], longest: int = 80, **told: Any
    ) -> None:
        super().__init__(default, **told)
        self.form, self.needed, self.others, self.longest = re.compile(form), needed, others, longest

    def read(self, value: object) -> str:
        return text_of(value, self.needed, self.longest)

    def fault(self, value: str) -> Phrase | None:
        if self.form.fullmatch(value):
            return None
        return Phrase("must be {needed}; received {received!r}", needed=self.needed, received=value)

    def bounds(self) -> str:
        return self.needed

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": self.longest, "examples": [self.default, *self.others]}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"longest": self.longest}


class Words(Parameter[tuple[str, ...]]):
    """Some of a few words, in an order, none twice, at least so many. empty: what it means where there is none."""

    kind = "words"

    def __init__(self, *, choices: Mapping[str, str], empty: str, least: int = 0, **told: Any) -> None:
        super().__init__((), **told)
        self.choices, self.empty, self.least = dict(choices), empty, least

    def read(self, value: object) -> tuple[str, ...]:
        if not isinstance(value, list | tuple) or len(value) > 100:
            raise need("a list of words", value)
        return tuple(text_of(one, "a list of words", 80) for one in value)

    def argument(self, value: tuple[str, ...]) -> Argument:
        return value

    def fault(self, value: tuple[str, ...]) -> Phrase | None:
        for place, one in enumerate(value):
            if one not in self.choices:
                return Phrase("must be of {known}; received {received!r}", known=tuple(self.choices), received=one)
            if one in value[:place]:
                return Phrase("must have none twice; received {twice!r} again", twice=one)
        if len(value) < self.least:
            return Phrase("must have at least {least} of {known}", least=self.least, known=tuple(self.choices))
        return None

    def nearest(self, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one for one in value if one in self.choices))

    def bounds(self) -> str:
        return f"some of {', '.join(self.choices)}; empty: {self.empty}"

    def schema(self) -> dict[str, Any]:
        word = {"type": "string", "maxLength": 80, "examples": list(self.choices)}
        return {"type": "array", "items": word, "maxItems": 100}

    def describe(self) -> dict[str, Any]:
        return super().describe() | {"choices": self.choices, "empty": self.empty, "least": self.least}


class FieldName(Parameter[str]):
    """The name of a field of the data set; empty where none is chosen. Whether the set has it is for a check to say."""

    kind = "field"

    def __init__(self, **told: Any) -> None:
        super().__init__("", **told)

    def read(self, value: object) -> str:
        return text_of(value, "the name of a field", 200)

    def bounds(self) -> str:
        return "a field of the data set"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200}


class ScoreKey(Parameter[str]):
    """What a training tells after each epoch, by its key. Whether this network tells it is for a check to say."""

    kind = "score"

    def read(self, value: object) -> str:
        return text_of(value, "the name of a loss or metric", 200)

    def bounds(self) -> str:
        return "a loss or a metric of the network"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 200, "examples": [self.default, "loss", "val_accuracy"]}


class BlockId(Parameter[str]):
    """Which block of the document is used, by its id. Whether it is there is for a check to say."""

    kind = "block"

    def __init__(self, **told: Any) -> None:
        super().__init__("", **told)

    def read(self, value: object) -> str:
        return text_of(value, "the id of a block", 64)

    def bounds(self) -> str:
        return "a block of the document"

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "maxLength": 64}
