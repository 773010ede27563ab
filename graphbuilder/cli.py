"""The command line: check a document, train it, take it away.

Exit status: 0 fine, 1 the network has faults, or lacks what training needs and was to be trained, 2 wrong usage or an
unreadable file, 3 the training failed or its data cannot be had. Results go to standard output, progress and faults to
standard error.
"""

import errno
import json
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from graphbuilder import __version__, diagnosis, editing, initial_weights, operating, own_data
from graphbuilder.carried import open_document
from graphbuilder.checks import Report
from graphbuilder.checks import check as examine
from graphbuilder.datasets import SOURCES, Own
from graphbuilder.diagnostics import Diagnostic
from graphbuilder.difference import difference
from graphbuilder.document import Document
from graphbuilder.document_file import write_document
from graphbuilder.exports import EXPORTS, NotThere, Subject, curves, no_faults
from graphbuilder.likeness import same_network
from graphbuilder.operators import FAMILIES, OPERATORS
from graphbuilder.pictures import Layout
from graphbuilder.plan import NotReady
from graphbuilder.problems import DocumentError
from graphbuilder.readers import DataError
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Event
from graphbuilder.records.folder import CHECKPOINT, MODEL, PREDICTIONS, RESULT, record_of, report_of
from graphbuilder.records.mlflow import Untold
from graphbuilder.records.sinks import sinks
from graphbuilder.refusals import EditError
from graphbuilder.repairs import repaired
from graphbuilder.schema import schema
from graphbuilder.settings import Settings
from graphbuilder.store import StoreError
from graphbuilder.store.files import path_of
from graphbuilder.terminal import (
    FAILED,
    FAULTS,
    USAGE,
    StopOnSignal,
    Watch,
    err,
    fail,
    fail_training,
    home_option,
    json_option,
    out,
    print_diagnostics,
    print_difference,
    print_found,
    print_import,
    print_json,
    print_nodes,
    print_result,
    print_table,
    print_tested,
    report_as_json,
)

weights_option = click.option(
    "--weights",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Begin with these weights, of `import`.",
)
_OF_KERAS = (".keras", ".h5", ".hdf5", ".py")
"""Endings of files that hold a model of Keras and no document."""
file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__)
def main() -> None:
    """Draw a neural network, see it checked, train it and take away Keras code."""


