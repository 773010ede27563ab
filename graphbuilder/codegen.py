"""Prints a plan: a Python file or a notebook that needs Keras, numpy and the data's library, and not graphbuilder.

Importing the file does nothing but define; running it trains, or, where there are no data, shows the summary and feeds
the model random values. No text of a user's becomes code: names in the file are layer names and our own, and a text
that must stand in it stands as a literal.
"""

import ast
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from types import MappingProxyType
from typing import Any

import nbformat
from nbformat import v4

from graphbuilder import composed
from graphbuilder.calls import COMPOSED, STEPS, USUAL_STEPS, Argument, Call, Name
from graphbuilder.data_code import load_call, load_constants, load_functions
from graphbuilder.datasets import preparation
from graphbuilder.metrics import OWN
from graphbuilder.network_code import build_model
from graphbuilder.network_code import functions as functions_of_blocks
from graphbuilder.plan import Architecture, Output, Plan, Step
from graphbuilder.printing import WIDTH, Group, assigned, expression, group, lines, literal, source_of, wrapped
from graphbuilder.settings import LOGS
from graphbuilder.stopping import Monitor
from graphbuilder.tensors import Numbers, TensorSpec
from graphbuilder.unsaid import comment

OURS = "A Keras model, drawn with graphbuilder."
"""What the code begins with."""


def to_python(plan: Plan | Architecture, changes: Sequence[str] = (), *, reopens: bool = False) -> str:
    """The plan as the text of a Python file. changes: of the run that the plan was trained in, which is not what the
    code does; told in a comment. reopens: what the code does not say of the document stands in a comment at its end."""
    needed = "\n".join(_pip_install(requirements(plan)))
    head = f'''# -*- coding: utf-8 -*-
"""{OURS} Running this file {_deed(plan)} it.

Made for these versions:

{needed}
"""'''
    imports, constants, *rest = [text for section in _sections(plan) for text in section.blocks]
    body = "\n\n\n".join([*rest, 'if __name__ == "__main__":\n    main()'])
    told = [_CHANGED, *changes] if changes else []
    heads = [head, *(["\n".join(f"# {line}" for line in told)] if told else []), imports, constants]
    beside = "".join(f"\n{line}" for line in (comment(dict(plan.unsaid)) if reopens else ()))
    return "\n\n".join(heads) + f"\n\n\n{body}\n{beside}" + ("\n" if beside else "")


def _deed(plan: Plan | Architecture) -> str:
    return "trains" if isinstance(plan, Plan) else "builds"


_CHANGED = "The run was changed while it was trained, which this code does not repeat:"


def to_notebook(
    plan: Plan | Architecture, changes: Sequence[str] = (), carried: Mapping[str, Any] = MappingProxyType({})
) -> str:
    """The plan as a Jupyter notebook: the same code in cells, what `main` does last and outside a function. changes: as
    of `to_python`. carried: what its metadata say beside their own."""
    install = "\n".join(["# Takes what is missing. Leave this cell out where all of it is there.",
                         "%pip install --quiet " + " ".join(requirements(plan))])  # fmt: skip
    cells = [
        v4.new_markdown_cell(
            "# A Keras model, drawn with graphbuilder\n\n"
            f"Run the cells from top to bottom to {_deed(plan).removesuffix('s')} it."
        ),
        v4.new_code_cell(install),
    ]
    if changes:
        cells.append(v4.new_code_cell("\n".join(f"# {line}" for line in (_CHANGED, *changes))))
    for section in _sections(plan):
        cells.append(v4.new_markdown_cell(f"## {section.title}"))
        cells += [v4.new_code_cell(block) for block in section.cells]
    for place, cell in enumerate(cells):
        cell["id"] = f"cell-{place}"  # else a random one: the same network gives the same file
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, **carried}
    return str(nbformat.writes(v4.new_notebook(cells=cells, metadata=metadata))) + "\n"


def requirements(plan: Plan | Architecture) -> list[str]:
    """What the code imports, each as pip takes it: in exactly the version that is installed here."""
    needed = {"keras", "tensorflow"}  # Keras computes by TensorFlow
    needed |= {
        _DISTRIBUTIONS[root] for line in _imports(plan) if (root := line.split()[1].split(".")[0]) in _DISTRIBUTIONS
    }
    if isinstance(plan, Plan) and plan.logs:
        needed.add("tensorboard")
    if isinstance(plan, Plan) and plan.source.needs and " " not in plan.source.needs:
        needed.add(plan.source.needs)
    return [f"{name}=={installed}" if (installed := _installed(name)) else name for name in sorted(needed)]


