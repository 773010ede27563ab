"""The graph as a picture that other programs read: drawn as it stands on the canvas, or laid out by Graphviz."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import chain, pairwise
from math import sqrt
from typing import Any, Literal

import pydot

from graphbuilder.cards import card_of
from graphbuilder.checks import Report
from graphbuilder.levels import level
from graphbuilder.passages import Columns, Point, passage
from graphbuilder.places import CARD
from graphbuilder.recent import Recent
from graphbuilder.shapes import show

Layout = Literal["canvas", "graphviz"]
_PATIENCE_SECONDS = 30


class NotDrawn(Exception):
    """A picture that could not be drawn. The text says why, and what to do."""


def has_graphviz() -> bool:
    return shutil.which("dot") is not None


_drawings: Recent[tuple[str, str], bytes] = Recent(10_000_000)


def by_graphviz(report: Report, form: str) -> bytes:
    """The graph as `form`, such as svg, png or pdf, laid out by Graphviz. Needs its program dot. Raises NotDrawn."""
    dot = to_dot(report)
    drawn = partial(_drawn_by, ["dot", f"-T{form}"], dot.encode())
    return _drawings.made((dot, form), drawn, lambda picture: len(picture) + len(dot))


def _drawn_by(command: list[str], source: bytes) -> bytes:
    try:
        return subprocess.run(command, input=source, capture_output=True, check=True, timeout=_PATIENCE_SECONDS).stdout
    except subprocess.TimeoutExpired:
        raise NotDrawn(
            f"Drawing this network took longer than {_PATIENCE_SECONDS} seconds and was given up; "
            "take the SVG in the canvas' layout."
        ) from None
    except (subprocess.CalledProcessError, OSError) as fault:
        raise NotDrawn("The picture could not be drawn; take the SVG in the canvas' layout.") from fault


def to_dot(report: Report) -> str:
    """The graph in Graphviz' language, shapes on its wires."""
    return str(_dot(report).to_string())


def _dot(report: Report) -> Any:
    picture: Any = pydot.Dot("network", graph_type="digraph", rankdir="LR")
    picture.set_node_defaults(shape="box", style="rounded", fontname="Helvetica")
    picture.set_edge_defaults(fontname="Helvetica", fontsize="10")
    shown = level(report, "")
    for place, (id, node) in enumerate(report.drawn.nodes.items()):
        card = card_of(shown, id)
        text = "\n".join(part for part in (card["title"], node.label, card["line"]) if part)
        picture.add_node(pydot.Node(f"node_{place}", label=_quoted(text)))
    places = {id: place for place, id in enumerate(report.drawn.nodes)}
    for wire in report.document.wires:
        known = report.facts_of(wire.source)
        given = known.outputs.get(wire.source_port) if known else None
        label = _quoted(show(given.shape)) if given else '""'
        picture.add_edge(pydot.Edge(f"node_{places[wire.source]}", f"node_{places[wire.target]}", label=label))
    return picture