@main.command()
@file_argument
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what is wrong with the network in FILE, with the shape and the counts of every node."""
    report = examine(_read(file, as_json))
    if as_json:
        print_json(report_as_json(report))
    else:
        print_nodes(report)
        print_diagnostics(report, out)
    sys.exit(FAULTS if report.errors else 0)


@main.command()
@file_argument
@click.argument("key")
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
def repair(file: Path, key: str, path: Path) -> None:
    """Mend a fault of the network in FILE by one of the repairs that `check --json` or `diagnose --json` tells,
    named by
    its KEY."""
    try:
        work = diagnosis.tried if diagnosis.is_experiment(key) else repaired
        mended, says = work(_read(file), key)
    except EditError as fault:
        fail(USAGE, str(fault))
    _write(path, write_document(mended).encode())
    out.print(escape(f"{says}."))


@main.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option(
    "--resume",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    metavar="DIR",
    help="Go on with the run in this folder, which --out made; for more epochs with --epochs.",
)
@click.option("--data", "data_name", metavar="NAME|FILE", help="Train on these data and not on the document's.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs, and not as many as the document says.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of weights and order; the split stays.")
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="A setting of training or option of the optimizer: schedule=cosine, batch_size=null, optimizer=Lion.",
)
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder for model and records.")
@weights_option
@click.option("--tensorboard", type=click.Path(file_okay=False, path_type=Path), help="Folder for TensorBoard's files.")
@click.option("--mlflow", default="", metavar="URI", help="Tracking server, or folder, of MLflow that is told too.")
@home_option
@json_option
def train(
    file: Path | None,
    resume: Path | None,
    data_name: str | None,
    epochs: int | None,
    seed: int | None,
    settings: tuple[str, ...],
    folder: Path | None,
    weights: Path | None,
    tensorboard: Path | None,
    mlflow: str,
    home: Path,
    as_json: bool,
) -> None:
    """Train the network in FILE. With --json the last line is one object with what came of it.

    Ctrl+C ends it after the steps under way and keeps what was learned; with --out it can go on later by --resume DIR.
    """
    from graphbuilder.training import runs  # noqa: PLC0415  -- so that `check` starts without it

    if resume:
        if file or data_name or seed is not None or folder or weights or settings:
            fail(USAGE, "A run goes on with its own network, data and seed, in its own folder: --resume DIR alone.")
        folder, document = resume, _begun(resume)
        had = _epochs_had(resume)
        if epochs is not None and epochs <= had:
            fail(
                USAGE,
                f"{folder} has had {had} epochs. --epochs is how many it has when it is done; received {epochs}. "
                "Give more.",
            )
    else:
        if file is None:
            fail(USAGE, "Name the FILE of a network to train, or a run to go on with: --resume DIR.")
        _refuse_used(folder)
        document = _changed(_with_data(_read(file, as_json), data_name, home, as_json), epochs, seed, settings)
    report = examine(document)
    _refuse_for(report.against_training, report, as_json)
    print_diagnostics(report, err)
    given = _weights(weights, report)
    asked = [Command("change", settings={"epochs": epochs})] if resume and epochs is not None else []
    stop = StopOnSignal(asked)
    source = document.data.source
    kept = str(folder.resolve()) if folder else ""
    err.print(f"Preparing {source.title if source else 'the data'} and loading Keras …", style="dim")
    try:
        with Watch() as watch, sinks(watch.hear, report, tensorboard, mlflow, kept) as hear:
            run = runs.run(report, home, hear, stop.commands, folder, bool(resume), given, watch.hear)
        if folder:
            runs.save(run, report, folder)
            _write_predictions(folder, run, report, home)
    except (DataError, runs.CannotGoOn, Untold) as fault:
        fail_training(str(fault), as_json)
    except initial_weights.WeightsFault as fault:
        fail(USAGE, f"{weights} {fault}")
    except MemoryError:
        fail_training("There is not enough memory to train this network. Make it or the batch smaller.", as_json)
    except OSError as fault:
        fail_training(f"{folder or home} cannot be written: {fault.strerror}.", as_json)
    except Exception as fault:  # whatever Keras or TensorFlow raise: the training failed, the program did not
        fail_training(
            f"The training failed: {type(fault).__name__}: {(str(fault).splitlines() or [''])[0][:300]}", as_json
        )
    result = run.result()
    if as_json:
        click.echo(json.dumps(result))
    else:
        print_result(result)
        if folder:
            more = f" Go on with it by --resume {folder}." if run.ended.state == "stopped" else ""
            if resume and run.ended.state == "finished" and result["epochs"] == had:
                more = f" Nothing was left to train: it has had its {had} epochs. Go on for more by --epochs."
            out.print(escape(f"Saved in {folder}.{more}"))
    if run.ended.state == "diverged":
        fail(FAILED, f"The training {run.ended.reason}. A smaller learning rate is the first thing to try.")


def _write_predictions(folder: Path, run: Any, report: Report, home: Path) -> None:
    from graphbuilder.training.testing import write_rows  # noqa: PLC0415

    write_rows(folder / PREDICTIONS, run.model, report, run.plan, home)


@main.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--part", type=click.Choice(["test", "validation"]), default="test", show_default=True, help="Which rows to ask."
)
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), help="CSV of the answers for each row.")
@home_option
@json_option
def test(folder: Path, part: str, path: Path | None, home: Path, as_json: bool) -> None:
    """Say how the run in DIR, which `train --out` wrote, does on rows that it has not seen: loss, metrics, and
    precision, recall and F1 of each class. Each look at the test part is counted in DIR."""
    report, _ = _run_in(folder)
    from graphbuilder.training.engine import load_keras  # noqa: PLC0415  -- so that `check` starts without it

    load_keras()
    from graphbuilder.training.testing import tested  # noqa: PLC0415

    try:
        found = tested(report, home, folder, part, path)
    except DataError as fault:
        fail_training(str(fault), as_json)
    except (OSError, ValueError) as fault:
        fail(USAGE, f"The model in {folder} cannot be read, or {path or folder} not written: {fault}")
    if as_json:
        click.echo(json.dumps(found))
    else:
        print_tested(found)


@main.command()
@click.argument("what", metavar="FILE|DIR", type=click.Path(path_type=Path))
@json_option
def diagnose(what: Path, as_json: bool) -> None:
    """Say why a network learns badly: that in FILE before it is trained, or with its run in DIR, which `train --out`
    wrote."""
    report, run = _run_in(what) if what.is_dir() else (examine(_read(what, as_json)), None)
    found = diagnosis.diagnose(report, run)
    if as_json:
        print_json(diagnosis.as_json(report, found))
    else:
        print_found(found)
    sys.exit(FAULTS if report.errors else 0)


@main.command()
@click.argument("before", metavar="A", type=click.Path(path_type=Path))
@click.argument("after", metavar="B", type=click.Path(path_type=Path))
@json_option
def compare(before: Path, after: Path, as_json: bool) -> None:
    """Say what became of the network in A in B: nodes and wires that were added, are gone or have changed, and
    settings. Each is a document, the folder of a run, or a model of Keras."""
    print_difference(difference(*(_any_document(one, as_json) for one in (before, after))), as_json)


@main.command()
@file_argument
@click.option("--to", "form", type=click.Choice(list(EXPORTS)), required=True, help="What to write.")
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option(
    "--run", "folder", type=click.Path(path_type=Path), help="Folder of the run whose weights or curves to take."
)
@click.option(
    "--layout", type=click.Choice(["canvas", "graphviz"]), default="canvas", help="Where a picture's nodes stand."
)
@click.option("--untrained", is_flag=True, help="With --to keras: take fresh weights.")
@click.option("--with-data", is_flag=True, help="With --to zip: the file of your own data goes along.")
@weights_option
@home_option
def export(
    file: Path,
    form: str,
    path: Path,
    folder: Path | None,
    layout: Layout,
    untrained: bool,
    with_data: bool,
    weights: Path | None,
    home: Path,
) -> None:
    """Write the network in FILE, or a run of it, as something to take away."""
    wanted = EXPORTS[form]
    report = examine(_read(file))
    if no_faults in wanted.needs:
        _refuse_for(report.against_code, report)
    if form == "keras":
        _need_weights(path, folder, untrained or weights is not None)
    if untrained or weights:
        if form != "keras":
            option = "--untrained" if untrained else "--weights"
            fail(USAGE, f"{option} goes with --to keras alone; received --to {form}.")
        _save_untrained(report, path, home, weights)
        return
    data = _own_file(report, form, home) if with_data else None
    record: Sequence[Event] = ()
    model = None
    if folder:
        report, record, model = _of_run(report, folder)
    try:
        _write(path, wanted.make(Subject(report, record, model, layout, data)))
    except NotThere as lack:
        how = " A run is given by --run DIR." if curves in wanted.needs and not folder else ""
        fail(USAGE, f"{lack}{how}")


def _own_file(report: Report, form: str, home: Path) -> Path:
    """Where the data of a network lie that are to go along."""
    source = report.document.data.source
    if form != "zip":
        fail(USAGE, f"--with-data goes with --to zip alone; received --to {form}.")
    if not isinstance(source, Own):
        fail(USAGE, "--with-data goes with data of your own; the code loads others by itself.")
    if lack := source.lack(home):
        fail(FAILED, lack)
    return path_of(home, source.description.hash)


@main.command("import")
@file_argument
@click.option(
    "--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="Document to write."
)
@click.option("--model", default="", help="Of a Python script that makes several: its variable, or its name.")
@click.option("--fold", is_flag=True, help="Fold equal parts of the network into blocks.")
@json_option
def import_model(file: Path, path: Path, model: str, fold: bool, as_json: bool) -> None:
    """Make a document of a model of Keras in FILE (.keras, .h5 or JSON), and write its weights beside it; or
    of a Python script or a notebook that makes one (.py, .ipynb), which is read and never run.

    What cannot be read of it stands as a placeholder in the document, and is told.
    """
    from graphbuilder.importing import files  # noqa: PLC0415  -- so that `check` starts without it
    from graphbuilder.importing.model import ImportFault  # noqa: PLC0415

    try:
        came = files.import_file(file, model=model)
        came = files.folded(came) if fold else came
    except ImportFault as fault:
        if as_json:
            print_json({"ok": False, "code": fault.code, "message": f"{file} {fault}"})
        fail(USAGE, f"{file} {fault}")
    except OSError as fault:
        fail(USAGE, f"{file} cannot be read: {fault.strerror}.")
    _write(path, write_document(came.drawn.document).encode())
    beside = path.with_suffix(initial_weights.SUFFIX)
    arrays = came.weights.arrays if came.weights else {}
    if arrays:
        try:
            initial_weights.write(beside, arrays)
        except OSError as fault:
            fail(USAGE, f"{beside} cannot be written: {fault.strerror}.")
    report = came.report
    if as_json:
        print_json(
            {"ok": True, "document": str(path), "initial_weights": str(beside) if arrays else None, **report.as_json()}
        )
    else:
        print_import(report, str(path), str(beside) if arrays else None)


@main.command()
@json_option
def operators(as_json: bool) -> None:
    """List the operators."""
    if as_json:
        print_json([operator.describe() for operator in OPERATORS.values()])
        return
    titles = {family.name: family.title for family in FAMILIES}
    rows = [(o.kind, o.title, titles[o.family.name], o.describe()["summary"]) for o in OPERATORS.values()]
    print_table(("Keras", "name", "family", "what it does"), rows)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Open no browser window.")
@home_option
def ui(host: str, port: int, no_browser: bool, home: Path) -> None:
    """Open the workbench in a browser."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if host not in ("127.0.0.1", "localhost", "::1"):
            fail(USAGE, f"As root graphbuilder listens on this machine alone; received --host {host}.")
        err.print("Running as root: fine for a trial; let another user run it for a class.", style="yellow")
    _need_free(host, port)
    options = ["--host", host, "--port", str(port), "--home", str(home.resolve()), *["--no-browser"] * no_browser]
    os.execv(sys.executable, [sys.executable, str(_screen() / "serve.py"), *options])


