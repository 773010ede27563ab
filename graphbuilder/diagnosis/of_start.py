"""Findings about the first weights: how large values and gradients are before any step."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from graphbuilder.activations import ACTIVATIONS, word_of
from graphbuilder.diagnosis.case import Case
from graphbuilder.diagnosis.finding import NORMED, SYMPTOMS, USUAL_RATE, Finding, amount, together
from graphbuilder.diagnosis.signals import Bent
from graphbuilder.diagnostics import such_as
from graphbuilder.operators.fitting import BATCH, MEASURED, RESCALING
from graphbuilder.parameters import Chosen
from graphbuilder.repair import Change, PutBefore, PutBehind, SetParameter, UseOptimizer

_SANE = 10.0
"""Inputs larger than this are themselves the cause; of those that come as they are `W_RAW_VALUES` tells."""


def _of_memory(case: Case, id: str) -> bool:
    """What grows in this node is its memory, from step to step."""
    one = case.signals.weighed[id]
    return one.steps > 1 and one.kept > 1


def _drawn_by(case: Case, id: str) -> str:
    return "recurrent_initializer" if _of_memory(case, id) else "kernel_initializer"


def _initial(case: Case, id: str) -> str:
    value = case.report.wired.nodes[id].params[_drawn_by(case, id)]
    return value.name if isinstance(value, Chosen) else str(value)


def _better(case: Case, id: str) -> str:
    if _of_memory(case, id):
        return "orthogonal"
    activation = case.report.wired.operators[id].activation_name() or ""  # type: ignore[union-attr]
    return "he_uniform" if activation in ("relu", "leaky_relu", "elu", "gelu", "silu") else "glorot_uniform"


class DeadAtStart(Finding):
    """Every unit of a ReLU layer is off for every sample before the first step, and without a slope it stays so."""

    code = "D_DEAD_AT_START"
    title = "ReLU units that are off from the start"
    remedy = "Draw the weights at random around zero, and let inputs or biases be no large negative numbers."
    point = (
        "Where ReLU is off it has no slope. A unit that is off for every sample gets no gradient, and never comes back."
    )
    see = ("activation.relu", "initializer.he_uniform", "idea.vanishing_gradient")
    hides = (*SYMPTOMS, "D_DEAD_UNITS", "D_VANISHING_START", "D_FADING_START", "D_EXPLODING_START", "D_VANISHING")
    example = such_as(
        who="Linear 'hidden'",
        why="inputs are never positive, and weights start positive",
        name="kernel_initializer",
        better="he_uniform",
    )
    who: str
    why: str
    name: str
    better: str
    layers: int = 1

    FEWEST = 1e-4
    """Share of the sums that are above zero."""

    @property
    def message(self) -> str:
        whose = "their" if self.layers > 1 else "its"
        return f"{self.who}: {whose} {self.why}, so every ReLU unit is dead from the start, off for every sample."

    @property
    def fix(self) -> str:
        return f"Set {self.name} to {self.better}."

    @classmethod
    def found(cls, case: Case) -> Iterator["DeadAtStart"]:
        """Layers that are off for one reason in one finding; a button mends all there are, since each keeps the others
        from learning."""
        whose: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
        fits: list[SetParameter] = []
        for id, operator in case.operators:
            layer, bent = _bent(case, id)
            bend = ACTIVATIONS.get(operator.activation_name() or "")
            if bent is None or bend is None or not bend.has_dead or (bent.above > cls.FEWEST and bent.sums.high > 0):
                continue
            one = case.signals.weighed.get(layer)
            if one is None or (one.weights.is_constant and not one.weights.mean and not one.bias):
                continue  # a kernel of zeros, of which `W_EQUAL_KERNEL` tells
            unheard, negative = one.came.size == 0, one.weights.high <= 0 and not one.weights.is_constant
            if unheard and one.bias >= 0 and not negative:
                continue  # what comes of a layer before it
            by_bias = one.bias < 0.5 * bent.sums.mean
            name, better = ("bias_initializer", "zeros") if by_bias else ("kernel_initializer", _better(case, layer))
            inputs = "never positive" if one.came.high <= 0 and not unheard else "mostly positive"
            signs = "positive" if one.weights.mean > 0 else "negative"
            why = (
                f"biases start at {amount(one.bias)}" if by_bias else f"inputs are {inputs}, and weights start {signs}"
            )
            whose.setdefault((name, why), {})[layer] = tuple(dict.fromkeys((layer, id)))
            fits.append(SetParameter(name, better, layer))
        for (name, why), layers in whose.items():
            yield cls(
                who=together([case.called(layer) for layer in layers]),
                why=why,
                name=name,
                better=next(str(fit.value) for fit in fits if fit.node in layers),
                layers=len(layers),
                nodes=tuple(dict.fromkeys(id for ids in layers.values() for id in ids)),
                parameter=name,
                repairs=(tuple(fits),),
            )


def _bent(case: Case, id: str) -> tuple[str, Bent | None]:
    """Of an activation, in a layer or by itself: the layer whose sums come to it, and how."""
    if one := case.signals.weighed.get(id):
        return id, one.bent
    return case.examined.last_weighed.get(id, ""), case.signals.bent.get(id)


class SaturatedAtStart(Finding):
    """Sums are so large before the first step that the activation stands at its ends, where it has no slope.

    flat, size, initial: of the first of the layers that are drawn so. layers: how many these are.
    """

    code = "D_SATURATED_AT_START"
    title = "Saturated from the start"
    remedy = "Draw smaller weights: Glorot's initializer chooses their spread by the number of inputs."
    point = (
        "Tanh and sigmoid are flat at both ends: what stands there gets no gradient, and a unit learns only in the "
        "middle."
    )
    see = ("initializer.glorot_uniform", "activation.tanh", "idea.vanishing_gradient")
    hides = (*SYMPTOMS, "D_SATURATED", "D_VANISHING_START", "D_EXPLODING_START", "D_VANISHING", "D_EXPLODING")
    refuted = True
    example = such_as(
        who="Linear 'hidden'", bend="tanh", flat=0.8, size=12.0, initial="random_normal", better="glorot_uniform"
    )
    who: str
    bend: str
    flat: float
    size: float
    initial: str
    better: str
    came: float = 1.0
    layers: int = 1
    bias: float = 0.0

    MOST = 0.5
    """Of the sums: half of them without a slope. Glorot's draws leave a hundredth there."""
    BY_BIAS = 0.5
    """Of the sums' size, from which on it is what is added to them that carries them there, and not the weights."""

    @property
    def message(self) -> str:
        if self.came > _SANE:
            return (
                f"{self.who} gets unscaled inputs, of about {amount(self.came)}: they saturate {self.flat:.0%} of its "
                f"{self.bend} units at the start."
            )
        whose, of = (
            ("their", f"the first's {self.bend} units") if self.layers > 1 else ("its", f"its {self.bend} units")
        )
        large = (
            f"biases start at {amount(self.bias)}" if self.bias else f"initial weights ({self.initial}) are too large"
        )
        return (
            f"{self.who}: {whose} {large}: sums of about {amount(self.size)} "
            f"saturate {self.flat:.0%} of {of} at the start."
        )

    @property
    def fix(self) -> str:
        if self.came > _SANE:
            return "Scale its inputs to a spread of about 1."
        return "Set bias_initializer to zeros." if self.bias else f"Set kernel_initializer to {self.better}."

    @classmethod
    def found(cls, case: Case) -> Iterator["SaturatedAtStart"]:
        raw = {id for one in case.report.warnings if one.code == "W_RAW_VALUES" for id in one.nodes}
        drawn: dict[str, SaturatedAtStart] = {}
        for id, operator in case.operators:
            layer, bent = _bent(case, id)
            one = case.signals.weighed.get(layer)
            name = operator.activation_name() or ""
            if one and one.steps > 1 and layer == id:  # of gates, what they open and close
                name = str(operator.params["activation"])
            bend = ACTIVATIONS.get(name)
            bounded = bend and bend.function and bend.high - bend.low < 3
            if not bounded or bent is None or one is None or bent.flat < cls.MOST:
                continue
            if "weights" not in case.examined.ahead[id] and bent.flat < 0.9:
                continue
            large = one.came.size > _SANE
            if large and (layer in raw or not isfinite(one.came.size)):
                continue
            told = cls(
                who=case.called(layer), bend=word_of(name), flat=bent.flat, size=bent.sums.size,
                initial=_initial(case, layer), better="glorot_uniform", came=one.came.size,
                bias=one.bias if abs(one.bias) > cls.BY_BIAS * bent.sums.size else 0.0,
                nodes=tuple(dict.fromkeys((layer, id))),
            )  # fmt: skip
            if large:
                behind = case.examined.last_weighed.get(layer)
                put = PutBefore(BATCH, NORMED, layer) if behind else PutBefore(MEASURED, node=layer)
                yield replace(told, repairs=(put,))
            else:
                drawn[layer] = told
        if drawn:
            first = next(iter(drawn.values()))
            better = tuple(
                SetParameter("bias_initializer", "zeros", id)
                if told.bias
                else SetParameter("kernel_initializer", first.better, id)
                for id, told in drawn.items()
            )
            yield replace(
                first, who=together([case.called(id) for id in drawn]), layers=len(drawn),
                parameter="bias_initializer" if first.bias else "kernel_initializer",
                nodes=tuple(dict.fromkeys(id for told in drawn.values() for id in told.nodes)), repairs=(better,),
            )  # fmt: skip


