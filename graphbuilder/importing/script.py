"""A Python script gone through by its syntax: what its statements make of Keras. Nothing of it is ever run; what it
takes from data, files or other modules is not known, and stays so in whatever is made of it.
"""

import ast

from graphbuilder.importing.script_applications import Applications
from graphbuilder.importing.script_calls import Break, Continue, Return
from graphbuilder.importing.script_keras import Place
from graphbuilder.importing.script_objects import FITS
from graphbuilder.importing.script_values import (
    MOST_OF_A_STATEMENT,
    Class,
    Function,
    Network,
    Own,
    Scope,
    TooMuch,
    Value,
    tensors_in,
)


class Script(Applications):
    """One script. Raises ImportFault where it makes more than a document holds."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.tracing.call_part = lambda part, tensor: self._apply(part, [tensor], {}, Place(part.line, part.kind))

    def go(self, tree: ast.Module) -> None:
        """Goes through the script, and through its functions that make a model where nothing calls them."""
        try:
            for statement in tree.body:
                self.steps.floor = max(0, self.steps.left - MOST_OF_A_STATEMENT)
                try:
                    self._body([statement], self.scope)
                except TooMuch:
                    self._cut(statement.lineno)
                    if self.steps.left <= 0:
                        break
                except (Return, Break, Continue):
                    continue
            self.steps.floor = 0
            if not self.keras.networks:
                self._uncalled()
        except TooMuch:
            self._cut(tree.body[-1].lineno)

    def fits_elsewhere(self, tree: ast.Module) -> dict[str, Value]:
        """What `fit` is told in a function of what is no model there, where no model is trained and it stands in one
        place alone: by the defaults of the function's arguments."""
        if any(one.fitted for one in self.keras.networks):
            return {}
        found = []
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                calls = [one for part in node.body for one in ast.walk(part) if isinstance(one, ast.Call)]
                found += [(node, one) for one in calls if _trains(one)]
        if len(found) != 1:
            return {}
        (within, call), scope = found[0], Scope(outer=self.scope)
        self._arguments(Function(within, self.scope), [], {}, scope)
        return {one.arg: self._value(one.value, scope) for one in call.keywords if one.arg}

    def _cut(self, line: int) -> None:
        self.depth = 0
        self.tracing.say("W_SCRIPT", "This goes on for longer than it is read; what is left of it was left out.", line)

    def _uncalled(self) -> None:
        gave: dict[str, Value] = {}
        for name, value in self._those_that_call_first():
            if isinstance(value, Function) and id(value.node) not in self.called:
                given = gave[name] = self._call_function(value, [], {}, Place(value.node.lineno, name))
                for one in given if isinstance(given, tuple) else (given,):
                    if isinstance(one, Network | Own) and not one.variable:
                        one.variable = name
            elif isinstance(value, Class) and self._is_of(value, "Model") and not self._is_made(value):
                self._made_of(value, name)
        if not self.keras.networks:
            self._plain_classes()
        if not self.keras.networks:
            self._parts(gave)

    def _those_that_call_first(self) -> list[tuple[str, Value]]:
        """What a script names, and first those functions and classes that no other reads: they know what to give the
        others."""
        held = {name: value for name, value in self.scope.names.items() if isinstance(value, Function | Class)}
        read: set[str] = set()
        for name, value in held.items():
            parts = [value] if isinstance(value, Function) else [*value.scope.names.values()]
            nodes = [node for one in parts if isinstance(one, Function) for node in ast.walk(one.node)]
            read |= {node.id for node in nodes if isinstance(node, ast.Name)} - {name}
        return sorted(held.items(), key=lambda one: one[0] in read)

    def _is_made(self, value: Class) -> bool:
        return any(isinstance(one, Own) and one.of is value for one in self.keras.networks)

    def _made_of(self, value: Class, name: str) -> Value:
        made = self._call_class(value, [], {}, Place(value.line, name))
        if isinstance(made, Own):
            made.variable = name
        return made

    def _plain_classes(self) -> None:
        """Makes an object of each class that makes models, and calls its methods that do, where nobody does."""
        for name, value in list(self.scope.names.items()):
            if not isinstance(value, Class) or self._is_of_keras(value):
                continue
            at = Place(value.line, name)
            own = self._call_class(value, [], {}, at)
            for key, method in value.scope.names.items():
                makes = isinstance(method, Function) and id(method.node) not in self.called
                if makes and any(one in ast.dump(method.node) for one in ("'Model'", "'Sequential'")):
                    made = self._apply(self._bound(method, own), [], {}, at)
                    if isinstance(made, Network) and not made.variable:
                        made.variable = key

    def _parts(self, gave: dict[str, Value]) -> None:
        """Parts of a network are one, where a script makes no more: a function from values of layers to others, or a
        layer of its own."""
        for name, value in gave.items():
            if tensors := tensors_in(value, self.steps):
                line = tensors[0].of.line
                begins = self.tracing.sources(tensors)
                network = Network("Functional", "layers", {}, name, line, inputs=begins, outputs=value, variable=name)
                self.keras.networks.append(network)
        for name, value in [*self.scope.names.items()]:
            if isinstance(value, Class) and self._is_of(value, "Layer"):
                made = self._made_of(value, name)
                if isinstance(made, Own):
                    self.keras.networks.append(made)


def _trains(call: ast.Call) -> bool:
    """Whether it is `fit` of a model, by what it is told."""
    names = {one.arg for one in call.keywords}
    return isinstance(call.func, ast.Attribute) and call.func.attr in FITS and bool(names & {"epochs", "nb_epoch"})
