"""Whether the data set and the training settings can be used."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

from graphbuilder.checks import remedies
from graphbuilder.checks.arithmetic import OutOfBounds
from graphbuilder.checks.examined import MOST_KEPT, Examined
from graphbuilder.datasets import SOURCES
from graphbuilder.diagnostics import Diagnostic, Fault, Need, such_as
from graphbuilder.fields import enterable
from graphbuilder.metrics import METRICS, score_keys, watchable
from graphbuilder.names import names_of
from graphbuilder.operators.data import Input
from graphbuilder.operators.loss import Loss
from graphbuilder.optimizers import OPTIMIZERS
from graphbuilder.parameters import Declared, Params
from graphbuilder.repair import SetSetting
from graphbuilder.settings import Settings, Split


class NoData(Need):
    """Training needs data. Before any are chosen, a network is an architecture: its Inputs have the shapes typed
    in, and it gives code and pictures. They are chosen when a data set is, and an Input or a Loss takes a field
    of it.

    first, chosen: an Input that might take a field of the chosen data set.
    """

    code = "E_NO_DATA"
    title = "No data"
    remedy = "Choose a data set in the panel Data, and at every Input a field of it."
    point = (
        "An architecture is a family of functions, and data pick one of them. What the same network will "
        "tell apart, digits or flowers, is decided by what it is shown."
    )
    see = ("operator.Input", "idea.parts")
    example = such_as()
    needs = "data"
    first: str | None = None
    chosen: str | None = None

    @property
    def fix(self) -> str:
        if self.first is None:
            return "Choose a data set, and at every Input a field of it."
        return f"Let {self.first} take a field of {self.chosen}, or choose another data set."


def no_data(examined: Examined) -> Iterator[Diagnostic]:
    if examined.wired.reads_data:
        return
    source = examined.wired.document.data.source
    if source is None:
        yield NoData(repairs=remedies.of_no_data(examined))
        return
    inputs = [id for id, _ in examined.every(Input)]
    if inputs:
        yield NoData(
            first=examined.called(inputs[0]),
            chosen=source.title,
            nodes=tuple(inputs),
            parameter="field",
            repairs=remedies.of_no_data(examined),
        )


class UnknownData(Fault):
    """The project names a data set that this server does not have."""

    code = "E_DATA"
    title = "Data that cannot be had or parted"
    remedy = "Choose one of the data sets that are there, or say how the rows are to be parted."
    point = (
        "A network cannot be told from its data: with other rows it would be another one. So a project "
        "keeps the name of what it learned from."
    )
    see = ("idea.parts", "split.by")
    example = such_as(name="mnist", known=("digits", "iris"))
    name: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"The data set {self.name!r} is not known."

    @property
    def fix(self) -> str:
        return f"Choose one of {', '.join(self.known)}."


class TooFewToTrainOn(Fault):
    """Validation and test part leave too few rows to train on.

    kept, most: shares of the rows.
    """

    code = "E_BOUNDS"
    example = such_as(kept=0.95, most=0.9)
    kept: float
    most: float
    fix = "Leave more rows to train on."

    @property
    def message(self) -> str:
        return f"Split: validation and test together must be at most {self.most:g}; received {self.kept:g}."


class NoSuchFold(Fault):
    """The rows are not parted into so many folds."""

    code = "E_BOUNDS"
    example = such_as(fold=6, folds=5)
    fold: int
    folds: int

    @property
    def message(self) -> str:
        return f"Split: fold must be at most folds, {self.folds}; received {self.fold}."


class SplitByNothing(Fault):
    """The rows are to be parted by a column that the data set has not.

    by: what is to say which part a row is in; role: of the column that would.
    """

    code = "E_DATA"
    example = such_as(by="group", role="group")
    by: str
    role: str
    fix = "Let the data say how they are parted, or give a column that role."

    @property
    def message(self) -> str:
        return f"Split: by {self.by} needs a column of the role {self.role}, which these data lack."


def data_set(examined: Examined) -> Iterator[Diagnostic]:
    """The data set is unknown, or one of its options or of the split is out of bounds. As long as nothing reads data,
    their bounds keep from training alone."""
    data, unread = examined.wired.document.data, not examined.wired.reads_data
    source = data.source
    if source is not None:
        yield from _bounds(type(source), source.params, f"Data set {source.title}", "data", "data", unread)
    elif not unread:
        yield UnknownData(name=data.name, known=tuple(SOURCES), repairs=remedies.known_data(examined, data.name))
    yield from _bounds(Split, data.split, "Split", "split", "split", unread)
    kept = data.split["validation"] + data.split["test"]
    if kept > MOST_KEPT:
        yield TooFewToTrainOn(
            kept=kept,
            most=MOST_KEPT,
            parameter="split.validation",
            of_training=unread,
            repairs=remedies.rows_to_train_on(data.split["validation"], MOST_KEPT),
        )
    fold, folds, by = data.split["fold"], data.split["folds"], data.split["by"]
    if folds > 1 and fold > folds:
        repairs = (SetSetting("split", "fold", folds),)
        yield NoSuchFold(fold=fold, folds=folds, parameter="split.fold", of_training=unread, repairs=repairs)
    role = {"time": "time", "given": "part"}.get(by)
    if source is not None and role and not any(field.kind == role for field in examined.fields.values()):
        repairs = (SetSetting("split", "by", "data"),)
        yield SplitByNothing(by=by, role=role, parameter="split.by", of_training=unread, repairs=repairs)


class UnknownOptimizer(Fault):
    """The project names an optimizer that this version does not know."""

    code = "E_TRAINING"
    title = "An optimizer that is not known"
    remedy = "Choose one of the optimizers in the panel Training."
    point = (
        "Optimizers differ in how they make a step of a gradient, not in what they look for. Adam at its "
        "usual rate is a good first choice, and plain SGD a good lesson."
    )
    see = ("optimizer.Adam", "optimizer.SGD")
    example = such_as(name="Sofia", known=("SGD", "Adam"))
    name: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"The optimizer {self.name!r} is not known."

    @property
    def fix(self) -> str:
        return f"Choose one of {', '.join(self.known)}."


def training(examined: Examined) -> Iterator[Diagnostic]:
    """The optimizer is unknown, or one of its options or of the settings of training is out of bounds. Without any Loss
    that keeps from training alone, but for the seed, which stands in all code."""
    unread = not any(examined.every(Loss))
    training = examined.wired.document.training
    optimizer = OPTIMIZERS.get(training.optimizer)
    if optimizer is None:
        name, repairs = training.optimizer, remedies.known_optimizer(training.optimizer)
        yield UnknownOptimizer(name=name, known=tuple(OPTIMIZERS), of_training=unread, repairs=repairs)
    else:
        yield from _bounds(optimizer, training.options, optimizer.title, "training", "optimizer", unread)
    for found in _bounds(Settings, training.settings, "Training", "training", "training", unread):
        yield replace(found, of_training=False) if found.parameter == "training.seed" else found


class UnknownMonitor(Fault):
    """What early stopping is to watch is nothing that this network tells."""

    code = "E_TRAINING"
    example = such_as(monitor="val_accuracy", known=("val_loss", "val_mae", "loss", "mae"))
    monitor: str
    known: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"Training: monitor is {self.monitor!r}, which this network does not tell."

    @property
    def fix(self) -> str:
        return f"Watch one of {', '.join(self.known)}."


def monitored(examined: Examined) -> Iterator[Diagnostic]:
    """What is watched is told after each epoch."""
    monitor = examined.wired.document.training.settings["monitor"]
    if monitor == Settings.parameters["monitor"].default or not examined.wired.reads_data:
        return
    names, told = names_of(examined.wired.document.nodes).layers, dict[str, Collection[str]]()
    for id, loss in examined.every(Loss):
        target = examined.fields.get(loss.target)
        if id in examined.broken or id not in examined.facts or target is None:
            return
        judged = loss.judged(target, examined.facts[id].inputs[0])
        if judged is None or any(one not in METRICS for one in loss.metrics):
            return
        told[names[id]] = loss.measured(judged)
    known = watchable(score_keys(told)) if told else ()
    if known and monitor not in known:
        repairs = tuple(SetSetting("training", "monitor", one) for one in _nearest(monitor, known))
        yield UnknownMonitor(
            monitor=monitor, known=known, parameter="training.monitor", of_training=True, repairs=repairs
        )


def _nearest(word: str, known: Sequence[str]) -> list[str]:
    """The one that is most like it, and the first."""
    return [*dict.fromkeys([*get_close_matches(word, known, 1), known[0]])]


class NoField(Fault):
    """An Input takes no field of the data set, though others do or a Loss names one, so there is nothing to feed
    it with. It has the shape typed in, so code is given all the same."""

    code = "E_NO_FIELD"
    title = "An Input without a field"
    remedy = "Choose at the Input which field of the data enters there."
    point = (
        "A network of several inputs reads several things about one sample, such as a picture and a "
        "measurement. Each row has to bring all of them."
    )
    see = ("operator.Input",)
    example = such_as(who="Input 'image'", usable=("image", "pixels"))
    who: str
    usable: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.who} takes no field of the data set."

    @property
    def fix(self) -> str:
        return f"Choose one of {', '.join(self.usable)}."


def unbound_inputs(examined: Examined) -> Iterator[Diagnostic]:
    if not examined.wired.reads_data:
        return
    for id, operator in examined.every(Input):
        if not operator.field and id not in examined.broken:
            yield NoField(
                who=examined.called(id),
                usable=tuple(enterable(examined.fields)),
                nodes=(id,),
                parameter="field",
                of_training=True,
                repairs=remedies.field_of(examined, id),
            )


def _bounds(
    declared: type[Declared], params: Params, who: str, where: str, edited: str, of_training: bool = False
) -> Iterator[Diagnostic]:
    """where: how the diagnostic names the group of settings; edited: how a repair does."""
    for name, parameter in declared.parameters.items():
        if fault := parameter.fault(params[name]):
            yield OutOfBounds(
                who=who,
                name=name,
                must=fault,
                parameter=f"{where}.{name}",
                of_training=of_training,
                repairs=remedies.setting_within_bounds(declared, params, edited, name),
            )
