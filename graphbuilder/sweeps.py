"""Networks that differ in one setting, to be trained beside each other from equal weights and on equal batches."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphbuilder import editing
from graphbuilder.activations import ACTIVATIONS
from graphbuilder.blocks import labels
from graphbuilder.document import Document
from graphbuilder.operators import OPERATORS
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import (
    INITIALIZERS,
    Initializer,
    Number,
    OneOf,
    OrNone,
    Parameter,
    Whole,
    WholeOrAll,
    WrongType,
    YesNo,
)
from graphbuilder.settings import Settings

MOST = 8
"""Runs of one sweep: more lines in one plot cannot be told apart."""

_USUAL = ("SGD", "Momentum", "RMSprop", "Adam")
_DRAWN = ("zeros", "random_normal", "glorot_uniform", "he_normal", "lecun_normal", "orthogonal")
_BENT = ("sigmoid", "tanh", "relu", "gelu")
_NOT_HIDDEN = ("linear", "softmax", "log_softmax")
_OF_TRAINING = ("batch_size", "seed", "accumulation_steps")
_CHOSEN = ("schedule", "clipping", "ema")


@dataclass(frozen=True, slots=True)
class Swept:
    """A setting that runs may differ in. key: names it. title: for people. now: its value as the network stands, in
    words. suggested: values to begin with, in words, the present one among them. others: all more that there are; empty
    where any number within bounds will do."""

    key: str
    title: str
    now: str
    suggested: tuple[str, ...]
    others: tuple[str, ...] = ()


def swept(document: Document, ids: Sequence[str] = ()) -> list[Swept]:
    """What may be swept. ids: of nodes that are looked at, whose parameters come with it."""
    return [one.told for one in _all(document, ids)]


def sweep(document: Document, key: str, values: Iterable[str]) -> list[Document]:
    """The document once with each of these values, in words, of the setting; equal ones once.

    Raises EditError for a value that the setting cannot hold, or that is out of its bounds; ValueError where there are
    fewer than two or more than MOST.
    """
    found = next((one for one in _all(document, [key.partition(":")[0]]) if one.told.key == key), None)
    if found is None:
        raise ValueError("The network has no such setting any more.")
    distinct = list(dict.fromkeys(value.strip() for value in values if value.strip()))
    made: list[Document] = []
    for words in distinct:
        one = found.set(document, words)
        if one not in made:
            made.append(one)
    if not 2 <= len(made) <= MOST:
        raise ValueError(f"Choose from two to {MOST} different values; {len(made)} came.")
    return made


@dataclass(frozen=True, slots=True)
class _Setting:
    told: Swept
    set: Callable[[Document, str], Document]


def _all(document: Document, ids: Sequence[str]) -> Iterator[_Setting]:
    training = document.training
    yield _of_names(
        "optimizer", "optimizer", training.optimizer, (*_USUAL, training.optimizer), OPTIMIZERS, editing.set_optimizer
    )
    if known := OPTIMIZERS.get(training.optimizer):
        for name, parameter in known.parameters.items():
            now = training.options.get(name, parameter.default)
            yield from _of(f"options:{name}", parameter, now, "optimizer", name, who=training.optimizer)
    for name in _OF_TRAINING:
        yield from _of(f"training:{name}", Settings.parameters[name], training.settings[name], "training", name)
    for name in _CHOSEN:
        if isinstance(parameter := Settings.parameters[name], OneOf):
            yield _one_of(name, parameter, training.settings[name])
    if any(True for _ in _kernels(document)):
        yield _of_names(
            "initializer", "initializer of all kernels", _initializer(document), _DRAWN, INITIALIZERS, _drawn
        )
    if bent := _activations(document):
        now = bent[0][1] if len({name for _, name in bent}) == 1 else "as set"
        yield _of_names("activation", "activation of all hidden layers", now, (now, *_BENT), ACTIVATIONS, _bent)
    called = labels(document)
    for node in document.nodes:
        if node.id in ids and node.kind in OPERATORS:
            for name, parameter in OPERATORS[node.kind].parameters.items():
                title = f"{name.replace('_', ' ')} of {called.get(node.id, node.id)}"
                now = node.params.get(name, parameter.default)
                yield from _of(f"{node.id}:{name}", parameter, now, "node", name, title=title, ids=[node.id])


def _of_names(
    key: str, title: str, now: str, suggested: Iterable[str], all: Mapping[str, Any],
    change: Callable[[Document, str], Document],
) -> _Setting:  # fmt: skip
    def set(document: Document, words: str) -> Document:
        if (name := _called(words, all)) is None:
            raise ValueError(f"{title} must be one of {', '.join(all)}; received {words}.")
        return change(document, name)

    first = tuple(dict.fromkeys(one for one in suggested if one in all))
    return _Setting(Swept(key, title, now, first, tuple(one for one in all if one not in first)), set)


def _called(words: str, all: Mapping[str, Any]) -> str | None:
    """The name that is meant, in whatever case, or by its title."""
    said = words.casefold()
    names = ((name, name) for name in all)
    titles = ((name, str(getattr(one, "title", name))) for name, one in all.items())
    return next((name for name, told in (*names, *titles) if told.casefold() == said), None)


def _one_of(name: str, parameter: OneOf, now: Any) -> _Setting:
    """A setting that is one of several, each with values of its own: as it is set, and others as they come."""
    word = parameter.name_of(now)

    def change(document: Document, words: str) -> Document:
        return document if words == word else editing.set_training(document, name, words)

    suggested = list(dict.fromkeys((word, *parameter.options)))[:MOST]
    return _of_names(f"training:{name}", name, word, suggested, parameter.options, change)


def _of(
    key: str, parameter: Parameter[Any], now: Any, of: str, name: str, *, title: str = "", **where: Any
) -> Iterator[_Setting]:
    """A parameter, where it is of a kind that has other values to suggest."""
    plain = parameter.of if isinstance(parameter, WholeOrAll) else parameter
    values = _suggested(name, plain, now)
    if plain is not parameter:
        values = [*values, None]
    if len(values) < 2:
        return
    none = parameter.none if isinstance(parameter, OrNone) else ""
    shown = title or name.replace("_", " ")

    def set(document: Document, words: str) -> Document:
        value = None if words == none != "" else _read(plain, words, shown)
        if fault := parameter.fault(value):
            raise ValueError(f"{shown} {fault}.")
        return editing.enter(document, of, name, value, **where)

    first = tuple(_words(value, none) for value in values)
    others = tuple(str(one) for one in getattr(plain, "choices", ()) if one not in values)
    yield _Setting(Swept(key, shown, _words(now, none), first, others), set)


def _read(parameter: Parameter[Any], words: str, title: str) -> Any:
    try:
        if isinstance(parameter, YesNo):
            return {"yes": True, "no": False}[words.lower()]
        if isinstance(parameter, Whole):
            return parameter.read(int(words.replace(",", "")))
        return parameter.read(float(words)) if isinstance(parameter, Number) else parameter.read(words)
    except (KeyError, ValueError, WrongType):
        raise ValueError(f"{title} cannot be {words}: it is {parameter.bounds()}.") from None


def _words(value: Any, none: str) -> str:
    if value is None and none:
        return none
    if isinstance(value, bool):
        return "yes" if value else "no"
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def _suggested(name: str, parameter: Parameter[Any], now: Any) -> list[Any]:
    """A few values around the present one, within bounds, in order."""
    if isinstance(parameter, YesNo):
        return [False, True]
    if isinstance(parameter, Whole) and name == "seed":
        return [now + more for more in range(5)]
    if isinstance(parameter, Whole) and now is None:
        return [8, 32, 128]
    if isinstance(parameter, Whole):
        values: Iterable[Any] = (now // 4, now // 2, now, now * 2, now * 4)
    elif isinstance(parameter, Number):
        values = _around(parameter, float(now))
    elif isinstance(now, str) and (choices := getattr(parameter, "choices", None)):
        return [*choices][:MOST] if len(choices) <= MOST else [now, *(one for one in choices if one != now)][:5]
    else:
        return []
    return sorted({value for value in values if not parameter.fault(value)})


def _around(parameter: Number, now: float) -> Iterator[float]:
    """Tenfold steps of what is a size, quarters of what is a share; of what is kept from step to step, ever more."""
    if parameter.low == 0 and parameter.high == 1 and parameter.open_high and not parameter.open_low:
        yield from (0.0, 0.5, 0.9, 0.99, 0.999, now)
    elif parameter.low == 0 and parameter.high == 1 and not parameter.open_low:
        yield from (0.0, 0.25, 0.5, 0.75, now)
    elif now > 0:
        yield from (now, *(float(f"{now * factor:.6g}") for factor in (0.01, 0.1, 10.0)))
    else:
        yield from (now, 0.001, 0.01, 0.1)


def _kernels(document: Document) -> Iterator[tuple[str, str]]:
    """(id, parameter) of every kernel of a layer of its own, that an initializer draws."""
    for node in document.nodes:
        declared = OPERATORS[node.kind].parameters if node.kind in OPERATORS and not node.shares else {}
        if isinstance(declared.get("kernel_initializer"), Initializer):
            yield node.id, "kernel_initializer"


def _initializer(document: Document) -> str:
    nodes = {node.id: node for node in document.nodes}
    told = {str(nodes[id].params.get(name, "")) for id, name in _kernels(document)}
    return told.pop() if len(told) == 1 else "as drawn"


def _drawn(document: Document, initializer: str) -> Document:
    for id, name in _kernels(document):
        document = editing.set_parameter(document, id, name, initializer)
    return document


def _activations(document: Document) -> list[tuple[str, str]]:
    """(id, activation) of every hidden layer that has one: not of gates, and not of what is read by a Loss alone."""
    go_on = {wire.source for wire in document.wires}
    hidden = {wire.source for wire in document.wires if wire.target in go_on}
    found = []
    for node in document.nodes:
        declared = OPERATORS[node.kind].parameters if node.kind in OPERATORS and not node.shares else {}
        now = node.params.get("activation", "linear")
        if "activation" in declared and "recurrent_initializer" not in declared and node.id in hidden:
            found += [(node.id, str(now))] if now not in _NOT_HIDDEN else []
    return found


def _bent(document: Document, activation: str) -> Document:
    for id, _ in _activations(document):
        document = editing.set_parameter(document, id, "activation", activation)
    return document