def _screen() -> Path:
    """The folder of the screen: inside the installed package, or beside it in a checkout."""
    here = Path(__file__).parent
    shipped = here / "_ui" / "app"
    return shipped if shipped.is_dir() else here.parent / "app"


def _need_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as fault:
            if fault.errno == errno.EADDRINUSE:
                fail(USAGE, f"Port {port} is in use, perhaps by another graphbuilder. Choose one: --port {port + 1}.")
            fail(USAGE, f"graphbuilder cannot listen on {host} port {port}: {fault.strerror}.")


main.add_command(own_data.data)
main.add_command(operating.clean)
main.add_command(operating.admin)


@main.command("schema")
def print_schema() -> None:
    """Print the JSON schema of a document."""
    print_json(schema())


# Reading and judging


def _refuse_used(folder: Path | None) -> None:
    """Refuses a folder that has a run, whole or begun."""
    if folder and (folder / RESULT).exists():
        fail(USAGE, f"{folder} holds a run already; choose another folder, so that nothing is lost.")
    if folder and (folder / CHECKPOINT).exists():
        fail(USAGE, f"{folder} holds a run that was interrupted; go on with it by --resume {folder}.")


def _begun(folder: Path) -> Document:
    """The document of a run that goes on."""
    try:
        return report_of(folder).document
    except (OSError, DocumentError):
        fail(USAGE, f"{folder} holds no run; `graphbuilder train FILE --out DIR` begins one.")