def _installed(name: str) -> str:
    """Which version of a package is here; empty where none is."""
    with suppress(PackageNotFoundError):
        return version(name)
    return ""


_DISTRIBUTIONS = {
    "numpy": "numpy", "sklearn": "scikit-learn", "pyarrow": "pyarrow", "python_calamine": "python-calamine",
    "PIL": "pillow", "matplotlib": "matplotlib", "scipy": "scipy", "sqlalchemy": "sqlalchemy",
}  # fmt: skip
"""What is imported by the name at the left is installed by the name at the right."""


def _pip_install(packages: Sequence[str]) -> Iterator[str]:
    for line in textwrap.wrap(" ".join(packages), WIDTH - len("    pip install "), break_on_hyphens=False):
        yield f"    pip install {line}"


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the code under its heading. run: what a notebook runs in place of the last block."""

    title: str
    blocks: Sequence[str]
    run: str = ""

    @property
    def cells(self) -> Sequence[str]:
        return [*self.blocks[:-1], self.run] if self.run else self.blocks


def _sections(plan: Plan | Architecture) -> Iterator[_Section]:
    """The code in order; the first blocks are the imports and the constants."""
    imports = ["import keras", *_imports(plan)]
    functions = [text for text, _ in _functions(plan)]
    yield _Section("Settings", [_in_order(imports), "\n".join(_constants(plan))])
    if isinstance(plan, Plan):
        weigh = ["\n".join(_weigh(plan))] if plan.weighs_rows else []
        yield _Section("Data", [*functions, "\n".join(_prepare(plan)), *weigh])
    made_of = [source_of(function)[0] for function in _composed(plan)]
    yield _Section("Network", [*made_of, *functions_of_blocks(plan), "\n".join(build_model(plan))])
    if plan.objectives:
        own = [_R2_OF_COLUMNS] if any(map(_of_columns, _metrics(plan))) else []
        own += [_class_score()] if any(metric.callee == OWN for metric in _metrics(plan)) else []
        yield _Section("Loss and optimizer", [*own, "\n".join(_compile_model(plan))])
    if isinstance(plan, Plan):
        title, (first, *body) = "Training", _main(plan)
    else:
        if functions:
            yield _Section("Normalization", functions)
        title, (first, *body) = "A look at it", _look(plan)
    yield _Section(title, ["\n".join([first, *body])], textwrap.dedent("\n".join(body)))


def _functions(plan: Plan | Architecture) -> list[tuple[str, list[str]]]:
    """Our functions that the code calls, each as text and with the imports that it needs."""
    adapt = [source_of(preparation.adapt)] if plan.adapted else []
    if not isinstance(plan, Plan):
        return adapt
    functions = [*load_functions(plan.source), source_of(preparation.split_rows)]
    if not plan.splits_plainly:
        functions += [source_of(function) for function in preparation.SPLITTING]
    if plan.alike:
        functions.append(source_of(preparation.equal_rows))
    if plan.imputed:
        functions.append(source_of(preparation.imputed))
    encoders = sorted({output.encode.callee for output in plan.outputs if output.encode})
    functions += [source_of(getattr(preparation, name)) for name in encoders]
    if any(output.weights.of_classes == "balanced" for output in plan.outputs):
        functions.append(source_of(preparation.balanced))
    return [*functions, *adapt]


def _composed(plan: Plan | Architecture) -> list[Callable[..., Any]]:
    """The functions that operators of the network are made of."""
    steps = (step for body in plan.bodies for step in body.steps if isinstance(step, Step))
    names = {name for step in steps for name in step.call.callees() if name.startswith(COMPOSED)}
    return [getattr(composed, name.removeprefix(COMPOSED)) for name in sorted(names)]


def _imports(plan: Plan | Architecture) -> list[str]:
    """The imports behind Keras itself, in order."""
    needed = {line for _, lines in _functions(plan) for line in lines if line != "import keras"}
    needed |= {"from keras import layers"} if plan.has_layers else set()
    needed |= {"import numpy as np"} if isinstance(plan, Plan) else set()
    needed |= {"import tensorflow as tf"} if isinstance(plan, Plan) and plan.texts else set()
    return sorted(needed, key=_import_order)


def _import_order(line: str) -> tuple[bool, str]:
    return line.startswith("from"), line


def _in_order(imports: Sequence[str]) -> str:
    """Those of Python's own library first."""
    own = [line for line in imports if line.split()[1].split(".")[0] in sys.stdlib_module_names]
    others = [line for line in imports if line not in own]
    parts = ["\n".join(sorted(part, key=_import_order)) for part in (own, others) if part]
    return "\n\n".join(parts)


