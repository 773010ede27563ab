"""An operator inside an operator, such as the layer that goes through a sequence both ways."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from graphbuilder.calls import Argument
from graphbuilder.fields import Fields
from graphbuilder.operators.operator import REQUIRED, Operator, ShapeFault, registered
from graphbuilder.parameters import Inner, OneOf, Params
from graphbuilder.parameters.chosen import read_args
from graphbuilder.parameters.declared import need, within
from graphbuilder.repair import Repair, SetParameter
from graphbuilder.shapes import Phrase
from graphbuilder.tensors import Inputs, TensorSpec


def operator_of(inner: Inner) -> Operator:
    """The operator that a value stands for."""
    return registered()[inner.name](inner.params)


class LayerOf(OneOf):
    """An operator of those that `fits` takes, with its own parameters: one layer of one input and one output, which
    holds none itself. In a document {"kind": "LSTM", "params": {"units": 8}}.

    default: its kind; `params` are those that are off its defaults. For Keras it is a layer called as its kind.
    """

    def __init__(
        self,
        default: type[Operator],
        fits: Callable[[type[Operator]], bool],
        params: Params | None = None,
        help: str = "The layer inside.",
        **told: Any,
    ) -> None:
        super().__init__(None, {}, help=help, keras_default=REQUIRED, **told)
        self._fits = fits
        self.default = _inner(default, {**default.defaults(), **(params or {})})

    @property
    def options(self) -> Mapping[str, Any]:
        return {kind: one for kind, one in registered().items() if _is_whole(one) and self._fits(one)}

    @options.setter
    def options(self, _: Mapping[str, Any]) -> None:
        """They are those that are registered by then."""

    def read(self, value: object) -> Inner:
        options = self.options
        if isinstance(value, str):
            value = {"kind": value}
        if not isinstance(value, dict) or set(value) - {"kind", "params"}:
            raise need(f'an object like {{"kind": "{self.default.name}", "params": {{}}}}', value)
        kind, params = value.get("kind"), value.get("params", {})
        if not isinstance(kind, str) or kind not in options:
            raise need(f"one of {', '.join(options)}", kind)
        if not isinstance(params, dict):
            raise need("an object of parameters", params)
        return _inner(options[kind], read_args(options[kind], params))

    def made(self, name: str, args: Params) -> Inner:
        return _inner(registered()[name], args)

    def argument(self, value: Inner) -> Argument:
        return operator_of(value).call(value.name.lower())

    def inner_faults(self, value: Inner) -> Iterator[Phrase]:
        operator = operator_of(value)
        for name, own in operator.parameters.items():
            if told := own.fault(operator.params[name]):
                yield within(name, told)
        for name, told in operator.parameter_faults():
            yield within(name, told)
        more = {port.name for port in operator.input_ports()} - {port.name for port in operator.inputs}
        for port, name in operator.opened_by.items():
            if port in more:
                yield within(name, Phrase("must be no: a layer inside another has no input of its own"))

    def bounds(self) -> str:
        return "an operator of one input and one output"

    def schema(self) -> dict[str, Any]:
        kinds = {"kind": {"type": "string", "enum": [*self.options]}, "params": {"type": "object"}}
        return {"type": "object", "additionalProperties": False, "required": ["kind"], "properties": kinds}


def _inner(operator: type[Operator], params: Params) -> Inner:
    """What is quiet in a file is so here."""
    told = {
        name: params[name] for name, own in operator.parameters.items() if not own.quiet or params[name] != own.default
    }
    return Inner(operator.kind, tuple(told.items()))


def _is_whole(operator: type[Operator]) -> bool:
    """It is a Keras layer by itself, called on one value, and holds no other."""
    needed = [port for port in operator.inputs if port.least]
    if operator.call is not Operator.call or len(needed) != 1 or needed[0].many or len(operator.outputs) != 1:
        return False
    return not any(own.of_call or isinstance(own, LayerOf) for own in operator.parameters.values())


def specs_within(owner: Operator, parameter: str, inputs: Inputs, fields: Fields) -> tuple[TensorSpec, ...]:
    """What the operator inside gives for such inputs, in the order of its ports. Raises ShapeFault as it does, told of
    the owner, with repairs that set it within the owner."""
    inner = owner.params[parameter]
    assert isinstance(inner, Inner)
    operator = operator_of(inner)
    try:
        return tuple(operator.infer(inputs, fields).values())
    except ShapeFault as fault:
        repairs = [mended for one in fault.repairs if (mended := _inside(one, parameter, inner))]
        raise ShapeFault(
            f"holds {operator.title}, which {fault.message}",
            fault.fix,
            parameter,
            repairs=repairs,
            received=fault.received,
            code=fault.code,
            **fault.facts,
        ) from None


def _inside(repair: Repair, parameter: str, inner: Inner) -> Repair | None:
    """A setting of the operator inside, as one of the owner; None where it is more than that."""
    if not isinstance(repair, SetParameter):
        return None
    told = inner.written()
    return SetParameter(parameter, {**told, "params": {**told["params"], repair.name: repair.value}})
