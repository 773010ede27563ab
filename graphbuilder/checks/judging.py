"""Whether metrics and weights go with the loss and its target."""

from collections.abc import Iterator

from graphbuilder.checks.examined import Examined
from graphbuilder.diagnostics import Diagnostic, Fault, such_as
from graphbuilder.fields import Field
from graphbuilder.metrics import METRICS
from graphbuilder.operators.loss import Loss
from graphbuilder.repair import SetParameter


class MetricUnfit(Fault):
    """A metric cannot be worked out for the target, or for what the loss reads.

    why: in words that follow "which".
    """

    code = "E_METRIC"
    title = "A metric for another target"
    remedy = "Take it off the list, or choose one that is made for such a target."
    point = (
        "Each metric asks one question. Precision asks it of classes and R² of amounts; of the wrong sort"
        " it might still give a number, and that would be worse."
    )
    see = ("idea.measures",)
    example = such_as(who="Loss 'digit'", metric="Precision", target="digit", why="is a number")
    who: str
    metric: str
    target: str
    why: str
    fix = "Take it off the list."

    @property
    def message(self) -> str:
        return f"{self.who}: {self.metric} does not go with {self.target!r}, which {self.why}."


class ClassWeightsUnfit(Fault):
    """Classes are weighed where the target is none, or by another number of weights than there are classes.

    classes: of the target; None where it is no class. given: how many weights; None where they are balanced.
    """

    code = "E_WEIGHTS"
    title = "Weights that do not fit"
    remedy = "Give one weight for each class, weigh rows by a field of numbers from zero up, or let all count alike."
    point = (
        "A weight says what one mistake costs beside another, and so it changes what is learned: with "
        "rare classes weighed up a network misses fewer of them, and raises more false alarms."
    )
    see = ("idea.measures", "operator.Loss")
    example = such_as(who="Loss 'species'", target="species", classes=3, given=2)
    who: str
    target: str
    classes: int | None
    given: int | None

    @property
    def message(self) -> str:
        if self.classes is None:
            return f"{self.who} has weights for classes, and {self.target!r} is no class."
        return f"{self.who}: {self.target!r} has {self.classes} classes; received {self.given} weights."

    @property
    def fix(self) -> str:
        return "Let all count alike." if self.classes is None else "Give one weight for each class."


class NoWeightsOfRows(Fault):
    """Rows are weighed by a field that is missing, holds no numbers, or goes below zero.

    least: of the field; None where it is missing or holds no numbers.
    """

    code = "E_WEIGHTS"
    example = such_as(who="Loss 'species'", field="trust", least=None, fields=("area",))
    who: str
    field: str
    least: float | None
    fields: tuple[str, ...]

    @property
    def message(self) -> str:
        if self.least is not None:
            return f"{self.who}: weights must be at least 0; {self.field!r} goes down to {self.least:g}."
        return f"{self.who} weighs rows by the field {self.field!r}, which holds no number for each row."

    @property
    def fix(self) -> str:
        return f"Choose one of {', '.join(self.fields)}, or none." if self.fields else "Choose none."


class RatedTogether(Fault):
    """The loss has one value for many things, so these cannot be weighed against each other.

    together: what the loss has one value of. parts: what cannot be weighed.
    """

    code = "E_WEIGHTS"
    example = such_as(who="Loss 'mask'", loss="Dice", together="the whole batch", parts="rows")
    who: str
    loss: str
    together: str
    parts: str
    fix = "Let all count alike."

    @property
    def message(self) -> str:
        return f"{self.who}: {self.loss} has one value for {self.together}, so {self.parts} cannot be weighed."


def metrics_and_weights(examined: Examined) -> Iterator[Diagnostic]:
    """A metric does not go with what the loss reads or with its target; or weights of classes or rows do not."""
    for id, loss in examined.every(Loss):
        target = examined.fields.get(loss.target)
        if id in examined.broken or target is None or not examined.wired.reads_data:
            continue
        if id in examined.facts:
            yield from _metrics(examined, id, loss, target)
        yield from _weights(examined, id, loss, target)


def _metrics(examined: Examined, id: str, loss: Loss, target: Field) -> Iterator[Diagnostic]:
    judged = loss.judged(target, examined.facts[id].inputs[0])
    for name in loss.metrics if judged else ():
        assert judged
        if why := METRICS[name].unfit(judged):
            rest = [one for one in loss.metrics if one != name]
            yield MetricUnfit(
                who=examined.called(id),
                metric=METRICS[name].title,
                target=target.name,
                why=why,
                nodes=(id,),
                parameter="metrics",
                repairs=(SetParameter("metrics", rest, id),),
            )


def _weights(examined: Examined, id: str, loss: Loss, target: Field) -> Iterator[Diagnostic]:
    who, alike = examined.called(id), SetParameter("class_weight", "equal", id)
    is_class, given = target.kind == "class", loss.class_weight == "given"
    if loss.class_weight != "equal" and (not is_class or (given and len(loss.class_weights) != len(target.classes))):
        yield ClassWeightsUnfit(
            who=who,
            target=target.name,
            classes=len(target.classes) if is_class else None,
            given=len(loss.class_weights) if given else None,
            nodes=(id,),
            parameter="class_weights" if given and is_class else "class_weight",
            repairs=(SetParameter("class_weight", "balanced", id), alike) if is_class else (alike,),
        )
    by_place, kind = loss.class_weight != "equal" and bool(target.shape), loss.declared
    if loss.is_weighed and (kind.rates == "batch" or (kind.rates == "rows" and by_place)):
        nothing = [alike] if loss.class_weight != "equal" else []
        nothing += [SetParameter("sample_weight", "", id)] if loss.sample_weight else []
        yield RatedTogether(
            who=who,
            loss=kind.word,
            together="the whole batch" if kind.rates == "batch" else "each row",
            parts="rows" if kind.rates == "batch" else "its steps and places",
            nodes=(id,),
            parameter="class_weight" if loss.class_weight != "equal" else "sample_weight",
            repairs=(tuple(nothing),),
        )
    if not loss.sample_weight:
        return
    field = examined.fields.get(loss.sample_weight)
    if field is None or field.kind != "number" or field.low < 0:
        numbers = tuple(one.name for one in examined.fields.values() if one.kind == "number" and one.low >= 0)
        yield NoWeightsOfRows(
            who=who,
            field=loss.sample_weight,
            least=field.low if field and field.kind == "number" else None,
            fields=numbers,
            nodes=(id,),
            parameter="sample_weight",
            repairs=tuple(SetParameter("sample_weight", name, id) for name in ("", *numbers)),
        )