def _constants(plan: Plan | Architecture) -> Iterator[str]:
    yield f"SEED = {plan.seed}"
    if not isinstance(plan, Plan):
        if plan.is_scheduled:
            yield f"EPOCHS = {plan.epochs}"
        return
    if not plan.full_batch:
        yield f"BATCH_SIZE = {plan.batch_size}"
    yield f"EPOCHS = {plan.epochs}"
    yield from load_constants(plan.source)


def _prepare(plan: Plan) -> Iterator[str]:
    yield f"def prepare(data, rows{', train' if plan.imputed else ''}):"
    yield '    """What the model is fed and what it is to answer, by name."""'
    yield from wrapped("    x = ", "{", [_entering(plan, name, field) for name, field in plan.inputs.items()])
    yield from _assign("    ", "y", {output.name: _target(output) for output in plan.outputs})
    yield "    return x, y"


def _entering(plan: Plan, name: str, field: str) -> str | Group:
    if field in plan.texts:
        return f"{literal(name)}: tf.constant(data[{literal(field)}][rows])"
    if field not in plan.imputed:
        return f"{literal(name)}: data[{literal(field)}][rows]"
    rules = Group("", "[", list(map(literal, plan.imputed[field])))
    return Group(f"{literal(name)}: imputed", "(", [f"data[{literal(field)}]", "rows", "train", rules])


def _prepared(plan: Plan, rows: str) -> str:
    return f"prepare(data, {rows}{', train' if plan.imputed else ''})"


def _target(output: Output) -> str:
    raw = f"data[{literal(output.target)}][rows]"
    if output.encode is None:
        return raw
    rest = "".join(f", {expression(value)}" for value in output.encode.args[1:])
    return f"{output.encode.callee}({raw}{rest})"


def _weigh(plan: Plan) -> Iterator[str]:
    yield "def weigh(data, rows, train):"
    yield '    """How much each of these rows counts in each loss; train: all rows to train on."""'
    yield from wrapped("    weights = ", "{", [f"{literal(one.name)}: {_ones(one)}" for one in plan.outputs])
    for output in plan.outputs:
        weights, which = output.weights, f"weights[{literal(output.name)}]"
        if weights.of_classes is not None:
            yield f"    classes = data[{literal(output.target)}]"
            if weights.of_classes == "balanced":
                yield f"    of_classes = balanced(classes[train], {weights.classes})"
            else:
                numbers = Group("", "[", [repr(weight) for weight in weights.of_classes])
                yield from wrapped("    of_classes = np.array", "(", [numbers])
            yield f"    {which} *= of_classes[classes[rows]]"
        if weights.field:
            shape = ", ".join(["-1", *("1" for _ in weights.places)])
            yield f"    {which} *= data[{literal(weights.field)}][rows].reshape({shape})"
    yield "    return weights"


def _ones(output: Output) -> str:
    places = output.weights.places
    shape = f"({', '.join(['len(rows)', *map(str, places)])})" if places else "len(rows)"
    return f'np.ones({shape}, "float32")'


def _assign(indent: str, name: str, entries: dict[str, str]) -> Iterator[str]:
    yield from wrapped(f"{indent}{name} = ", "{", [f"{literal(key)}: {value}" for key, value in entries.items()])


def _compile_model(plan: Architecture) -> Iterator[str]:
    measured = isinstance(plan, Plan)
    yield f"def compile_model(model{f', {STEPS}' if plan.is_scheduled else ''}):"
    told_of = "its loss, its weight and its metrics" if measured else "its loss and its weight"
    yield f'    """The optimizer, and for every output {told_of}."""'
    yield "    model.compile("
    assert plan.optimizer, "there is one wherever there is a Loss"
    yield from assigned("        optimizer=", plan.optimizer, ",")
    told: dict[str, list[str | Group]] = {"loss": [], "loss_weights": [], "metrics": []}
    for output in plan.objectives:
        key = f"{literal(output.name)}: "
        told["loss"].append(group(key, output.loss))
        told["loss_weights"].append(f"{key}{output.weight!r}")
        told["metrics"].append(Group(key, "[", [group("", _metric(metric)) for metric in output.metrics.values()]))
    for name, entries in told.items():
        if name == "metrics" and not measured:
            continue
        yield from wrapped(f"        {name}=", "{", entries, ",")
    yield "    )"
    if plan.builds_optimizer:
        yield "    # Built by fit, it would begin from zeros and not from these weights."
        yield "    model.optimizer.build(model.trainable_variables)"


