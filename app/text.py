"""Text of a person's in places that read Markdown, shown as it is written."""

import re

_MEANS_SOMETHING = re.compile(r"([!-/:-@\[-`{-~])")


def plain(text: str) -> str:
    """The text with every ASCII punctuation mark escaped, so that no picture, link, colour or formula comes of it."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))
