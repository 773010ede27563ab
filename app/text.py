"""Text of a person's in places that read Markdown, shown as it is written; and sizes in words."""

import re

_MEANS_SOMETHING = re.compile(r"([!-/:-@\[-`{-~])")
_ADDRESS = re.compile(r"(?i)(?<=https:)(?=//)|(?<=http:)(?=//)|(?<=www)(?=\.)|(?<=[-.\w+])(?=@)")
_JOINER = "\u2060"


def label(text: str) -> str:
    """The text for a button, a link or a choice, with every ASCII punctuation mark escaped, so that no picture, colour
    or formula comes of it."""
    return _MEANS_SOMETHING.sub(r"\\\1", " ".join(text.split()))


def plain(text: str) -> str:
    """The text for what may hold links, which makes links of addresses after it has read the escapes: one with a
    character of no width in it is none."""
    return label(_ADDRESS.sub(_JOINER, text))


def about(seconds: float) -> str:
    """A time to wait, as roughly as it is known."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "under a minute"
    return f"about {minutes} min" if minutes < 90 else f"about {round(minutes / 60)} hours"


def ago(seconds: float) -> str:
    """A time that has passed."""
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            count = int(seconds // size)
            return f"{count} {name}{'s' if count > 1 else ''} ago"
    return "just now"


def capital(words: str) -> str:
    """With a capital at the front."""
    return words[:1].upper() + words[1:]


def unbroken(words: str) -> str:
    """In one line, where a column is narrow."""
    return words.replace(" ", "\N{NO-BREAK SPACE}")
