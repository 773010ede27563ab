"""Histograms of the layers over each other, as a small picture: activations beside gradients."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from graphbuilder.sketches import BLUE, ORANGE, drawn
from graphbuilder.texts import amount

WIDTH = 250
"""About as wide as it is shown, so that its letters are as large as others."""
_ROW, _NAME, _TOP = 22, 70, 20
_PARTS = (("activations", "activations", BLUE), ("gradients", "gradients", ORANGE))
_LETTERS, _DIGITS = 9, 8
NEARLY_ALL = 0.99
NOTHING = 1e-6
"""Where no value is larger, all are drawn as a line at zero."""


def ridges(layers: Sequence[Mapping[str, Any]], told: str) -> str:
    """An SVG. layers: each with "label", and under "activations" and "gradients" low, high and counts. told: what is
    seen, for those who do not see it. Each half has one range from left to right, in which nearly all values of its
    widest layer lie. Heights are roots, so that the many zeros behind a ReLU leave the others to be seen.
    """
    width = (WIDTH - _NAME) / 2
    height = _TOP + _ROW * len(layers) + 16
    parts = [_text(_TOP + _ROW * (place + 1) - 4, 0, _short(one["label"])) for place, one in enumerate(layers)]
    for place, (part, title, color) in enumerate(_PARTS):
        left = _NAME + place * width
        reach = max((_reach(one[part]) for one in layers if part in one), default=1.0)
        parts.append(_text(12, left + width / 2, title, "middle"))
        for row, one in enumerate(layers):
            base = _TOP + _ROW * (row + 1) - 2
            parts.append(
                f'<path d="M{left + 4:.1f} {base}H{left + width - 4:.1f}" stroke="currentColor" opacity="0.25"/>'
            )
            if part in one:
                parts.append(_ridge(one[part], left + 4, base, width - 8, reach, color))
        parts.append(_ends(height - 3, left + 4, left + width - 4, in_two_digits(reach)))
    return drawn(parts, WIDTH, height, told)


def _reach(seen: Mapping[str, Any]) -> float:
    """Between minus this and this lie NEARLY_ALL values."""
    low, counts = seen["low"], seen["counts"]
    each = (seen["high"] - low) / len(counts)
    far = sorted(
        (max(abs(low + each * place), abs(low + each * (place + 1))), count) for place, count in enumerate(counts)
    )
    left = NEARLY_ALL * sum(counts)
    for reach, count in far:
        left -= count
        if left <= 0 and reach > NOTHING:
            return float(reach)
    return 1.0


def _ridge(seen: Mapping[str, Any], left: float, base: float, width: float, reach: float, color: str) -> str:
    low, high, counts = seen["low"], seen["high"], seen["counts"]
    most, each = max(counts) or 1, (high - low) / len(counts)
    scale = width / (2 * reach)
    at = [left + min(width, max(0.0, (low + each * place + reach) * scale)) for place in range(len(counts) + 1)]
    steps = "".join(
        f"V{base - (_ROW - 4) * math.sqrt(count / most):.1f}H{max(end, start + 1.5 * (count == most)):.1f}"
        for count, start, end in zip(counts, at, at[1:], strict=False)
        if end > start or count == most
    )
    return f'<path d="M{at[0]:.1f} {base}{steps}V{base}Z" fill="{color}" fill-opacity="0.75"/>'


def in_two_digits(value: float) -> str:
    """In two digits, and without a power of ten where it need not be."""
    return f"{float(f'{value:.2g}'):,.0f}" if 100 <= value < 1e6 else amount(value, 2)


def _ends(y: float, left: float, right: float, reach: str) -> str:
    """What stands beneath both ends of a range around zero; in the middle where both do not fit."""
    if 2 * len(reach) > _DIGITS:
        return _text(y, (left + right) / 2, f"±{reach}", "middle")
    return _text(y, left, f"\N{MINUS SIGN}{reach}") + _text(y, right, reach, "end")


def _text(y: float, x: float, text: str, anchor: str = "start") -> str:
    look = f'font-size="12.5" font-family="sans-serif" text-anchor="{anchor}" fill="currentColor"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {look}>{escape(text)}</text>'


def _short(label: str) -> str:
    return label if len(label) <= _LETTERS else label[: _LETTERS - 1] + "…"
