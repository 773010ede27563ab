"""Findings about single layers: what they look at, let through, drop and hold down."""

from collections.abc import Iterator, Mapping
from math import prod, sqrt
from typing import Any, Literal

from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.finding import (
    SYMPTOMS,
    Finding,
    amount,
    epochs_of_larger_batches,
    larger_batches,
    larger_batches_told,
    together,
)
from graphbuilder.diagnostics import such_as
from graphbuilder.operators import Operator
from graphbuilder.operators.augmentation import Augmentation
from graphbuilder.operators.data import Input
from graphbuilder.operators.fitting import FLATTEN, NOISE, ROW_BY_ROW, is_picture
from graphbuilder.operators.recurrent import Recurrent
from graphbuilder.parameters import Chosen, Penalty
from graphbuilder.parameters.initializers import constant_of
from graphbuilder.repair import Repair, Replace, SetParameter, TakeOut, Thaw
from graphbuilder.shapes import show, size


class StrideSkips(Finding):
    """A window moves further each time than it reaches, so some places are never looked at."""

    code = "D_STRIDE_SKIPS"
    title = "A stride beyond the window"
    remedy = "Let the window reach at least as far as it moves, or move it less."
    point = (
        "What no window ever covers might as well not be in the picture. Only a 1 by 1 shortcut skips on purpose, "
        "beside a branch that looks."
    )
    see = ("operator.Conv2D", "operator.MaxPooling2D")
    hides = (*SYMPTOMS, "D_DEAD_UNITS")
    refuted = True
    example = such_as(who="Convolution 'c1'", window=(1, 1), strides=(4, 4), skipped=0.94)
    who: str
    window: tuple[int, ...]
    strides: tuple[int, ...]
    skipped: float

    MOST = 0.4
    """Share of places that may stay unseen: less is a coarse look, and still a look."""

    @property
    def message(self) -> str:
        return (
            f"{self.who} has a window of {show(self.window)} and a stride of {show(self.strides)}: it skips "
            f"{self.skipped:.0%} of the places, which are never looked at."
        )

    @property
    def fix(self) -> str:
        return f"Set strides to at most {show(self.window)}, or take a larger window."

    @classmethod
    def found(cls, case: Case) -> Iterator["StrideSkips"]:
        for id, operator in case.operators:
            looks = operator.looks(case.report.facts[id].inputs)
            if not looks or "strides" not in operator.parameters or not is_picture_or_row(case, id):
                continue
            steps = tuple(int(look.step) for look in looks)
            window = tuple(look.window for look in looks)
            seen = prod(min(1.0, reach / step) for reach, step in zip(window, steps, strict=True) if step >= 1)
            if 1 - seen < cls.MOST or _has_another_look(case, id):
                continue
            name = "kernel_size" if "kernel_size" in operator.parameters else "pool_size"
            strides = [min(reach, step) for reach, step in zip(window, steps, strict=True)]
            larger = [max(3, step) for step in steps]
            fits = SetParameter("strides", strides), SetParameter(name, larger)
            yield cls(
                who=case.called(id),
                window=window,
                strides=steps,
                skipped=1 - seen,
                nodes=(id,),
                parameter="strides",
                repairs=fits,
            )


def is_picture_or_row(case: Case, id: str) -> bool:
    return len(case.report.facts[id].inputs[0]) >= 2


def _has_another_look(case: Case, id: str) -> bool:
    """What it reads is read by others too, as beside the shortcut of a residual block."""
    return any(len(case.report.wired.out_of[source]) > 1 for source in case.report.wired.before[id])