def _epochs_had(folder: Path) -> int:
    """The epochs of a run that is over; 0 for one that was killed, which told of none at its end."""
    try:
        return int(json.loads((folder / RESULT).read_text(encoding="utf-8"))["epochs"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _read(file: Path, as_json: bool = False) -> Document:
    try:
        text = file.read_bytes()
    except OSError as fault:
        fail(USAGE, f"{file} cannot be read: {fault.strerror}.")
    try:
        return open_document(text, file.name)
    except DocumentError as fault:
        if as_json:
            print_json({"ok": False, "problems": [problem.as_json() for problem in fault.problems]})
        for problem in fault.problems:
            told = problem.of(str(file)) if not problem.pointer else f"{file}: {problem}"
            err.print(f"{escape(told)} [dim]{problem.code}[/dim]")
        sys.exit(USAGE)


def _any_document(path: Path, as_json: bool) -> Document:
    """The network in a document, of a run, or in a model of Keras."""
    from graphbuilder.importing import files  # noqa: PLC0415  -- so that `check` starts without it
    from graphbuilder.importing.model import ImportFault  # noqa: PLC0415

    if path.is_dir():
        return _begun(path)
    try:
        with path.open("rb") as file:
            is_model = path.suffix in _OF_KERAS or b'"class_name"' in file.read(4096)
        return files.import_file(path, with_weights=False).drawn.document if is_model else _read(path, as_json)
    except ImportFault as fault:
        fail(USAGE, f"{path} {fault}")
    except OSError as fault:
        fail(USAGE, f"{path} cannot be read: {fault.strerror}.")


def _with_data(document: Document, name: str | None, home: Path, as_json: bool) -> Document:
    """The document with a built-in set, data that were added, or those of a file."""
    if name is None:
        return document
    try:
        own = own_data.own_description(home, name) if name not in SOURCES else None
        return editing.use_own_data(document, own) if own else editing.set_data(document, name)
    except EditError as fault:
        fail(USAGE, f"{fault} There are: {', '.join(SOURCES)}; or name a file.")
    except DataError as fault:
        fail_training(str(fault), as_json)
    except (StoreError, OSError) as fault:
        fail(USAGE, str(fault))


def _changed(document: Document, epochs: int | None, seed: int | None, settings: Sequence[str]) -> Document:
    """As it is trained: with what is said at the command line, and a seed of its own where none is kept."""
    try:
        for told in settings:
            document = _with_setting(document, told)
        if epochs is not None:
            document = editing.set_training(document, "epochs", epochs)
        return editing.draw_seed(document) if seed is None else editing.set_training(document, "seed", seed)
    except EditError as fault:
        fail(USAGE, str(fault))


def _with_setting(document: Document, told: str) -> Document:
    """told: name=value; the value is JSON, or a word as it stands."""
    name, equals, text = told.partition("=")
    if not equals:
        fail(USAGE, f"--set wants NAME=VALUE; received {told}.")
    try:
        value = json.loads(text)
    except ValueError:
        value = text
    if name == "optimizer":
        return editing.set_optimizer(document, text)
    if name in Settings.parameters:
        return editing.set_training(document, name, value)
    return editing.set_optimizer_option(document, name, value)


def _refuse_for(reasons: Sequence[Diagnostic], report: Report, as_json: bool = False) -> None:
    if not reasons:
        return
    print_diagnostics(report, err)
    if as_json:
        print_json(report_as_json(report), flat=True)
    sys.exit(FAULTS)


# Taking away


def _write(path: Path, made: bytes) -> None:
    try:
        path.write_bytes(made)
    except OSError as fault:
        fail(USAGE, f"{path} cannot be written: {fault.strerror}.")


def _need_weights(path: Path, folder: Path | None, untrained: bool) -> None:
    if bool(folder) == untrained:
        needs = "A Keras model needs the weights of a run, --run DIR, or others, --weights FILE"
        fail(USAGE, f"{needs}. For fresh weights say --untrained.")
    if path.suffix != ".keras":
        fail(USAGE, f"A Keras model is a file that ends in .keras; received {path.name}.")


def _run_in(folder: Path) -> tuple[Report, diagnosis.Evidence]:
    """The network of a saved run as it was trained, and what the run told."""
    if not (folder / RESULT).is_file():
        fail(USAGE, f"{folder} holds no finished run; `graphbuilder train --out` makes one.")
    try:
        return report_of(folder), diagnosis.Evidence.read(folder)
    except (OSError, ValueError, KeyError, TypeError, DocumentError):
        fail(USAGE, f"The run in {folder} cannot be read; train the network again.")


def _of_run(report: Report, folder: Path) -> tuple[Report, Sequence[Event], Path]:
    """The network with the settings and the split that a saved run had, what the run told, and its model."""
    if not (folder / RESULT).is_file():
        fail(USAGE, f"{folder} holds no finished run; `graphbuilder train --out` makes one.")
    try:
        then, record = report_of(folder), record_of(folder)
    except (OSError, ValueError, KeyError, TypeError, DocumentError):
        fail(USAGE, f"The run in {folder} cannot be read; train the network again.")
    if not same_network(then.document, report.document):
        fail(USAGE, f"The network has changed since the run in {folder}; train it again.")
    return then, record, folder / MODEL


def _weights(path: Path | None, report: Report) -> initial_weights.Arrays | None:
    """The weights in a file, held to the network."""
    if path is None:
        return None
    sizes = {id: facts.parameters for id, facts in report.facts.items() if facts.parameters}
    try:
        arrays = initial_weights.read(path, sizes)
    except initial_weights.WeightsFault as fault:
        fail(USAGE, f"{path} {fault}")
    except OSError as fault:
        fail(USAGE, f"{path} cannot be read: {fault.strerror}.")
    if wrong := initial_weights.not_finite(arrays):
        fail(USAGE, f"{path} holds weights of {initial_weights.told(wrong)} that are no numbers (NaN or infinite).")
    return arrays


def _save_untrained(report: Report, path: Path, home: Path, weights: Path | None) -> None:
    from graphbuilder.training import runs  # noqa: PLC0415

    try:
        runs.untrained(report, home, _weights(weights, report)).save(path)
    except initial_weights.WeightsFault as fault:
        fail(USAGE, f"{weights} {fault}")
    except (DataError, NotReady) as fault:
        fail(FAILED, str(fault))
    except OSError as fault:
        fail(USAGE, f"{path} cannot be written: {fault.strerror}.")
