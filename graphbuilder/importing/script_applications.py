"""Models of keras.applications in a script: their layers, as the source of the Keras that is installed makes them."""

from dataclasses import replace

from graphbuilder.importing import applications
from graphbuilder.importing.script_keras import Place
from graphbuilder.importing.script_statements import Statements
from graphbuilder.importing.script_values import Class, Function, Named, Network, Scope, TooMuch, Value

MOST_OF_APPLICATIONS = 60_000
"""Steps that all of them may take, beside those of the script: one of the largest, or some ninety of the smallest."""
_COSTS = 1_000
"""Steps of the script that one of them costs."""
_PASSED_ON = ("backend", "layers", "models", "utils")


class Applications(Statements):
    """rooms: what the modules of keras.applications hold that were read. free: steps that more of them may take."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.rooms: dict[str, Scope] = {}
        self.free = MOST_OF_APPLICATIONS

    def _application(self, path: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        """What a name of keras.applications gives; NotImplemented for one that is not known, or cannot be read."""
        path = path.replace("._obtain_input_shape", ".obtain_input_shape")
        module, name = applications.module_of(path), path.rpartition(".")[2]
        if not module or (self.pinned is None and not name[:1].isupper() and name != "obtain_input_shape"):
            return NotImplemented
        if self.pinned is not None:
            function = self._room(module).names.get(name)
            return self._call_function(function, given, named, at) if isinstance(function, Function) else NotImplemented
        self.steps.take(_COSTS)
        steps, self.steps.left, self.steps.floor = replace(self.steps), self.free, 0
        messages, self.tracing.messages = self.tracing.messages, {}
        shaped, self.tracing.shaped = self.tracing.shaped, 0
        self.pinned, networks = at, len(self.keras.networks)
        try:
            made = self._made(module, name, given, named, at)
        except TooMuch:
            return NotImplemented
        finally:
            self.pinned, self.free = None, max(0, self.steps.left)
            self.steps.left, self.steps.floor = steps.left, steps.floor
            self.tracing.messages, self.tracing.shaped = messages, shaped
            del self.keras.networks[networks:]
        if not isinstance(made, Network):
            return made if name == "obtain_input_shape" else NotImplemented
        self.keras.networks.append(made)
        self._say_where(name, named, at)
        return made

    def _made(self, module: str, name: str, given: list[Value], named: dict[str, Value], at: Place) -> Value:
        function = self._room(module).names.get(name)
        if not isinstance(function, Function):
            return None
        told = {key: value for key, value in named.items() if key not in _PASSED_ON}
        if "include_top" in told and name == "obtain_input_shape":  # as Keras 1 called it
            told["require_flatten"] = told.pop("include_top")
        if isinstance(shape := told.get("input_shape"), list):
            told["input_shape"] = tuple(shape)
        made = self._call_function(function, given, told, at)
        if isinstance(made, Network):
            made.variable, made.is_given = "", True
        return made

    def _room(self, module: str) -> Scope:
        """What a module holds; classes of layers that it has of its own are known by their names."""
        if module not in self.rooms:
            scope = self.rooms[module] = Scope()
            self._body(applications.tree_of(module).body, scope)
            for name, value in scope.names.items():
                if isinstance(value, Class):
                    scope.names[name] = Named(f"keras.layers.{name}")
        return self.rooms[module]

    def _say_where(self, name: str, named: dict[str, Value], at: Place) -> None:
        text = f"{name} of keras.applications does not stand in the script; its layers are those of the Keras here."
        self.tracing.say("W_APPLICATION", text, at.line, loses=False)
        if named.get("weights", "imagenet") is not None:
            text = f"{name} begins with weights that are not in the script; they are drawn anew."
            self.tracing.say("W_WEIGHTS", text, at.line)