class NoLookAround(Finding):
    """Every window of a network of images or series is one place large, and then the mean over all places is taken, or
    each place of an image is judged by itself: it never sees what lies beside what."""

    code = "D_NO_LOOK_AROUND"
    title = "Windows of one place alone"
    remedy = "Give the convolutions windows of 3 places along each axis, or of more."
    point = "An edge, a corner, a stroke is what lies beside what. A 1 by 1 convolution mixes colours and sees no form."
    see = ("operator.Conv2D",)
    hides = SYMPTOMS
    refuted = True
    example = such_as(who="Convolution 'c1' and Convolution 'c2'", pooled="Global average pooling 'pool'")
    who: str
    pooled: str
    axes: int = 2
    by_place: bool = False

    @property
    def fix(self) -> str:
        same = ", and padding to same" if self.by_place else ""
        return f"Set kernel_size to {' by '.join('3' * self.axes)}{same}."

    @property
    def message(self) -> str:
        unseen = "no edge and no form" if self.axes > 1 else "no rise and no rhythm"
        return (
            f"{self.who} {'look' if ' and ' in self.who else 'looks'} at each place alone, with windows of 1, "
            f"before {self.pooled} "
            f"{'judges each place' if self.by_place else 'takes all places together'}: "
            f"no neighbours are ever seen, {unseen}."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["NoLookAround"]:
        around: dict[str, bool] = {}
        convolutions: dict[str, tuple[str, ...]] = {}
        for id, operator in case.operators:
            facts = case.report.facts[id]
            before = case.report.wired.before[id]
            if isinstance(operator, Input):
                around[id], convolutions[id] = size(facts.shape[:-1]) <= 1, ()
                continue
            if not before or not facts.inputs:
                continue
            looks = operator.looks(facts.inputs)
            wide = looks is None or any(look.window > 1 for look in looks)
            seen = any(around.get(source, True) for source in before)
            convolutions[id] = tuple(dict.fromkeys(one for source in before for one in convolutions.get(source, ())))
            places = len(facts.inputs[0]) >= 2
            is_global = looks is None and places and size(facts.shape[:-1]) <= 1 and operator.keeps_range
            flattened = size(facts.shape) == size(facts.inputs[0]) and len(facts.shape) < len(facts.inputs[0])
            if is_global and not flattened and not seen and convolutions[id] and len(before) == 1:
                ones = convolutions[id]
                fits = tuple(SetParameter("kernel_size", [3] * (len(facts.inputs[0]) - 1), one) for one in ones)
                yield cls(
                    who=together([case.called(one) for one in ones]),
                    pooled=case.called(id),
                    axes=len(facts.inputs[0]) - 1,
                    nodes=(*ones, id),
                    parameter="kernel_size",
                    repairs=(fits,),
                )
                around[id] = True
                continue
            around[id] = seen or wide
            if "kernel_size" in operator.parameters and not wide:
                convolutions[id] += (id,)
        yield from cls._by_place(case, around, convolutions)

    @classmethod
    def _by_place(
        cls, case: Case, around: Mapping[str, bool], convolutions: Mapping[str, tuple[str, ...]]
    ) -> Iterator["NoLookAround"]:
        """Of the Losses whose answer is an image. A step of a series has a meaning by itself."""
        for id in case.losses:
            for source in case.report.wired.before[id]:
                axes = len(case.report.facts[source].shape) - 1 if source in case.report.facts else 0
                ones = convolutions.get(source, ())
                if axes >= 2 and ones and not around.get(source, True):
                    yield cls(
                        who=together([case.called(one) for one in ones]),
                        pooled=case.called(id),
                        axes=axes,
                        by_place=True,
                        nodes=(*ones, id),
                        parameter="kernel_size",
                        repairs=(
                            tuple(
                                change
                                for one in ones
                                for change in (
                                    SetParameter("kernel_size", [3] * axes, one),
                                    SetParameter("padding", "same", one),
                                )
                            ),
                        ),
                    )


class PooledAway(Finding):
    """A pooling leaves so few values of an image or a series that what was to be told apart is gone.

    came, left: shapes before and behind it. classes: to be told apart; 0 where the target is an amount.
    """

    code = "D_POOLED_AWAY"
    title = "An image pooled away"
    remedy = "Pool by 2 at a time, each behind a convolution that has more channels than the one before."
    point = "Where something stands is given up for what it is. That pays when the channels already say what it is."
    see = ("operator.MaxPooling2D", "operator.GlobalAveragePooling2D")
    hides = (*SYMPTOMS, "D_BOTTLENECK")
    refuted = True
    example = such_as(who="Max pooling 'pool'", came=(8, 8, 1), left=(1, 1, 1), classes=10)
    who: str
    came: tuple[int | None, ...]
    left: tuple[int | None, ...]
    classes: int
    windows: bool = True

    @property
    def message(self) -> str:
        apart = f"to tell {self.classes} classes apart" if self.classes else "to answer by"
        values, thrown = size(self.left), "the image" if is_picture(self.came) else "the order"
        does = "pools" if self.windows else "brings"
        return (
            f"{self.who} {does} {show(self.came)} down to {show(self.left)}: it throws {thrown} away, and "
            f"{values} value{'s' if values != 1 else ''} {'are' if values != 1 else 'is'} left {apart}."
        )

    @property
    def fix(self) -> str:
        if not self.windows:
            return "Leave more of it, or take this out."
        return "Take a smaller window, or put convolutions with more filters before it."

    @classmethod
    def found(cls, case: Case) -> Iterator["PooledAway"]:
        classes = _classes(case)
        for id, operator in case.operators:
            facts = case.report.facts[id]
            takes_together = operator.is_linear or (operator.keeps_range and not operator.keeps_values)
            if not facts.inputs or not takes_together or len(facts.inputs[0]) < 2:
                continue
            came, left = facts.inputs[0], facts.shape
            if None in came or None in left or size(came) < 8 * size(left) or not _cuts(case, id):
                continue
            counts = [case.report.facts[one].counts for one in _ancestors(case, id)]
            unseen = not any(one.multiply_adds or one.trainable for one in counts)
            if not (unseen or is_picture(came)):  # means of words, or of what was learned step by step, are usual
                continue
            if 2 * size(left) < max(classes, 5) or (
                unseen and size(left) < 4 * max(classes, 2) and size(left) * 16 <= size(came)
            ):
                twos = [2] * (len(came) - 1)
                names = [one for one in ("pool_size", "strides") if one in operator.parameters]
                repair: Repair = tuple(SetParameter(one, twos) for one in names) or (
                    Replace(FLATTEN) if len(left) < len(came) else TakeOut()
                )
                yield cls(
                    who=case.called(id),
                    came=came,
                    left=left,
                    classes=classes,
                    windows="Pooling" in operator.kind,
                    nodes=(id,),
                    parameter="pool_size" if names else None,
                    repairs=(repair,),
                )


def _ancestors(case: Case, id: str) -> set[str]:
    found: set[str] = set()
    ahead = [*case.report.wired.before[id]]
    for one in ahead:  # grows
        if one not in found:
            found.add(one)
            ahead += case.report.wired.before[one]
    return found & case.report.facts.keys()


def _classes(case: Case) -> int:
    """Of the target with the most of them."""
    return max((len(target.classes) for loss in case.losses.values() if (target := case.target(loss))), default=0)


def _rebuilds(case: Case) -> bool:
    """Some Loss compares with what was entered: an autoencoder, whose bottleneck is the point."""
    return bool(case.examined.entered & case.examined.compared)


def _cuts(case: Case, *ids: str) -> bool:
    """Whatever comes to the Losses passes one of these nodes."""
    wired = case.report.wired
    reached = {one for one, operator in wired.operators.items() if isinstance(operator, Input)} - {*ids}
    for one in wired.order:
        if one not in ids and any(source in reached for source in wired.before[one]):
            reached.add(one)
    return not any(loss in reached for loss in case.losses)


class Bottleneck(Finding):
    """All that is known passes a layer that is too narrow for what is to be told apart.

    units: that it gives; classes: to be told apart, 0 for an amount. each: of a word, or of a place, that it gives so
    many for; nothing where for all together.
    """

    code = "D_BOTTLENECK"
    title = "A bottleneck that is too narrow"
    remedy = "Give the narrow layer more units: at least about as many as there are classes."
    point = "What a narrow layer drops, no later layer gets back, however wide it is."
    see = ("operator.Dense",)
    hides = (*SYMPTOMS,)
    refuted = True
    example = such_as(who="Linear 'narrow'", units=1, came=64, classes=10, better=16)
    who: str
    units: int
    came: int
    classes: int
    better: int
    each: Literal["", "word", "place"] = ""

    POOR = 0.6
    """Of the way from chance to perfect, in training: who came no further with fewer units than classes lacks units."""

    @property
    def message(self) -> str:
        if self.each == "place":
            return (
                f"{self.who} is a bottleneck: {self.units} value{'s' if self.units != 1 else ''} a place, where "
                f"{self.classes} classes are to be told apart at each: too narrow."
            )
        if self.each:
            return (
                f"{self.who} is a bottleneck: {self.units} value{'s' if self.units != 1 else ''} a word, of which the "
                f"mean is all that is left {f'for {self.classes} classes' if self.classes else 'to answer by'}: too "
                "narrow."
            )
        by = f"for {self.classes} classes" if self.classes else "for the layers behind it"
        plural = "s" if self.units != 1 else ""
        return (
            f"{self.who} is a bottleneck: {self.units} unit{plural} {by}, too narrow, and all {self.came} values "
            "before it must pass."
        )

    @property
    def fix(self) -> str:
        if self.each:
            return f"Set {'output_dim' if self.each == 'word' else 'filters'} to {self.better}."
        return f"Set it to {self.better} units."

    @classmethod
    def found(cls, case: Case) -> Iterator["Bottleneck"]:
        """Two units tell a handful of classes apart at best, one only orders them; of an image whose places are told
        apart, as many at each of them. An autoencoder is narrow on purpose."""
        if _rebuilds(case):
            return
        classes = _classes(case)
        targets = [target for loss in case.losses.values() if (target := case.target(loss)) and target.classes]
        places = {target.shape for target in targets if len(target.shape) >= 2}
        yield from cls._of_words(case, classes)
        for id, operator in case.operators:
            facts = case.report.facts[id]
            name = next((one for one in ("units", "filters") if one in operator.parameters), "")
            if not name or id not in case.examined.ahead or "weights" not in case.examined.ahead[id]:
                continue
            by_place = facts.shape[:-1] in places
            units, came = ((one[-1] or 0) if by_place else size(one) for one in (facts.shape, facts.inputs[0]))
            if by_place:
                came *= size(operator.params.get("kernel_size", (1,)))  # type: ignore[arg-type]
            over = case.run is not None and case.run.ended is not None
            fewer = over and units < classes and (case.learned or 1.0) < cls.POOR
            if (
                (fewer or cls._is_narrow(units, classes))
                and came > 2 * units
                and _cuts(case, id)
                and facts.counts.trainable
            ):
                better = max(16, classes)
                yield cls(
                    who=case.called(id),
                    units=units,
                    came=came,
                    classes=classes,
                    better=better,
                    each="place" if by_place else "",
                    nodes=(id,),
                    parameter=name,
                    repairs=(SetParameter(name, better),),
                )

    @staticmethod
    def _is_narrow(units: int, classes: int) -> bool:
        return units == 1 or (units == 2 and classes > 4) or (units == 3 and classes > 8)

    @classmethod
    def _of_words(cls, case: Case, classes: int) -> Iterator["Bottleneck"]:
        """An embedding that gives so few values, where those of all words are taken together before any weights."""
        for id, operator in case.operators:
            units = case.report.facts[id].shape[-1] or 0 if "output_dim" in operator.parameters else 0
            if not units or not cls._is_narrow(units, classes) or not _cuts(case, id):
                continue
            whole = [
                one
                for one, _ in case.operators
                if size(case.report.facts[one].shape) == units and id in _ancestors(case, one)
                and not case.report.facts[one].counts.trainable and "weights" in case.examined.ahead[one]
            ]  # fmt: skip
            if whole and size(case.report.facts[id].shape) > units:
                better = max(16, classes)
                yield cls(
                    who=case.called(id), units=units, came=size(case.report.facts[id].shape), classes=classes,
                    better=better, each="word", nodes=(id,), parameter="output_dim",
                    repairs=(SetParameter("output_dim", better),),
                )  # fmt: skip


class DropoutLeavesNothing(Finding):
    """Dropout takes so much away that hardly anything is left to learn by.

    left: share of values that all of them leave; units: that the narrowest of them leaves.
    """

    code = "D_DROPOUT_TOO_STRONG"
    title = "Dropout that leaves nothing"
    remedy = "A rate of 0.2 to 0.5, behind the wide layers alone."
    point = "A tenth of a tenth gets through two layers of 0.9. Against overfitting it helps only who could overfit."
    see = ("operator.Dropout",)
    hides = (*SYMPTOMS, "D_DEAD_UNITS", "D_VANISHING", "D_RATE_TOO_HIGH")
    refuted = True
    example = such_as(who="Dropout 'a', Dropout 'b' and Dropout 'c'", rate=0.8, left=0.008, units=13.0)
    who: str
    rate: float
    left: float
    units: float
    name: str = "rate"

    LEAST = 0.07
    """Of all values on the way; four of 0.5 leave as much, and hold the network down already."""
    RATE = 0.8
    """One alone from here on is noise rather than help."""
    UNITS = 2.0
    """That one leaves on average: with fewer, many samples give nothing on at all."""
    BETTER = 0.2
    """With which narrow layers still learn."""

    @property
    def message(self) -> str:
        if self.left < self.LEAST:
            return (
                f"{self.who}: dropout of {self.rate:g} is too strong here, it leaves {self.left:.1%} of the values in "
                "all, too little to "
                "learn by."
            )
        return (
            f"{self.who}: dropout of {self.rate:g} is too strong, it leaves {amount(self.units)} values of a sample "
            "on average."
        )

    @property
    def fix(self) -> str:
        return f"Set the {self.name} to {self.BETTER:g}, or take some of it out."

    @classmethod
    def found(cls, case: Case) -> Iterator["DropoutLeavesNothing"]:
        """Of dropout on the answers themselves `W_DROPOUT_LAST` tells."""
        names = {id: name for id, operator in case.operators if (name := _dropped_by(operator))}
        rates = {id: case.number(id, name) for id, name in names.items()}
        kept: dict[str, tuple[float, tuple[str, ...]]] = {}
        worst: tuple[float, tuple[str, ...]] = (1.0, ())
        for id, _ in case.operators:
            ways = [kept.get(source, (1.0, ())) for source in case.report.wired.before[id]]
            left, drops = max(ways, default=(1.0, ()))
            if id in rates and rates[id] > 0:
                left, drops = left * (1 - rates[id]), (*drops, id)
            kept[id] = left, drops
            if id in case.losses:
                worst = min(worst, kept[id])
        strong = [id for id, rate in rates.items() if rate >= cls.RATE]
        few = [
            id
            for id, rate in rates.items()
            if rate > 0.3 and names[id] == _RATE and size(case.report.facts[id].shape) * (1 - rate) <= cls.UNITS
        ]
        strong, few = ([id for id in some if id not in case.examined.answers] for some in (strong, few))
        nodes = worst[1] if worst[0] < cls.LEAST else tuple(dict.fromkeys((*strong, *few)))
        nodes = tuple(id for id in nodes if _cuts(case, id)) or (nodes if worst[0] < cls.LEAST else ())
        if not nodes:
            return
        yield cls(
            who=together([case.called(id) for id in nodes]),
            rate=max(rates[id] for id in nodes),
            left=worst[0] if worst[0] < cls.LEAST else 1.0,
            units=min(size(case.report.facts[id].inputs[0]) * (1 - rates[id]) for id in nodes),
            nodes=nodes,
            name=names[nodes[0]],
            parameter=names[nodes[0]],
            repairs=(
                tuple(SetParameter(names[id], cls.BETTER, id) for id in nodes),
                tuple(TakeOut(id) if names[id] == _RATE else SetParameter(names[id], 0.0, id) for id in nodes),
            ),
        )


_RATE = "rate"


def _dropped_by(operator: Operator) -> str:
    """The parameter that says how much of what comes in an operator drops; empty where it drops nothing."""
    if operator.is_random and operator.keeps_values and _RATE in operator.parameters:
        return _RATE
    return "dropout" if isinstance(operator, Recurrent) else ""


class AugmentedAway(Finding):
    """Augmentation moves or enlarges images so far that half of what they show is out of sight while training.

    left: share of an image's places that is still there, on average.
    """

    code = "D_AUGMENTED_AWAY"
    title = "Images changed beyond knowing"
    remedy = "Shift by a tenth, turn by a twentieth of a circle, zoom by a fifth: what a person still knows at once."
    point = "Augmentation says what does not matter. Whatever is out of sight is said not to matter, too."
    see = ("operator.RandomTranslation", "operator.RandomZoom")
    hides = (*SYMPTOMS, "D_DEAD_UNITS")
    refuted = True
    example = such_as(who="Random translation 'move' and Random zoom 'zoom'", left=0.4)
    who: str
    left: float

    LEAST = 0.5
    """Half: of a digit that stands in the middle half, a shift by half an image takes so much."""
    BETTER = 0.1
    """A factor that leaves nine tenths; the usual one of tutorials."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: this augmentation is too strong, {self.left:.0%} of an image are still in sight on average "
            "while training."
        )

    @property
    def fix(self) -> str:
        return f"Set its factors to {self.BETTER:g}."

    @classmethod
    def found(cls, case: Case) -> Iterator["AugmentedAway"]:
        moving = {id: one for id, one in case.operators if isinstance(one, Augmentation) and one.leaves() < 1}
        left = prod(one.leaves() for id, one in moving.items() if _cuts(case, id))
        if left >= cls.LEAST:
            return
        nodes = tuple(id for id in moving if _cuts(case, id))
        factors = [
            SetParameter(name, cls.BETTER, id)
            for id in nodes
            for name in moving[id].parameters
            if name.endswith("factor") and case.number(id, name) > cls.BETTER
        ]
        yield cls(
            who=together([case.called(id) for id in nodes]), left=left, nodes=nodes, parameter="height_factor",
            repairs=(tuple(factors), tuple(TakeOut(id) for id in nodes)),
        )  # fmt: skip


class NoiseDrowns(Finding):
    """The noise that is added in training is larger than what it is added to."""

    code = "D_NOISE_DROWNS"
    title = "Noise that drowns the signal"
    remedy = "Noise of a tenth to a third of the values' own spread."
    point = "A little noise teaches to look at what is robust. Much of it leaves nothing to look at."
    see = ("operator.GaussianNoise",)
    hides = (*SYMPTOMS,)
    refuted = True
    example = such_as(who="Gaussian noise 'noise'", stddev=5.0, spread=0.3, better=0.05)
    who: str
    stddev: float
    spread: float
    better: float

    MOST = 3.0
    """Times the spread of what comes in."""

    @property
    def message(self) -> str:
        return (
            f"{self.who} adds noise of spread {amount(self.stddev)} to values of about {amount(self.spread)}: it "
            "drowns them."
        )

    @property
    def fix(self) -> str:
        return f"Set stddev to {self.better:g}."

    @classmethod
    def found(cls, case: Case) -> Iterator["NoiseDrowns"]:
        for id, operator in case.report.wired.operators.items():
            if operator is None or operator.kind != NOISE:
                continue
            came = case.signals.given.get(case.report.wired.before[id][0]) if case.report.wired.before[id] else None
            stddev: Any = operator.params["stddev"]
            if came and stddev > cls.MOST * max(came.scatter, came.spread) > 0:
                better = float(f"{came.spread / 5:.1g}")
                yield cls(
                    who=case.called(id), stddev=stddev, spread=came.scatter, better=better, nodes=(id,),
                    parameter="stddev", repairs=(SetParameter("stddev", better),),
                )  # fmt: skip


class NormalizedInTiny(Finding):
    """Batch normalization measures mean and spread on so few samples that they are mostly luck."""

    code = "D_BATCH_NORM_TINY"
    title = "Batch normalization of tiny batches"
    remedy = "Batches of 16 or more, or Layer normalization, which measures each sample by itself."
    point = "Of two samples one becomes plus one and the other minus one, whatever they were."
    see = ("operator.BatchNormalization", "operator.LayerNormalization", "training.batch_size")
    hides = (*SYMPTOMS, "D_OVERFIT", "D_RATE_TOO_HIGH", "D_NORM_GAP")
    refuted = True
    example = such_as(who="Batch normalization 'bn'", batch=2)
    who: str
    batch: int
    epochs: int = 0
    layers: int = 1

    FEWEST = 5
    """With 4 values the measured spread is off by half of itself, one time in three."""

    @property
    def message(self) -> str:
        return (
            f"{self.who} {'measure' if self.layers > 1 else 'measures'} mean and spread on batches of {self.batch} "
            "samples: batch normalization needs larger ones."
        )

    @property
    def fix(self) -> str:
        return larger_batches_told(self.epochs)

    @classmethod
    def found(cls, case: Case) -> Iterator["NormalizedInTiny"]:
        """Over an image there are values enough in few samples; batches of one are told of by `W_BATCH_OF_ONE`."""
        batch = case.batch
        tiny = [
            id
            for id, _ in case.examined.where(lambda one: one.measures_batch)
            if id in case.report.facts and 1 < batch * size(case.report.facts[id].shape[:-1]) < cls.FEWEST
        ]
        if batch > 1 and tiny:
            epochs = epochs_of_larger_batches(case)
            called = {case.called(id): id for id in tiny}  # of a block that is used twice, once
            yield cls(
                who=together([*called]), layers=len(called), batch=batch, epochs=epochs, nodes=tuple(tiny),
                parameter="training.batch_size",
                repairs=(larger_batches(epochs), tuple(Replace(ROW_BY_ROW, node=id) for id in called.values())),
            )  # fmt: skip


class NormalizedTooSlow(Finding):
    """The running mean and spread of batch normalization move so slowly that they are not there when training ends.

    left: the share of them that is still what they began with.
    """

    code = "D_BATCH_NORM_SLOW"
    title = "Running means that do not arrive"
    remedy = "A momentum of 0.9 to 0.99: about the tenth part of the steps is to be remembered."
    point = (
        "In training it goes by the batch, afterwards by running means. Where these lag, a network that scores well in"
        " training fails in validation, and looks as if it had overfitted."
    )
    see = ("operator.BatchNormalization",)
    hides = (*SYMPTOMS, "D_OVERFIT", "D_RATE_TOO_HIGH", "D_NORM_GAP")
    refuted = True
    example = such_as(who="Batch normalization 'bn'", momentum=0.9999, steps=510, left=0.95, better=0.9)
    who: str
    momentum: float
    steps: int
    left: float
    better: float

    MOST = 0.45
    """Of the start may be left: with a quarter no harm could be measured."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: momentum {self.momentum:g} is too slow for {self.steps:,} steps: {self.left:.0%} of the "
            "running mean and variance "
            "is still what they began with, so validation goes by wrong ones."
        )

    @property
    def fix(self) -> str:
        return f"Set momentum to {self.better:g}."

    @classmethod
    def found(cls, case: Case) -> Iterator["NormalizedTooSlow"]:
        steps = case.steps
        for id, _ in case.examined.where(lambda one: one.measures_batch and "momentum" in one.parameters):
            momentum = case.number(id, "momentum")
            if steps and id in case.report.facts and (left := momentum**steps) > cls.MOST:
                better = 0.9 if steps < 2000 else 0.99
                yield cls(
                    who=case.called(id), momentum=momentum, steps=steps, left=left, better=better, nodes=(id,),
                    parameter="momentum", repairs=(SetParameter("momentum", better),),
                )  # fmt: skip