class ExplodingStart(Finding):
    """Values grow from layer to layer by the first weights, and the first losses and gradients are enormous.

    growth: how many times larger they are behind these layers than before; initial: of the first of them.
    """

    code = "D_EXPLODING_START"
    title = "Values that explode"
    remedy = "Draw the weights by He's or Glorot's rule: a sum of n terms then keeps its size."
    point = (
        "Each layer multiplies by the root of its inputs, or by all of them where the weights are equal. Six layers "
        "take it to the sixth."
    )
    see = ("initializer.he_normal", "idea.initialization", "operator.BatchNormalization")
    hides = (
        *SYMPTOMS, "D_RATE_TOO_HIGH", "D_DIVERGED", "D_FEW_STEPS", "D_OVERFIT", "D_EXPLODING", "D_VANISHING",
        "D_NORM_GAP",
    )  # fmt: skip
    example = such_as(
        who="Linear 'h1', Linear 'h2' and Linear 'h3'", growth=260000.0, initial="ones", better="he_normal"
    )
    who: str
    growth: float
    initial: str
    better: str
    name: str = "kernel_initializer"

    MOST = 30.0
    """Times: scores of thirty where one is meant make a first loss of ten times chance, and gradients as large."""
    EACH = 2.0
    """Of a layer that has part in it; He's rule has 1.4 before ReLU takes it back."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: the initial weights ({self.initial}) are too large: values grow {amount(self.growth)} times "
            "on the "
            "way and explode, and the gradients with them."
        )

    @property
    def fix(self) -> str:
        return f"Set {self.name} to {self.better}."

    @classmethod
    def found(cls, case: Case) -> Iterator["ExplodingStart"]:
        weighed = case.signals.weighed
        grown = [id for id, one in weighed.items() if one.growth > cls.EACH and one.came.size > 0]
        if not grown or max(weighed[id].bent.sums.size for id in grown) < cls.MOST:
            return
        sane = [id for id in weighed if weighed[id].came.high < 1e30 and weighed[id].came.size > _SANE]
        growth = 1.0
        for id in grown:
            growth *= weighed[id].growth
        if growth < cls.MOST or (sane and sane[0] == next(iter(weighed)) and growth < cls.MOST * _SANE):
            return
        better = _better(case, grown[0])
        yield cls(
            who=together([case.called(id) for id in grown]),
            growth=growth,
            initial=_initial(case, grown[0]),
            better=better,
            name=_drawn_by(case, grown[0]),
            nodes=tuple(grown),
            parameter=_drawn_by(case, grown[0]),
            repairs=(tuple(SetParameter(_drawn_by(case, id), _better(case, id), id) for id in grown),),
        )


class FadingStart(Finding):
    """The first weights are so small that nearly nothing of the input arrives at the last layer."""

    code = "D_FADING_START"
    title = "Values that fade away"
    remedy = "Draw the weights by He's or Glorot's rule, whose spread follows from the number of inputs."
    point = "A hundredth a layer is a millionth after three, forward and backward alike."
    see = ("initializer.he_uniform", "idea.vanishing_gradient")
    hides = (*SYMPTOMS, "D_VANISHING_START", "D_VANISHING", "D_DEAD_UNITS")
    refuted = True
    example = such_as(who="Linear 'h1' and Linear 'h2'", share=1e-6, initial="random_normal", better="he_uniform")
    who: str
    share: float
    initial: str
    better: str

    LEAST = 1e-3
    """Of the input's size; ten layers by Glorot before ReLU leave a thirtieth."""
    EACH = 0.25
    """Of a layer that has part in it: a quarter of what comes in."""

    @property
    def message(self) -> str:
        return (
            f"{self.who}: the initial weights ({self.initial}) are too small: {amount(self.share)} of the input's "
            "size is "
            "left behind them, and the gradients vanish with it."
        )

    @property
    def fix(self) -> str:
        return f"Set kernel_initializer to {self.better}."

    @classmethod
    def found(cls, case: Case) -> Iterator["FadingStart"]:
        weighed = case.signals.weighed
        shrunk = [
            id
            for id, one in weighed.items()
            if 0 < one.growth < cls.EACH and "weights" in case.examined.ahead[id] and not one.weights.is_constant
        ]
        share = 1.0
        for id in shrunk:
            share *= weighed[id].growth
        if not shrunk or share > cls.LEAST:
            return
        yield cls(
            who=together([case.called(id) for id in shrunk]),
            share=share,
            initial=_initial(case, shrunk[0]),
            better=_better(case, shrunk[0]),
            nodes=tuple(shrunk),
            parameter="kernel_initializer",
            repairs=(tuple(SetParameter("kernel_initializer", _better(case, id), id) for id in shrunk),),
        )


