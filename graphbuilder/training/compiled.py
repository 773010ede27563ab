"""Functions of TensorFlow, each worked by an executor that comes to its end.

The executor that works operations one after the other hands a branch of a conditional to another thread and waits for
it. A small network is computed by one thread, so it waits for ever: gradient accumulation, weights that an average
overwrites and layers that choose are such conditionals. What has one is worked by the usual executor.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import tensorflow as tf

_CONDITIONALS = frozenset({"If", "StatelessIf", "Case", "StatelessCase"})


class Compiled:
    """A function, traced without AutoGraph at its first call."""

    def __init__(self, function: Callable[..., Any], **how: Any) -> None:
        """how: more that `tf.function` takes."""
        self._make: Callable[[], Any] = partial(tf.function, function, autograph=False, **how)
        self.untraced = function
        self._function = self._make()
        self._chooses: bool | None = None

    def __call__(self, *given: Any) -> Any:
        if self._chooses is None:
            self.trace(*given)
        if not self._chooses:
            return self._function(*given)
        with tf.experimental.function_executor_type(""):
            return self._function(*given)

    @property
    def traces(self) -> int:
        """How often it was traced."""
        return int(self._function.experimental_get_tracing_count())

    def trace(self, *given: Any) -> None:
        """The first part of what a call takes at first. given: tensors as it will be called with, or TensorSpecs."""
        self._chooses = _chooses(self._function.get_concrete_function(*given).graph)
        if self._chooses:  # functions within it keep the executor that they are traced with
            self._function = self._make()
            with tf.experimental.function_executor_type(""):
                self._function.get_concrete_function(*given)


def compiled(**how: Any) -> Callable[[Callable[..., Any]], Compiled]:
    """A decorator. how: more that `tf.function` takes."""
    return lambda function: Compiled(function, **how)


def _chooses(graph: Any) -> bool:
    return any(one in _CONDITIONALS for one in _operations(graph.as_graph_def()))


def _operations(graph: Any) -> Iterator[str]:
    yield from (node.op for node in graph.node)
    yield from (node.op for function in graph.library.function for node in function.node_def)