def _quoted(text: str) -> str:
    r"""A text as DOT writes one. Backslashes are doubled, so that none of Graphviz' escapes (\N, \G) is in it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


_APART = 40
"""How much lower each more of several wires between the same ports is bent."""
_STUB = 20  # how far a wire that runs back goes straight on before it turns
_ASIDE = 18  # between such a wire and the card that it goes round
_NEAR, _BARELY = 6, 8  # of any other card: a wire that comes so near is moved, and so far
_MOST_TURNS = 50
_CORNER = 10
_MARGIN = 2 * _STUB
_UNKNOWN = "#6b7280"


def to_png(report: Report) -> bytes:
    """The graph as it stands on the canvas, with all that its cards tell, on white. Raises NotDrawn."""
    _, _, width, height = _box(report)
    zoom = min(2.0, _LONGEST_SIDE / max(width, height), sqrt(_MOST_PIXELS / (width * height)))
    svg = to_svg(report, in_detail=True).encode()
    return _drawn_by([sys.executable, "-m", "graphbuilder.rasterize", str(zoom)], svg)


_LONGEST_SIDE, _MOST_PIXELS = 16_000, 24_000_000
"""A larger picture is drawn smaller."""


def to_svg(report: Report, proportion: float | None = None, in_detail: bool = False) -> str:
    """The graph as it stands on the canvas, as SVG: a card for each node in its family's colour, a curve for a wire.

    proportion: width over height of the picture, which is as large as its cards ask for where none is given. in_detail:
    cards tell parameters, shape and counts as well, in a type to be read at full size.
    """
    left, top, width, height = _box(report)
    if proportion:
        wide, high = max(width, height * proportion), max(height, width / proportion)
        left, top, width, height = left - (wide - width) / 2, top - (high - height) / 2, wide, high
    faulty = {id.split("/")[0] for found in report.against_code for id in found.nodes[:1]}
    ids = [node.id for node in report.document.nodes]
    cards = [_detailed_card(report, id, id in faulty) if in_detail else _card(report, id) for id in ids]
    drawn = [*_wires(report), *cards]
    box = f"{left:g} {top:g} {width:g} {height:g}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" width="{width:g}" height="{height:g}">'
    return "\n".join([head, *drawn, "</svg>"])


def _box(report: Report) -> tuple[float, float, float, float]:
    """Left, top, width and height of all cards and the margin around them."""
    nodes = report.document.nodes
    across, down = [n.position[0] for n in nodes] or [0.0], [n.position[1] for n in nodes] or [0.0]
    left, top = min(across) - _MARGIN, min(down) - _MARGIN
    return left, top, max(across) - left + CARD[0] + _MARGIN, max(down) - top + CARD[1] + _MARGIN


def _wires(report: Report) -> list[str]:
    places = {node.id: node.position for node in report.document.nodes}
    cards = _Bands(places.values()), Columns(places.values())
    ways = (_way(places[wire.source], places[wire.target], wire.again, *cards) for wire in report.document.wires)
    return [f'<path d="{way}" fill="none" stroke="#8793a3" stroke-width="4"/>' for way in ways]


def _way(source: Point, target: Point, again: int, bands: "_Bands", columns: Columns) -> str:
    """A wire's path between two cards' corners, bent as on the canvas: one that runs back goes round the cards, one
    that would run over them through their gaps, and of several between the same ports each lies lower."""
    (x, y), (to_x, to_y) = (source[0] + CARD[0], source[1] + CARD[1] / 2), (target[0], target[1] + CARD[1] / 2)
    if to_x >= x:
        points = passage((x, y), (to_x, to_y), columns, 0.75 * again * _APART)
        low = again * _APART if len(points) == 2 else 0
        return f"M{x:g} {y:g}" + "".join(_curve(one, other, low) for one, other in pairwise(points))
    out, back = x + _STUB, to_x - _STUB
    between = _clear_corridor(source[1], target[1], partial(bands.hiding, back, out)) + again * _APART / 2
    return _rounded([(x, y), (out, y), (out, between), (back, between), (back, to_y), (to_x, to_y)])


def _curve(start: Point, end: Point, low: float) -> str:
    (x, y), (to_x, to_y) = start, end
    if y == to_y and not low:
        return f"L{to_x:g} {to_y:g}"
    middle = (x + to_x) / 2
    return f"C{middle:g} {y + low:g} {middle:g} {to_y + low:g} {to_x:g} {to_y:g}"


def _corridor(source: float, target: float) -> float:
    """Where a wire that runs back goes along: before its target's card on the side it comes from, and below both where
    they stand in one row. place.ts says the same to the canvas."""
    if abs(target - source) < CARD[1] + 2 * _ASIDE:
        return max(source, target) + CARD[1] + _ASIDE
    return target - _ASIDE if target > source else target + CARD[1] + _ASIDE


class _Bands:
    """Cards by where they lie from top to bottom, so that a wire need not look at all of them."""

    def __init__(self, cards: Iterable[Point]) -> None:
        self._bands: dict[int, list[Point]] = {}
        for left, top in cards:
            self._bands.setdefault(int(top // CARD[1]), []).append((left, top))

    def hiding(self, left: float, right: float, at: float) -> list[float]:
        """The upper edges of the cards that a line from left to right comes near at this height."""
        first, last = int((at - _NEAR - CARD[1]) // CARD[1]), int((at + _NEAR) // CARD[1])
        cards = chain.from_iterable(self._bands.get(band, ()) for band in range(first, last + 1))
        return [
            top
            for start, top in cards
            if start < right and start + CARD[0] > left and top < at + _NEAR and top + CARD[1] > at - _NEAR
        ]


def _clear_corridor(source: float, target: float, hiding: Callable[[float], list[float]]) -> float:
    """The corridor, moved towards the source's card until it lies behind no card; as it is where there is no room.
    hiding: the upper edges of the cards that it runs behind at a height. place.ts says the same to the canvas."""
    wanted = at = _corridor(source, target)
    if abs(target - source) < CARD[1] + 2 * _ASIDE:
        return wanted
    before = target > source
    for _ in range(_MOST_TURNS):
        if not (found := hiding(at)):
            return at
        at = min(found) - _BARELY if before else max(found) + CARD[1] + _BARELY
        if at < source + CARD[1] + _NEAR if before else at > source - _NEAR:
            break
    return wanted


def _rounded(points: list[Point]) -> str:
    path = f"M{points[0][0]:g} {points[0][1]:g}"
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        (x, y), (to_x, to_y) = _towards(corner, before), _towards(corner, after)
        path += f"L{x:g} {y:g}Q{corner[0]:g} {corner[1]:g} {to_x:g} {to_y:g}"
    return path + f"L{points[-1][0]:g} {points[-1][1]:g}"


def _towards(start: Point, end: Point) -> Point:
    """The point on the way, which runs straight across or straight down, where a rounded corner ends."""
    length = abs(end[0] - start[0]) + abs(end[1] - start[1])
    part = min(_CORNER, length / 2) / length if length else 0
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part


def _card(report: Report, id: str) -> str:
    node, operator = report.drawn.nodes[id], report.drawn.operators[id]
    x, y = node.position
    color = operator.family.color if operator else _UNKNOWN
    title = operator.title if operator else node.kind
    lines = [_Line(title, 30, 54 if node.label else 71, bold=True), _Line(node.label[:28], 26, 92)]
    return f"<g>{_rectangle(x, y, CARD[1], fill=color)}{''.join(line.svg(x, y) for line in lines)}</g>"


def _detailed_card(report: Report, id: str, faulty: bool) -> str:
    """As on the canvas: a bar with the operator and its name, what matters of its parameters, its shape and counts."""
    node, operator, told = report.drawn.nodes[id], report.drawn.operators[id], card_of(level(report, ""), id)
    x, y = node.position
    color = operator.family.color if operator else _UNKNOWN
    edge, ink, quiet = "#C0392B" if faulty else color, "#1f2933", "#52606d"
    counts = " · ".join(part for part in (told["shape"], told["parameters"]) if part)
    lines = [
        _Line(f"{told['title']} ⚠" if faulty else told["title"], 18, 26, bold=True),
        _Line(node.label[:40], 14, 46),
        _Line(told["line"], 15, 80, ink),
        _Line(counts, 15, 106, quiet),
    ]
    bar = f"M{x:g} {y + 56:g}v-44a12 12 0 0 1 12 -12h{CARD[0] - 24}a12 12 0 0 1 12 12v44z"
    outline = _rectangle(x, y, CARD[1], fill="#ffffff", stroke=edge, stroke_width=4 if faulty else 2)
    texts = "".join(line.svg(x, y) for line in lines)
    return f'<g>{outline}<path d="{bar}" fill="{color}"/>{texts}</g>'


def _rectangle(x: float, y: float, height: float, **told: object) -> str:
    look = " ".join(f'{name.replace("_", "-")}="{value}"' for name, value in told.items())
    return f'<rect x="{x:g}" y="{y:g}" width="{CARD[0]}" height="{height:g}" rx="12" {look}/>'


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of text on a card, so many pixels below its top, smaller where it would not fit."""

    text: str
    most: int
    down: int
    fill: str = "#fff"
    bold: bool = False

    def svg(self, x: float, y: float) -> str:
        if not self.text:
            return ""
        size = min(self.most, round((CARD[0] - 28) / ((0.62 if self.bold else 0.57) * len(self.text)), 1))
        weight = 600 if self.bold else 400
        look = f'font-family="sans-serif" fill="{self.fill}" font-size="{size:g}" font-weight="{weight}"'
        return f'<text x="{x + 14:g}" y="{y + self.down:g}" {look}>{escape(self.text)}</text>'
