"""What help tells of a thing that is declared: an operator, a function, a setting. The declaration carries it."""

from dataclasses import dataclass

from graphbuilder.sketches import Sketch


@dataclass(frozen=True)
class Lesson:
    """formula: LaTeX, empty where there is none. when: when or how to use it. point: what a lecture would say of it."""

    picture: Sketch
    when: str
    point: str
    formula: str = ""
