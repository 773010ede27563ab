"""What help tells of a thing that is declared: an operator, a function, a setting. The declaration carries it."""

from dataclasses import dataclass

from graphbuilder.sketches import Sketch


@dataclass(frozen=True)
class Lesson:
    """picture: None where there is nothing to draw. formula: LaTeX, empty where there is none. when: when or how to use
    it, or of a fault what to do. point: what a lecture would say of it."""

    picture: Sketch | None
    when: str
    point: str
    formula: str = ""