class PenaltyTooStrong(Finding):
    """At the start the penalty on weights is larger than the loss of the data, so the weights go to zero first.

    share: of the whole loss that is penalty at the start; l1, l2: of the first such layer.
    """

    code = "D_PENALTY_TOO_STRONG"
    title = "A penalty that outweighs the data"
    remedy = "An l2 of 0.0001 to 0.01, an l1 of a tenth of that."
    point = "The loss is a sum, and what is largest in it is made small first: that of the weights, by forgetting."
    see = ("penalty.l1_l2",)
    hides = (*SYMPTOMS, "D_DEAD_UNITS", "D_VANISHING")
    refuted = True
    example = such_as(who="Linear 'hidden'", penalty="l2 1", share=0.96, name="kernel_regularizer")
    who: str
    penalty: str
    share: float
    name: str

    MOST = 0.6
    """Of the loss at the start: measured on digits, l2 of 0.03 (half) costs a point of accuracy, 0.1 (three quarters)
    five."""

    @property
    def message(self) -> str:
        whose = "their" if " and " in self.who else "its"
        what = "weights" if self.name == "kernel_regularizer" else "outputs"
        return (
            f"{self.who}: the penalty on {whose} {what} ({self.penalty}) is too strong: regularization is "
            f"{self.share:.0%} of the loss at the start and outweighs the data, so the {what} go to zero."
        )

    @property
    def fix(self) -> str:
        return f"Set {self.name} to a hundredth or less, such as l2 0.001."

    @classmethod
    def found(cls, case: Case) -> Iterator["PenaltyTooStrong"]:
        chances = [chance * loss.weight for loss in case.losses.values() if (chance := case.chance(loss))]
        if not chances:
            return
        parts = {id: part for id, _ in case.operators if (part := _penalty(case, id))}
        whole = sum(part for part, _ in parts.values())
        share = whole / (whole + sum(chances)) if parts else 0.0
        if parts and case.run and case.run.batches and case.run.batches[0].step == 0:
            first = case.run.batches[0]
            share = first.penalty / max(1e-12, first.penalty + first.loss)
        if share < cls.MOST:
            return
        nodes = tuple(id for id, (part, _) in parts.items() if part > 0.1 * whole)
        _, name = parts[nodes[0]]
        value = case.report.wired.nodes[nodes[0]].params[name]
        weights = (
            (("l1", value.l1), ("l2", value.l2))
            if isinstance(value, Penalty)
            else [(one, case.number(nodes[0], one)) for one in ("l1", "l2")]
        )
        told = " ".join(f"{one} {weight:g}" for one, weight in weights if weight)
        yield cls(
            who=together([case.called(id) for id in nodes]),
            penalty=told,
            share=share,
            name=name,
            nodes=nodes,
            parameter=name,
            repairs=(tuple(change for id in nodes for change in _weaker(id, parts[id][1])),),
        )


