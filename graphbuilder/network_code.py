"""Prints the part of the code that builds the network: `build_model`, and a function for each block.

A block whose layers are shared is printed as a function that makes them and gives back one that applies them; any other
as a function that does both.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from graphbuilder.calls import NEVER_TRAINED, Call, Name
from graphbuilder.plan import Architecture, Body, Function, Step, Use
from graphbuilder.printing import Group, assigned, entries, group, lines, literal, wrapped, wrapped_behind

PART = "A part of the network. name: what the names of its layers begin with."
MAKES = "Makes the layers of a part of the network, and gives what applies them."
"""What is said of the function of a block."""


def functions(network: Architecture) -> Iterator[str]:
    """The code of each block, those that others use before them."""
    printer = _Printer(network)
    for id, function in network.functions.items():
        yield "\n".join(printer.function(id, function))


def build_model(network: Architecture) -> Iterator[str]:
    yield "def build_model():"
    yield '    """The network, with fresh weights that follow from Keras\' random seed."""'
    yield from _Printer(network).body(network.body)
    ends = [
        Group("inputs=", "{", [f"{literal(name)}: {name}" for name in network.entrances]),
        Group("outputs=", "{", [f"{literal(output.name)}: {output.value}" for output in network.outputs]),
    ]
    yield from wrapped("    return keras.Model", "(", ends)


