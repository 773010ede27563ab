"""Who runs the server, and how a page knows it: by a token that the server prints at its start and keeps nowhere.

It is typed into a page and never a part of an address, which logs and histories keep. The session remembers that it was
right.
"""

import hmac
import os
import secrets

TOKEN_VARIABLE = "GRAPHBUILDER_ADMIN_TOKEN"
_LEAST = 16
_drawn = secrets.token_urlsafe(24)


def token() -> str:
    """The token: the setting's, else one that was drawn for this start. Raises ValueError for a short one."""
    told = os.environ.get(TOKEN_VARIABLE, "")
    if told and len(told) < _LEAST:
        raise ValueError(f"{TOKEN_VARIABLE} must have at least {_LEAST} letters; it has {len(told)}.")
    return told or _drawn


def is_token(given: str) -> bool:
    return hmac.compare_digest(given.strip().encode(), token().encode())