class VanishingStart(Finding):
    """On its way back through activations of small slope the gradient becomes so small that the first layers hardly
    learn.

    layers: how many such activations there are. ratio: the first layer's gradient against the last one's.
    """

    code = "D_VANISHING_START"
    title = "A gradient that vanishes"
    remedy = "Use ReLU or its relatives inside the network, fewer layers, batch normalization, or skips around them."
    point = "The slope of a sigmoid is at most a quarter. Over eight layers that is a hundred-thousandth."
    see = ("idea.vanishing_gradient", "activation.sigmoid", "activation.relu", "operator.BatchNormalization")
    hides = (*SYMPTOMS, "D_SATURATED", "D_VANISHING")
    refuted = True
    example = such_as(bend="sigmoid", layers=8, ratio=1e-5)
    bend: str
    layers: int
    ratio: float
    who: str = ""

    LEAST = 3.5e-3
    """First against last layer. Measured on digits in 15 epochs: three sigmoid layers (0.008 to 0.012) learn, four
    (0.002 to 0.003) come to an accuracy of 0.4, six to chance."""
    FLAT = 0.6
    """RMS slope of an activation that has part in it. ReLU's is 0.7, tanh's at Glorot's start 0.9."""

    @property
    def message(self) -> str:
        if self.who:
            return (
                f"The gradient vanishes on its way back through the {self.layers} steps of {self.who}, by {self.bend} "
                f"at each: at the first it is about {amount(self.ratio)} of that at the last."
            )
        return (
            f"The gradient vanishes on its way back through {self.layers} {self.bend} layers in a row: at the first "
            "it is "
            f"about {amount(self.ratio)} of that at the last."
        )

    @property
    def fix(self) -> str:
        if self.who:
            return "Set its activation to tanh, or let a GRU or an LSTM take its place."
        return "Use ReLU in these layers, or put batch normalization between them."

    @classmethod
    def found(cls, case: Case) -> Iterator["VanishingStart"]:
        yield from cls._through_time(case)
        yield from cls._through_layers(case)

    @classmethod
    def _through_time(cls, case: Case) -> Iterator["VanishingStart"]:
        """Of a memory without gates, whose activation has a small slope: each step multiplies by it once more."""
        for id, one in case.signals.weighed.items():
            operator = case.report.wired.operators[id]
            if not operator or one.steps <= 1 or one.bent.slope >= cls.FLAT:
                continue
            if 0 < one.kept ** min(one.steps, 60) < cls.LEAST:
                yield cls(
                    bend=word_of(operator.activation_name() or ""),
                    layers=one.steps, ratio=one.kept ** min(one.steps, 60), who=case.called(id), nodes=(id,),
                    parameter="activation", repairs=(SetParameter("activation", "tanh"),),
                )  # fmt: skip

    @classmethod
    def _through_layers(cls, case: Case) -> Iterator["VanishingStart"]:
        order = [id for id in case.report.wired.order if id in case.signals.weighed]
        if len(order) < 3:
            return
        first, last = (case.signals.of_weights(id) for id in (order[0], order[-1]))
        if first is None or not last or first / last > cls.LEAST:
            return
        flat = [
            id
            for id, operator in case.operators
            if _is_flat(case, id, cls.FLAT) and "weights" in case.examined.ahead[id]
        ]
        if len(flat) < 3:
            return
        bend = case.report.wired.operators[flat[0]].activation_name() or ""  # type: ignore[union-attr]
        relu: list[Change] = [
            SetParameter("activation", "relu", id) for id in flat if "activation" in case.report.wired.nodes[id].params
        ]
        normalized = tuple(PutBehind(BATCH, NORMED, id) for id in flat)
        yield cls(
            bend=word_of(bend),
            layers=len(flat),
            ratio=first / last,
            nodes=tuple(flat),
            parameter="activation",
            repairs=(tuple(relu), normalized),
        )