def _weaker(id: str, name: str) -> tuple[SetParameter, ...]:
    if name == "l1":
        return SetParameter("l1", 0.0, id), SetParameter("l2", 0.0, id)
    return (SetParameter(name, {"l1": 0.0, "l2": 0.001 if name == "kernel_regularizer" else 0.0}, id),)


def _penalty(case: Case, id: str) -> tuple[float, str] | None:
    """What the penalties of a node are at the start, and by which parameter."""
    params = case.report.wired.nodes[id].params
    held = params.get("kernel_regularizer")
    one = case.signals.weighed.get(id)
    if one and isinstance(held, Penalty) and held:
        count = case.weights_of(id)
        absolute = abs(one.weights.mean) if one.weights.is_constant else 0.8 * sqrt(one.weights.square)
        return count * (held.l2 * one.weights.square + held.l1 * absolute), "kernel_regularizer"
    active = params.get("activity_regularizer")
    given = case.signals.given.get(id)
    if given and "l1" in params and "l2" in params:
        count = size(case.report.facts[id].shape)
        return count * (case.number(id, "l2") * given.size**2 + case.number(id, "l1") * 0.8 * given.size), "l1"
    if given and isinstance(active, Penalty) and active:
        count = size(case.report.facts[id].shape)
        return count * (active.l2 * given.size**2 + active.l1 * 0.8 * given.size), "activity_regularizer"
    return None


