"""What to do about a last activation that does not fit can be done, whichever operator it stands in."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

from graphbuilder.checks import check
from graphbuilder.operators import OPERATORS, Operator
from graphbuilder.operators.families import ACTIVATION
from graphbuilder.operators.inner import LayerOf
from graphbuilder.operators.operator import ShapeFault
from graphbuilder.repair_work import params_of
from graphbuilder.repairs import offers
from graphbuilder.shapes import Shape, size
from graphbuilder.tensors import Inputs
from tests.networks import PIXELS, SCALE, chain, dense, loss, node

BENDS = ("softmax", "relu")
CODES = ("E_ACTIVATION_LOGITS", "E_LAST_ACTIVATION", "W_LOGITS_BENT")
GATED = {"LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D"}
"""What comes out of them is no value of their activation."""


def of_size(declared: type[Operator], count: int = 10) -> dict[str, Any]:
    told = {"units": count, "filters": count, "sizes": [count], "padding": "same"}
    return {name: value for name, value in told.items() if name in declared.parameters}


def variants(declared: type[Operator]) -> Iterator[dict[str, Any]]:
    """Its own activation, that of each layer that it may hold, or what it is."""
    if "activation" in declared.parameters:
        yield from ({**of_size(declared), "activation": bend} for bend in BENDS)
        return
    yield {}
    for name, parameter in declared.parameters.items():
        for held, one in parameter.options.items() if isinstance(parameter, LayerOf) else ():
            told = of_size(one, 5 if declared.kind == "Bidirectional" else 10)
            for bend in BENDS if "activation" in one.parameters else ():
                yield {name: {"kind": held, "params": {**told, "activation": bend}}}


def ten_bent_values() -> Iterator[tuple[str, dict[str, Any], Shape]]:
    """Every operator that ends in an activation, and what it makes ten values of."""
    for kind, declared in OPERATORS.items():
        for params in variants(declared):
            operator = declared(params_of(kind, params))
            bent = operator.activation_name() not in (None, "linear")
            for shape in ((10,), (1, 10), (1, 1, 10), (1, 1, 1, 10)) if bent else ():
                with suppress(ShapeFault):
                    if size(operator.infer(Inputs.shaped(shape), {})["out"].shape) == 10:
                        yield kind, params, shape
                        break


BENT = [*ten_bent_values()]


def test_every_operator_with_an_activation_is_among_them() -> None:
    own = {kind for kind, one in OPERATORS.items() if "activation" in one.parameters}
    holding = {kind for kind, one in OPERATORS.items() if any(isinstance(p, LayerOf) for p in one.parameters.values())}
    being = {kind for kind, one in OPERATORS.items() if one().activation_name() not in (None, "linear")}
    assert {kind for kind, _, _ in BENT} == (own - GATED) | holding | being


def test_what_is_advised_can_be_done() -> None:
    """Who has it in a parameter sets it; what is nothing else is taken out, or another put in its place."""
    met = set()
    for (kind, params, shape), last in product(BENT, (loss("l"), loss("l", from_logits=False))):
        before = PIXELS, SCALE, dense("first"), node("form", "Reshape", target_shape=[*shape])
        report = check(chain(*before, node("op", kind, **params), node("flat", "Flatten"), last))
        for found in (one for one in report.diagnostics if one.code in CODES):
            met.add((kind, found.code))
            held, wanted = OPERATORS[kind].parameters, getattr(found, "wanted", "linear")
            alone = OPERATORS[kind].family is ACTIVATION and (wanted == "linear" or "activation" not in held)
            assert found.parameter in (None, *held)
            whole = any(words in found.fix for words in ("ake it out", "in its place"))
            assert whole == alone, (kind, found.fix)
            if not alone and found.code != "W_LOGITS_BENT":
                assert ("the layer inside" if "layer" in held else "its activation") in found.fix, (kind, found.fix)
            assert offers(report, found), found.text
    assert {kind for kind, _ in met} == {kind for kind, _, _ in BENT}
    assert {code for _, code in met} == {*CODES}