@dataclass(slots=True)
class _Place:
    """Where code is printed. inside: in a block's function, where names of layers begin with its own. trainable:
    whether that function is told if its layers are trained. made: variables of what was made before."""

    indent: str
    inside: bool = False
    trainable: bool = False
    made: dict[str, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def variable(self, stem: str) -> str:
        name, number = stem, 2
        while name in self.taken:
            name, number = f"{stem}_{number}", number + 1
        self.taken.add(name)
        return name

    def name_of(self, name: str) -> str:
        """The name of a layer as an expression. name: within the body; what stands in braces is worked out."""
        if self.inside:
            return f'f"{{name}}.{name}"'
        return f'f"{name}"' if "{" in name else f'"{name}"'

    def call_of(self, made: Call) -> Call:
        """The making of a layer, with its name as it is here."""
        kwargs = {**made.kwargs, "name": Name(self.name_of(str(made.kwargs["name"])))}
        if self.trainable and made.callee not in NEVER_TRAINED:
            kwargs.setdefault("trainable", Name("trainable"))
        return Call(made.callee, made.args, kwargs)


class _Printer:
    def __init__(self, network: Architecture) -> None:
        self._network = network
        uses = [step for body in network.bodies for step in body.steps if isinstance(step, Use)]
        shared = {one.block for one in uses if one.owner != one.name or (one.once and one.times > 1)}
        owners = {(id(body), one.owner) for body in network.bodies for one in _uses(body) if one.owner != one.name}
        shared |= {one.block for body in network.bodies for one in _uses(body) if (id(body), one.name) in owners}
        self._staged = self._with_inner(shared)
        self._trainable = self._with_inner({one.block for one in uses if one.frozen})

    def _with_inner(self, ids: set[str]) -> set[str]:
        """These blocks and all that lie in them."""
        found = set[str]()
        ahead = [*ids]
        while ahead:
            id = ahead.pop()
            if id not in found:
                found.add(id)
                ahead += [one.block for one in _uses(self._network.functions[id].body)]
        return found

    def function(self, id: str, function: Function) -> Iterator[str]:
        trainable = id in self._trainable
        told = ["name", *(["trainable=True"] if trainable else [])]
        body, back = function.body, ", ".join(name or "None" for name in function.body.outputs)
        place = _Place("    ", True, trainable, taken=_values(body))
        if id not in self._staged:
            yield from wrapped(f"def {function.name}", "(", [*body.inputs, *told], ":")
            yield f'    """{PART}"""'
            yield from self.body(body, place)
            yield f"    return {back}"
            return
        yield f"def {function.name}({', '.join(told)}):"
        yield f'    """{MAKES}"""'
        for step in body.steps:
            yield from self._made(step, place)
        yield ""
        yield from wrapped("    def apply", "(", body.inputs, ":")
        inner = _Place("        ", True, trainable, place.made, place.taken)
        for step in body.steps:
            yield from self._applied(step, inner)
        yield f"        return {back}"
        yield ""
        yield "    return apply"

    def body(self, body: Body, place: _Place | None = None) -> Iterator[str]:
        """Layers that are called once are made where they are called; any other has a variable."""
        place = place or _Place("    ", taken=_values(body))
        calls = Counter(step.layer.name for step in body.steps if isinstance(step, Step) and step.layer)
        for step in body.steps:
            if isinstance(step, Use) and step.block not in self._staged:
                yield from self._used(step, place)
            elif isinstance(step, Use) or (step.layer and calls[step.layer.name] > 1):
                yield from self._made(step, place)
                yield from self._applied(step, place)
            else:
                yield from _stepped(step, place)

    def _made(self, step: Step | Use, place: _Place) -> Iterator[str]:
        """The making of what a step applies, where it was not made before."""
        name = step.owner if isinstance(step, Use) else step.layer.name if step.layer else None
        if name is None or name in place.made:
            return
        kind = "block" if isinstance(step, Use) else "layer"
        variable = place.made[name] = place.variable(f"{name}_{kind}")
        if isinstance(step, Step):
            assert step.layer
            yield from assigned(f"{place.indent}{variable} = ", place.call_of(step.layer.call))
        elif step.times > 1 and not step.once:
            made = self._maker(step, place, f"{name}.{{number}}")
            yield f"{place.indent}{variable} = [{made} for number in range(1, {step.times + 1})]"
        else:
            yield f"{place.indent}{variable} = {self._maker(step, place, name + ('.1' if step.times > 1 else ''))}"

    def _maker(self, step: Use, place: _Place, name: str) -> str:
        told = [place.name_of(name), *self._frozen(step, place)]
        return f"{self._network.functions[step.block].name}({', '.join(told)})"

    def _frozen(self, step: Use, place: _Place) -> list[str]:
        if step.frozen:
            return ["trainable=False"]
        return ["trainable=trainable"] if place.trainable else []

    def _applied(self, step: Step | Use, place: _Place) -> Iterator[str]:
        if isinstance(step, Step):
            variable = place.made.get(step.layer.name) if step.layer else None
            yield from _stepped(step, place, variable)
            return
        given, variable = ", ".join(step.values), place.made[step.owner]
        yield from self._repeated(step, place, f"{given} = {variable}({given})", f"for each in {variable}:", variable)

    def _used(self, step: Use, place: _Place) -> Iterator[str]:
        function = self._network.functions[step.block].name
        name = place.name_of(f"{step.name}.{{number}}" if step.times > 1 else step.name)
        told = [name, *self._frozen(step, place)]
        given = ", ".join(step.values)
        if step.times == 1:
            came = [name or "None" for name in step.inputs]
            yield from wrapped(f"{place.indent}{given} = {function}", "(", [*came, *told])
            return
        yield from _begun(step, place)
        yield f"{place.indent}for number in range(1, {step.times + 1}):"
        yield from wrapped(f"{place.indent}    {given} = {function}", "(", [*step.values, *told])

    def _repeated(self, step: Use, place: _Place, once: str, over: str, variable: str) -> Iterator[str]:
        given = ", ".join(step.values)
        if step.times == 1:
            yield from wrapped(f"{place.indent}{given} = {variable}", "(", [name or "None" for name in step.inputs])
            return
        yield from _begun(step, place)
        if step.once:
            yield f"{place.indent}for _ in range({step.times}):"
            yield f"{place.indent}    {once}"
        else:
            yield f"{place.indent}{over}"
            yield f"{place.indent}    {given} = each({given})"


def _uses(body: Body) -> Iterator[Use]:
    return (step for step in body.steps if isinstance(step, Use))


def _values(body: Body) -> set[str]:
    return {*body.inputs, *(value for step in body.steps for value in step.values)}


def _begun(step: Use, place: _Place) -> Iterator[str]:
    """What goes round begins with what comes in."""
    yield f"{place.indent}{', '.join(step.values)} = {', '.join(name or 'None' for name in step.inputs)}"


def _stepped(step: Step, place: _Place, variable: str | None = None) -> Iterator[str]:
    """`values = layer(arguments)(inputs)`, broken behind the layer where all of that fits on one line. variable: of a
    layer that was made before."""
    head = f"{place.indent}{', '.join(step.values)} = "
    if step.layer is None:
        yield from assigned(head, step.call)
    elif variable is not None:
        yield from lines(Group(f"{head}{variable}", "(", entries(step.call)))
    else:
        yield from wrapped_behind(group(head, place.call_of(step.layer.call)), entries(step.call))
