"""What may be asked of a trained network. A new kind of question is one class in one module of this package.

A question comes as JSON, {"kind": ..., "step": ..., and its own fields}. Its fields are declared, with bounds, as
pydantic has them; what is wrong with one is said in a sentence.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field, ValidationError

from graphbuilder.frozen import Frozen
from graphbuilder.training.entering import Entered, entered
from graphbuilder.training.inside import Inside, Unanswerable

_registry: dict[str, type["Question"]] = {}


class Question(Frozen):
    """Base of all; a subclass given a `kind` is registered under it.

    step: whose weights answer, the nearest that were kept at or before it; None for those that the run kept in the end,
    or of a run that goes on for the newest.
    """

    name: ClassVar[str]
    step: int | None = Field(None, ge=0, lt=10**12)

    def __init_subclass__(cls, kind: str = "", **rest: Any) -> None:
        super().__init_subclass__(**rest)
        if kind:
            assert kind not in _registry, f"two questions are called {kind}"
            cls.name = kind
            _registry[kind] = cls

    def steps(self, inside: Inside) -> tuple[int | None, ...]:
        """By whose weights it is answered, one after the other; the last answer is told. Raises Unanswerable."""
        return (self.step,)

    def answer(self, inside: Inside) -> dict[str, Any]:
        """As JSON values of bounded size. Raises Unanswerable."""
        raise NotImplementedError

    @classmethod
    def ahead(cls, inside: Inside) -> Iterator[Callable[[], object]]:
        """What is made when a question of this kind is asked first, such as a traced function, as pieces of work of a
        fraction of a second: who does them before has an answer at once. They leave weights and axes as they are."""
        yield from ()


class AboutInput(Question):
    """A question about one input: a sample of the data, what was entered by hand, or a sample with some of it changed.

    sample: as `Inside.sample` takes it. inputs: what is entered, by the Inputs' names, as `entering` takes it.
    """

    sample: str = Field("", max_length=40)
    inputs: Mapping[str, Any] = Field(default_factory=dict)

    def entered(self, inside: Inside) -> Entered:
        """Raises Unanswerable."""
        return entered(inside, self.sample, self.inputs)


def question(told: object) -> Question:
    """The question that JSON values say. Raises Unanswerable."""
    if not isinstance(told, dict):
        raise Unanswerable('A question is an object such as {"kind": "answer", "sample": "validation:0"}.')
    kind = told.get("kind")
    asked = _registry.get(kind) if isinstance(kind, str) else None
    if asked is None:
        raise Unanswerable(f"There is no question {str(kind)[:40]!r}. There are: {', '.join(sorted(_registry))}.")
    try:
        return asked.model_validate({name: value for name, value in told.items() if name != "kind"})
    except ValidationError as faults:
        first = faults.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the question"
        raise Unanswerable(
            f"Question {kind}: {place}: {first['msg']}; received {str(first['input'])[:80]!r}."
        ) from None


def registered() -> dict[str, type[Question]]:
    return dict(sorted(_registry.items()))
