"""Whether the data set and the training settings can be used."""

from collections.abc import Iterator
from dataclasses import replace

from graphbuilder.checks import remedies
from graphbuilder.checks.examined import MOST_KEPT, Examined
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic, error, need
from graphbuilder.fields import enterable
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params
from graphbuilder.settings import Settings, Split


def no_data(examined: Examined) -> Iterator[Diagnostic]:
    """Training needs data. Before any are chosen, a network is an architecture: its Inputs have the shapes typed in,
    and it gives code and pictures. They are chosen when a data set is, and an Input or a Loss takes a field of it."""
    if examined.wired.reads_data:
        return
    source = SOURCES.get(examined.wired.document.data.name)
    if source is None:
        fix, repairs = "Choose a data set, and at every Input a field of it.", remedies.of_no_data(examined)
        yield need("E_NO_DATA", "data", fix, repairs=repairs)
        return
    inputs = [id for id, _ in examined.every(Input)]
    if inputs:
        fix = f"Let {examined.called(inputs[0])} take a field of {source.title}, or choose another data set."
        repairs = remedies.of_no_data(examined)
        yield need("E_NO_DATA", "data", fix, *inputs, parameter="field", repairs=repairs)


def data_set(examined: Examined) -> Iterator[Diagnostic]:
    """The data set is unknown, or one of its options or of the split is out of bounds. As long as nothing reads data,
    their bounds keep from training alone."""
    data, unread = examined.wired.document.data, not examined.wired.reads_data
    source = SOURCES.get(data.name)
    if source is not None:
        yield from _bounds(source, data.options, f"Data set {source.title}", "data", "data", unread)
    elif not unread:
        message, fix = f"The data set {data.name!r} is not known.", f"Choose one of {', '.join(SOURCES)}."
        yield error("E_DATA", message, fix, repairs=remedies.known_data(examined, data.name))
    yield from _bounds(Split, data.split, "Split", "split", "split", unread)
    kept = data.split["validation"] + data.split["test"]
    if kept > MOST_KEPT:
        message = f"Split: validation and test together must be at most {MOST_KEPT:g}; received {kept:g}."
        fix, repairs = "Leave more rows to train on.", remedies.rows_to_train_on(data.split["validation"], MOST_KEPT)
        yield error("E_BOUNDS", message, fix, parameter="split.validation", of_training=unread, repairs=repairs)


def training(examined: Examined) -> Iterator[Diagnostic]:
    """The optimizer is unknown, or one of its options or of the settings of training is out of bounds. Without any Loss
    that keeps from training alone, but for the seed, which stands in all code."""
    unread = not any(examined.every(Loss))
    training = examined.wired.document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    if optimizer is None:
        message = f"The optimizer {training.optimizer!r} is not known."
        fix, repairs = f"Choose one of {', '.join(OPTIMIZERS)}.", remedies.known_optimizer(training.optimizer)
        yield error("E_TRAINING", message, fix, of_training=unread, repairs=repairs)
    else:
        yield from _bounds(optimizer, training.options, optimizer.title, "training", "optimizer", unread)
    for found in _bounds(Settings, training.settings, "Training", "training", "training", unread):
        yield replace(found, of_training=False) if found.parameter == "training.seed" else found


def unbound_inputs(examined: Examined) -> Iterator[Diagnostic]:
    """An Input takes no field of the data set, though others do or a Loss names one, so there is nothing to feed it
    with. It has the shape typed in, so code is given all the same."""
    if not examined.wired.reads_data:
        return
    for id, operator in examined.every(Input):
        if not operator.field and id not in examined.broken:
            usable = ", ".join(enterable(examined.fields))
            message = f"{examined.called(id)} takes no field of the data set."
            repairs = remedies.field_of(examined, id)
            fix = f"Choose one of {usable}."
            yield error("E_NO_FIELD", message, fix, id, parameter="field", of_training=True, repairs=repairs)


def _bounds(
    declared: type[Declared], params: Params, who: str, where: str, edited: str, of_training: bool = False
) -> Iterator[Diagnostic]:
    """where: how the diagnostic names the group of settings; edited: how a repair does."""
    for name, parameter in declared.parameters.items():
        if fault := parameter.fault(params[name]):
            yield error(
                "E_BOUNDS",
                f"{who}: {name} {fault}.",
                parameter=f"{where}.{name}",
                of_training=of_training,
                repairs=remedies.setting_within_bounds(declared, params, edited, name),
            )