_R2_OF_COLUMNS = '''class R2(keras.metrics.R2Score):
    """Of all columns, weighted by their variance; one that is constant is left out."""

    def _build(self, y_true_shape, y_pred_shape):
        super()._build(y_true_shape, y_pred_shape)
        zeros = keras.initializers.Zeros()
        self.first = self.add_variable((y_true_shape[-1],), zeros, name="first")

    def update_state(self, y_true, y_pred, sample_weight=None):
        """Counts from the first row: sums of large values lose a small spread."""
        y_true = keras.ops.cast(y_true, self.dtype)
        y_pred = keras.ops.cast(y_pred, self.dtype)
        if not self._built:
            self._build(y_true.shape, y_pred.shape)
        self.first.assign(keras.ops.where(self.count == 0, y_true[0], self.first))
        super().update_state(y_true - self.first, y_pred - self.first, sample_weight)

    def result(self):
        spread = self.squared_sum - self.sum * self.sum / self.count
        varied = self.squared_sum > 0  # some row differs from the first
        missed = keras.ops.sum(keras.ops.where(varied, self.total_mse, 0.0))
        return 1 - missed / keras.ops.sum(keras.ops.where(varied, spread, 0.0))'''
"""What Keras' own metric of several columns is but for constant ones, of which it makes no number."""


def _class_score() -> str:
    """Our metric as text, read from its file, since this module knows no Keras."""
    text = Path(__file__).with_name("measures.py").read_text("utf-8")
    (found,) = (part for part in ast.parse(text).body if isinstance(part, ast.ClassDef))
    lines = text.splitlines()[found.lineno - 1 : found.end_lineno]
    return "\n".join(line.split("  # type:")[0] for line in lines)


def _metrics(plan: Plan | Architecture) -> Iterator[Call]:
    return (metric for output in plan.objectives for metric in output.metrics.values())


def _of_columns(metric: Call) -> bool:
    return "class_aggregation" in metric.kwargs


def _metric(metric: Call) -> Call:
    return Call("R2", metric.args, metric.kwargs) if _of_columns(metric) else metric


def _main(plan: Plan) -> Iterator[str]:
    stratify = plan.source.main_class
    classes = "None" if stratify is None else f"data[{literal(stratify)}]"
    first = next(iter(plan.inputs.values()))
    yield "def main():"
    yield "    keras.utils.set_random_seed(SEED)"
    yield from lines(load_call(plan.source, "    data = "))
    split: list[str | Group] = [f"{name}={value!r}" for name, value in plan.split.items()]
    told = {name: f"data[{literal(field)}]" for name, field in plan.split_fields.items()}
    groups = told.pop("groups", None) if plan.alike else None
    split += [f"{name}={value}" for name, value in told.items()]
    if plan.alike:
        alike = Group("", "[", [f"data[{literal(field)}]" for field in plan.alike])
        split.append(Group("groups=equal_rows", "(", [alike, *([groups] if groups else [])]))
    splits = "split_rows" if plan.splits_plainly else "split_rows_by"
    yield from wrapped(
        f"    train, validation, test = {splits}", "(", [f"len(data[{literal(first)}])", classes, *split]
    )
    yield f"    x, y = {_prepared(plan, 'train')}"
    yield ""
    yield "    model = build_model()"
    if plan.adapted:
        yield from wrapped("    adapt", "(", ["model", _names(plan.adapted), "x"])
    if plan.is_scheduled:
        yield f"    {STEPS} = {'1' if plan.full_batch else '-(-len(train) // BATCH_SIZE)'}"
    yield f"    compile_model(model{f', {STEPS}' if plan.is_scheduled else ''})"
    yield "    model.summary()"
    judged = _prepared(plan, "validation")
    weighed = [f"sample_weight={_weights_of('train')}"] if plan.weighs_rows else []
    if weighed:
        judged = f"(*{judged}, {_weights_of('validation')})"
    fit = [
        "x",
        "y",
        *weighed,
        f"batch_size={'len(train)' if plan.full_batch else 'BATCH_SIZE'}",
        "epochs=EPOCHS",
        f"validation_data={judged}",
    ]
    if len(plan.outputs) > 1:
        yield "    # Judged as one batch: in the parts of the loss, Keras counts a smaller last batch"
        yield "    # in full. In those of training it still does; the loss itself is always right."
        fit.append("validation_batch_size=len(validation)")
    callbacks = []
    for name, call, why in _callbacks(plan):
        yield from (f"    # {line}" for line in textwrap.wrap(why, WIDTH - len("    # ")))
        yield from assigned(f"    {name} = ", call)
        callbacks.append(name)
    if callbacks:
        fit.append(f"callbacks=[{', '.join(callbacks)}]")
    yield from wrapped("    model.fit", "(", fit)
    if plan.split["test"]:
        yield f"    x, y = {_prepared(plan, 'test')}"
        whole = [f"sample_weight={_weights_of('test')}"] if weighed else []
        whole += ["batch_size=len(test)"] if len(plan.outputs) > 1 else []
        evaluated = Group("model.evaluate", "(", ["x", "y", *whole, "return_dict=True", "verbose=0"])
        yield from wrapped("    print", "(", ['"Test:"', evaluated])