def _is_flat(case: Case, id: str, most: float) -> bool:
    _, bent = _bent(case, id)
    operator = case.report.wired.operators[id]
    bend = ACTIVATIONS.get((operator.activation_name() if operator else "") or "")
    return bool(bent and bend and bend.function and bent.slope < most)


_EVEN_STEPS = "Adam"
"""Its steps are as long whatever the scale behind the answers is."""


class TargetOutOfReach(Finding):
    """The targets are so much larger than what the network answers at first that the steps to come do not get there.

    answers: their size at first; reach: how far the steps carry them, about. plain: the optimizer, where its steps are
    as long as the gradient.
    """

    code = "D_TARGET_UNSCALED"
    title = "A target that was not scaled"
    remedy = "Put a Rescaling behind the last operator, with the target's spread and mean, or a larger rate."
    point = (
        "An adaptive step moves a weight by about the rate. From 0 to 150 in steps of 0.001 is a long way, and most "
        "of it is the bias'."
    )
    see = ("operator.Rescaling", "operator.Normalization", "loss.mean_squared_error")
    hides = (*SYMPTOMS, "D_FEW_STEPS", "D_VANISHING")
    example = such_as(
        who="Loss 'price'",
        target="price",
        low=25.0,
        high=346.0,
        maker="Linear 'score'",
        reach=9.8,
        scale=80.0,
        offset=190.0,
        seen=False,
    )
    who: str
    target: str
    low: float
    high: float
    maker: str
    reach: float
    scale: float
    offset: float
    seen: bool
    plain: str = ""

    BEFORE = 10.0
    """Times the first answers: smaller targets are learned without ado."""
    NEAR = 0.5
    """Of the size of the targets, to which the steps carry the answers, by a rough reckoning."""
    LACKS = 0.25
    """What is left of a usual rate over all steps, where it is the rate or its schedule that may be to blame: a fall to
    zero along a line leaves a half."""

    @property
    def message(self) -> str:
        came = "have come to about" if self.seen else "start near 0 and come in these steps to about"
        return (
            f"{self.who}: the target {self.target!r} is unscaled, from {self.low:g} to {self.high:g}, and the answers "
            "of "
            f"{self.maker} {came} {amount(self.reach)}."
        )

    @property
    def fix(self) -> str:
        put = f"Let a Rescaling behind {self.maker} scale by {self.scale:g} and add {self.offset:g}"
        if self.plain:
            return (
                f"{put}, and let {_EVEN_STEPS} set the steps: those of {self.plain} would become as many times longer "
                "as the scale squared, and diverge."
            )
        return f"{put}; or scale the target."

    @classmethod
    def found(cls, case: Case) -> Iterator["TargetOutOfReach"]:
        for id, loss in case.losses.items():
            target = case.target(loss)
            (maker, *more) = case.report.wired.before[id] or ("",)
            scaled = case.report.wired.operators.get(maker)
            by, factor, moved = maker, 1.0, 0.0
            told: Mapping[str, Any] = scaled.params if scaled and scaled.kind == RESCALING else {}
            if told.get("scale"):
                factor, moved = told["scale"], told["offset"]
                (maker, *more) = case.report.wired.before[maker] or ("",)
            if target is None or target.classes or more or maker not in case.signals.weighed:
                continue
            middle, spread = (target.low + target.high) / 2, (target.high - target.low) / 4
            known = case.baseline(id)
            if known and known.mean is not None and known.spread:
                middle, spread = known.mean, known.spread
            wanted = float(f"{spread:.2g}"), float(f"{middle:.2g}")
            middle, spread = (middle - moved) / factor, spread / abs(factor)
            one = case.signals.weighed[maker]
            if not spread > 0 or max(abs(middle), spread) < cls.BEFORE * max(one.bent.sums.size, 0.1):
                continue
            reach = _reach(case, maker, case.way)
            fails = case.run is not None and (case.run.diverged or (case.run.ended and (case.learned or -1.0) < 0.2))
            if reach is None and not fails:
                continue
            reach = reach or 0.0
            seen = bool(case.run and case.run.ended and maker in case.run.last)
            if case.run and seen:
                answers = case.run.last[maker]
                reach = abs(answers.mean) + answers.spread
                near = abs(answers.mean - middle) < spread
                if (case.learned or -1.0) > 0.2 or (near and not case.is_plain):
                    continue
            elif reach > cls.NEAR * max(abs(middle), spread):
                continue
            if cls._lacks_rate(case, maker, max(abs(middle), spread)):
                continue
            scale, offset = wanted
            put: tuple[Change, ...] = (PutBehind(RESCALING, {"scale": scale, "offset": offset}, maker),)
            if by != maker:
                put = SetParameter("scale", scale, by), SetParameter("offset", offset, by)
            if case.is_plain:
                put = *put, UseOptimizer(_EVEN_STEPS)
            yield cls(
                who=case.called(id),
                target=target.name,
                low=target.low,
                high=target.high,
                maker=case.called(maker),
                reach=reach,
                scale=scale,
                offset=offset,
                seen=seen,
                plain=case.optimizer if case.is_plain else "",
                nodes=tuple(dict.fromkeys((by, maker, id))),
                repairs=(put,),
            )

    @classmethod
    def _lacks_rate(cls, case: Case, maker: str, wanted: float) -> bool:
        """Whether the target is out of reach for want of a usual rate alone, which is told of itself."""
        usual = (case.steps or 0) * max(case.rate, USUAL_RATE)
        lacks = (case.way or 0.0) < cls.LACKS * usual
        return lacks and (_reach(case, maker, usual) or 0.0) > cls.NEAR * wanted


def _reach(case: Case, maker: str, moved: float | None) -> float | None:
    """How far adaptive steps carry the answers of a last layer: each weight by the rate a step, so far as all of them
    together have moved it, and its inputs with the weights before them. None for steps as long as the gradient, which
    such targets make long as well."""
    if not case.is_adaptive or case.steps is None:
        return None
    moved = moved or 0.0
    one = case.signals.weighed[maker]
    grown = one.came.size
    if before := case.examined.last_weighed.get(maker):
        layer = case.signals.weighed.get(before)
        if layer:
            grown += moved * layer.fan_in**0.5 * min(layer.came.size, 1.0)
    return moved + one.fan_in * moved * grown / 2
