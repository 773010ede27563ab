"""Small drawings for help: cells, curves, arrows. 320 by 160, as SVG in the ink of a light or a dark scheme.

The two accents are seen on white and on dark, and by people who cannot tell red from green; whatever differs by colour
differs by form or words as well.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from html import escape
from math import cos, exp, hypot, pi, sin

WIDTH, HEIGHT = 320, 160
BLUE, ORANGE = "#3B82D0", "#C8691E"
_GROUND = 136
"""Of the axis along the bottom."""

Function = Callable[[float], float]
Points = Sequence[tuple[float, float]]


class Sketch:
    """A drawing under way: each method adds to it and gives it back."""

    def __init__(self, told: str) -> None:
        self.told = told
        self._parts: list[str] = []

    def text(
        self, x: float, y: float, text: str, *, anchor: str = "middle", color: str = "", size: int = 13
    ) -> "Sketch":
        ink = color or "currentColor"
        look = f'font-size="{size}" font-family="sans-serif" text-anchor="{anchor}" fill="{ink}"'
        return self._add(f'<text x="{x:g}" y="{y:g}" {look}>{escape(text)}</text>')

    def line(
        self, points: Points, color: str = "", *, width: float = 2, dashed: bool = False, faint: bool = False
    ) -> "Sketch":
        way = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        look = f'fill="none" stroke="{color or "currentColor"}" stroke-width="{width:g}" stroke-linejoin="round"'
        look += ' stroke-dasharray="5 4"' * dashed + ' opacity="0.45"' * faint
        return self._add(f'<polyline points="{way}" {look}/>')

    def arrow(self, x: float, y: float, to_x: float, to_y: float, color: str = "") -> "Sketch":
        length = hypot(to_x - x, to_y - y) or 1
        along, across = (
            ((to_x - x) / length * 8, (to_y - y) / length * 8),
            ((y - to_y) / length * 4, (to_x - x) / length * 4),
        )
        head = [
            (to_x - along[0] + across[0], to_y - along[1] + across[1]),
            (to_x, to_y),
            (to_x - along[0] - across[0], to_y - along[1] - across[1]),
        ]
        return self.line([(x, y), (to_x, to_y)], color, width=1.6).line(head, color, width=1.6)

    def dot(self, x: float, y: float, color: str = "", radius: float = 4) -> "Sketch":
        return self._add(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{color or "currentColor"}"/>')

    def ring(self, x: float, y: float, radius: float, color: str = "") -> "Sketch":
        look = f'fill="none" stroke="{color or "currentColor"}" stroke-width="1.6"'
        return self._add(f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" {look}/>')

    def box(self, x: float, y: float, width: float, height: float, text: str = "", color: str = "") -> "Sketch":
        ink = color or "currentColor"
        look = f'fill="{ink}" fill-opacity="0.14" stroke="{ink}" stroke-width="1.6"'
        self._add(f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="4" {look}/>')
        return self.text(x + width / 2, y + height / 2 + 4.5, text) if text else self

    def cells(
        self, x: float, y: float, rows: Sequence[Sequence[object]], side: float = 22,
        marked: Collection[tuple[int, int]] = (), color: str = BLUE,
    ) -> "Sketch":  # fmt: skip
        """A grid of cells with what stands in each; those at `marked` (row, column) are filled."""
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                filled = (row, column) in marked
                left, top = x + column * side, y + row * side
                look = (
                    f'fill="{color}" fill-opacity="{0.32 if filled else 0}" stroke="currentColor" stroke-opacity="0.55"'
                )
                self._add(f'<rect x="{left:g}" y="{top:g}" width="{side:g}" height="{side:g}" {look}/>')
                if str(value):
                    self.text(left + side / 2, top + side / 2 + 4.5, str(value), size=13 if side > 19 else 11)
        return self

    def web(self, left: Points, right: Points, without: Collection[int] = ()) -> "Sketch":
        """Two layers of units, each joined to each; of the first layer some are left out."""
        kept = [place for place in range(len(left)) if place not in without]
        for place in kept:
            for x, y in right:
                self.line([left[place], (x, y)], BLUE, width=1.2)
        for place, (x, y) in enumerate(left):
            self.dot(x, y, radius=7) if place in kept else self.ring(x, y, 7, ORANGE).text(x, y + 5, "×", color=ORANGE)
        for x, y in right:
            self.dot(x, y, radius=7)
        return self

    def axes(self, x: str = "", y: str = "") -> "Sketch":
        self.line([(34, 12), (34, _GROUND), (308, _GROUND)], width=1.2, faint=True)
        self.text(308, 153, x, anchor="end") if x else None
        return self.text(40, 18, y, anchor="start") if y else self

    def bars(
        self, heights: Sequence[float], x: float, y: float, width: float, height: float, color: str = BLUE
    ) -> "Sketch":
        """A histogram that stands on y."""
        most, each = max(heights) or 1.0, width / len(heights)
        for place, one in enumerate(heights):
            tall = height * one / most
            left = x + place * each
            look = f'fill="{color}" fill-opacity="0.75"'
            self._add(f'<rect x="{left:.1f}" y="{y - tall:.1f}" width="{each * 0.86:.1f}" height="{tall:.1f}" {look}/>')
        return self.line([(x - 4, y), (x + width + 4, y)], width=1.2, faint=True)

    def _add(self, part: str) -> "Sketch":
        self._parts.append(part)
        return self

    def svg(self) -> str:
        """The drawing as an SVG."""
        return drawn(self._parts, WIDTH, HEIGHT, self.told)


_LIGHT, _DARK = "#1B2430", "#E6EAF0"


def drawn(parts: Iterable[str], width: float, height: float, told: str) -> str:
    """An SVG of these parts. told: what is seen, for those who do not see it. What has no colour of its own is dark in
    a light scheme and light in a dark one, also where that changes while the picture stands on a page."""
    ink = f"svg{{color:{_LIGHT}}}@media(prefers-color-scheme:dark){{svg{{color:{_DARK}}}}}"
    head = f'viewBox="0 0 {width:g} {height:g}" role="img" aria-label="{escape(told)}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head}><style>{ink}</style>{"".join(parts)}</svg>'


# Pictures that several lessons share


def graph_of(told: str, function: Function, derivative: Function | None = None, span: float = 4.0) -> Sketch:
    """A function from -span to span, and its derivative dashed, both measured off the function itself."""
    xs = [-span + 2 * span * step / 120 for step in range(121)]
    ys = [function(x) for x in xs]
    slopes = [derivative(x) for x in xs] if derivative else []
    low, high = min([0.0, *ys, *slopes]), max([*ys, *slopes, 1.0])

    def spot(x: float, y: float) -> tuple[float, float]:
        return 160 + x / span * 140, 138 - (y - low) / (high - low) * 120

    sketch = Sketch(told)
    sketch.line([spot(-span, 0), spot(span, 0)], width=1, faint=True).line([(160, 10), (160, 146)], width=1, faint=True)
    if derivative:
        sketch.line([spot(x, y) for x, y in zip(xs, slopes, strict=True)], ORANGE, dashed=True)
        sketch.text(24, 22, "dashed: slope", anchor="start", color=ORANGE)
    sketch.line([spot(x, y) for x, y in zip(xs, ys, strict=True)], BLUE, width=2.6)
    zero = spot(0, 0)[1]
    sketch.text(302, min(154, zero + 15), f"{span:g}", anchor="end")
    return sketch.text(166, 20, f"{high:.3g}", anchor="start")


def lines_over_time(
    told: str, lines: Iterable[tuple[str, Function, str, bool]], across: str = "epochs", up: str = "loss"
) -> Sketch:
    """Curves over a time and of values from 0 to 1, each with its name at its end: (name, curve, colour, dashed)."""
    sketch = Sketch(told).axes(across, up)
    ends: list[tuple[float, str, str]] = []
    for name, curve, color, dashed in lines:
        points = [(34 + 200 * t / 60, _GROUND - 112 * max(-0.05, min(1.05, curve(t / 60)))) for t in range(61)]
        sketch.line(points, color, dashed=dashed, width=2.4)
        ends.append((points[-1][1] + 4.5, name, color))
    lowest = _GROUND - 5.0  # above the axis, which would cross the name of a line that ends there
    for y, name, color in sorted(ends, reverse=True):
        lowest = min(y, lowest)
        sketch.text(240, lowest, name, anchor="start", color=color)
        lowest -= 15  # so that no name covers another
    return sketch


def descent(told: str, path: Points, other: Points = ()) -> Sketch:
    """A way down a long bowl, f(x, y) = x² / 20 + y², seen from above; `other` is a second way, dashed, to compare."""

    def spot(x: float, y: float) -> tuple[float, float]:
        return 30 + (x + 10) * 13.5, 80 + y * 22

    sketch = Sketch(told)
    for level in (0.25, 1.0, 2.6, 5.2):
        ring = [spot((20 * level) ** 0.5 * cos(a * pi / 24), level**0.5 * sin(a * pi / 24)) for a in range(49)]
        sketch.line([(x, y) for x, y in ring], width=1, faint=True)
    if other:
        sketch.line([spot(x, y) for x, y in other], ORANGE, dashed=True, width=1.6)
    sketch.line([spot(x, y) for x, y in path], BLUE, width=2)
    for x, y in path:
        sketch.dot(*spot(x, y), BLUE, 2.4)
    sketch.dot(*spot(*path[0])).text(spot(*path[0])[0], spot(*path[0])[1] + 18, "start")
    return sketch.text(spot(0, 0)[0], 84.5, "×", size=16)


def bell(mean: float, spread: float, count: int = 15, low: float = -3.0, high: float = 3.0) -> list[float]:
    """Heights of a normal distribution's histogram."""
    middles = [low + (high - low) * (place + 0.5) / count for place in range(count)]
    return [exp(-(((middle - mean) / spread) ** 2) / 2) for middle in middles]


def before_and_after(told: str, before: Sequence[float], after: Sequence[float], names: tuple[str, str]) -> Sketch:
    """Two histograms over the same axis, from -3 to 3, with an arrow between."""
    sketch = Sketch(told).bars(before, 16, 120, 120, 84, ORANGE).bars(after, 188, 120, 120, 84, BLUE)
    sketch.arrow(144, 80, 178, 80)
    for left in (16, 188):
        for x, mark in ((0, "-3"), (60, "0"), (120, "3")):
            sketch.text(left + x, 136, mark)
    return sketch.text(76, 22, names[0]).text(248, 22, names[1])


def values(rows: int, columns: int, value: Callable[[int, int], object] = lambda r, c: "") -> list[list[object]]:
    """What stands in the cells of a grid."""
    return [[value(row, column) for column in range(columns)] for row in range(rows)]


def block(top: int, left: int, rows: int, columns: int) -> set[tuple[int, int]]:
    """The places of a window in a grid."""
    return {(top + row, left + column) for row in range(rows) for column in range(columns)}