def _callbacks(plan: Plan) -> Iterator[tuple[str, Call, str]]:
    """What Keras asks after each epoch: by which name, how it is made, and a comment where there is much to say."""
    stop, mode = plan.stopping, {} if plan.monitor == Monitor() else {"mode": plan.monitor.mode}
    watched: dict[str, Argument] = {"monitor": plan.monitor.metric, **mode}
    if stop.patience:
        told: dict[str, Argument] = {**watched, "patience": stop.patience, "min_delta": stop.min_delta}
        start: dict[str, Argument] = {"start_from_epoch": stop.start} if stop.start else {}
        keep: dict[str, Argument] = {"restore_best_weights": True, **start}
        one = stop.restore and not stop.min_delta
        yield "stopping", Call("keras.callbacks.EarlyStopping", kwargs={**told, **(keep if one else start)}), ""
        if stop.restore and not one:
            lowest = "lowest" if plan.monitor.falls else "highest"
            yield (
                "keeping",
                Call("keras.callbacks.EarlyStopping", kwargs={**watched, "patience": Name("EPOCHS"), **keep}),
                f"Never stops, and puts the weights of the {lowest} {plan.monitor.words} back at the end.",
            )
    if flat := plan.plateau:
        falls: dict[str, Argument] = {"factor": flat.factor, "patience": flat.patience, "min_delta": flat.min_delta}
        falls |= {"cooldown": flat.cooldown, "min_lr": flat.least}
        yield "reducing", Call("keras.callbacks.ReduceLROnPlateau", kwargs={**watched, **falls}), ""
    if plan.logs:
        yield (
            "logging",
            Call("keras.callbacks.TensorBoard", kwargs={"log_dir": LOGS, "histogram_freq": 1}),
            f"For TensorBoard: tensorboard --logdir {LOGS}",
        )


def _names(layers: Sequence[str]) -> Group:
    return Group("", "[", [literal(name) for name in layers])


def _weights_of(rows: str) -> str:
    return f"weigh(data, {rows}, train)"


_LENGTH = 8
"""Of a sample whose length is known only with the data."""


def _sample(spec: TensorSpec) -> str:
    """A random value that an Input takes."""
    shape = expression((1, *(_LENGTH if axis is None else axis for axis in spec.shape)))
    if spec.numbers is Numbers.WHOLE:
        return f"keras.random.randint({shape}, 0, {spec.vocabulary or 2})"
    if spec.numbers is Numbers.TEXT:
        return f'keras.ops.broadcast_to("a text", {shape})'
    return f"keras.random.uniform({shape})"


def _look(plan: Architecture) -> Iterator[str]:
    yield "def main():"
    yield "    keras.utils.set_random_seed(SEED)"
    yield "    model = build_model()"
    if plan.is_scheduled:
        yield "    # Say how many steps an epoch of your data has: the schedule goes by it."
        yield f"    compile_model(model, {STEPS}={USUAL_STEPS})"
    elif plan.objectives:
        yield "    compile_model(model)"
    yield "    model.summary()"
    yield ""
    if plan.adapted:
        yield "    # Call adapt before you train: what normalizes has measured no data yet."
    yield from _assign("    ", "x", {name: _sample(spec) for name, spec in plan.entrances.items()})
    if plan.worded:
        yield from wrapped("    adapt", "(", ["model", _names(plan.worded), "x"])
    yield "    y = model(x)"
    for output in plan.outputs:
        yield from wrapped("    print", "(", [literal(f"{output.name}:"), f"y[{literal(output.name)}].shape"])