class HeldTooTight(Finding):
    """A constraint holds the weights to so short a length that nothing gets through the layer."""

    code = "D_HELD_TOO_TIGHT"
    title = "Weights held too short"
    remedy = "A greatest length of 1 to 4."
    point = "A bound on weights is a bound on how much a unit may say. A hundredth is next to silence."
    see = ("constraint.max_norm",)
    hides = (*SYMPTOMS,)
    refuted = True
    example = such_as(who="Linear 'hidden'", most=0.01)
    who: str
    most: float
    fix = "Set its max_value to 3."

    LEAST = 0.15
    """Of a unit's length: Glorot's draws have about 1."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: the constraint holds its weights to a length of {self.most:g}, too tight for anything to "
            "get through."
        )

    @classmethod
    def found(cls, case: Case) -> Iterator["HeldTooTight"]:
        for id, _ in case.operators:
            held = case.report.wired.nodes[id].params.get("kernel_constraint")
            if isinstance(held, Chosen) and "max_value" in held.params:
                most = float(held.params["max_value"])  # type: ignore[arg-type]
                if most < cls.LEAST:
                    fits = (
                        SetParameter("kernel_constraint", {"name": held.name, **held.params, "max_value": 3.0}),
                        SetParameter("kernel_constraint", None),
                    )
                    yield cls(who=case.called(id), most=most, nodes=(id,), parameter="kernel_constraint", repairs=fits)


class FrozenAtRandom(Finding):
    """A layer keeps the weights that were drawn at random, though all that is known passes it: a document brings no
    learned ones."""

    code = "D_FROZEN_AT_RANDOM"
    title = "Frozen before it learned"
    remedy = "Thaw the layer, and freeze it once it has learned something."
    point = "To freeze is to keep what was learned. What was drawn by lot is not worth keeping."
    see = ("idea.transfer",)
    hides = SYMPTOMS
    refuted = True
    example = such_as(who="Linear 'hidden'")
    who: str
    layers: int = 1

    @property
    def fix(self) -> str:
        return "Thaw them." if self.layers > 1 else "Thaw it."

    @property
    def message(self) -> str:
        if self.layers > 1:
            return (
                f"{self.who} are frozen with the weights that they are drawn with: they never learn, and all values "
                "pass them."
            )
        return f"{self.who} is frozen with the weights that it is drawn with: it never learns, and all values pass it."

    @classmethod
    def found(cls, case: Case) -> Iterator["FrozenAtRandom"]:
        """Those frozen that have a kernel or vectors drawn by lot, where others are trained."""
        frozen = [id for id in case.report.wired.order if id in case.report.wired.frozen]
        frozen = [id for id in frozen if _drawn_by_lot(case, id)]
        frozen = [id for id in frozen if _cuts(case, id)] or frozen
        if frozen and _cuts(case, *frozen):
            who = together([case.called(id) for id in frozen])
            yield cls(who=who, layers=len(frozen), nodes=tuple(frozen), repairs=(tuple(map(Thaw, frozen)),))


def _drawn_by_lot(case: Case, id: str) -> bool:
    """Gammas and betas of a normalization, which begin with 1 and 0, are not."""
    facts, operator = case.report.facts.get(id), case.report.wired.operators[id]
    if not facts or not operator:
        return False
    looked_up = operator.params.get("embeddings_initializer")
    return bool(facts.counts.multiply_adds) or (looked_up is not None and constant_of(looked_up) is None)
