"""The command line: check a document, train it, take it away.

Exit status: 0 fine, 1 the network has faults, 2 wrong usage or an unreadable file, 3 the training failed or its data
cannot be had. Results go to standard output, progress and faults to standard error.
"""

import errno
import json
import os
import shutil
import signal
import socket
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from graphbuilder import __version__, editing
from graphbuilder.checks import Report
from graphbuilder.checks import check as examine
from graphbuilder.codegen import to_python
from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.snapshot import DataError
from graphbuilder.diagnostics import Severity
from graphbuilder.document import Document, DocumentError, read_document
from graphbuilder.home import default_home
from graphbuilder.names import layer_names
from graphbuilder.operators import FAMILIES, OPERATORS
from graphbuilder.pictures import to_dot
from graphbuilder.plan import plan
from graphbuilder.schema import schema
from graphbuilder.shapes import show
from graphbuilder.training.events import Epoch, Event, Started, Steps

FAULTS, USAGE, FAILED = 1, 2, 3

out, err = Console(), Console(stderr=True)

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
home_option = click.option(
    "--home", type=click.Path(file_okay=False, path_type=Path), default=default_home, help="Where data sets are kept."
)


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
        _print_json(_told(report))
    else:
        _print_nodes(report)
        _print_diagnostics(report, out)
    sys.exit(FAULTS if report.errors else 0)


@main.command()
@file_argument
@click.option("--data", "data_name", help="Train on this data set and not on the document's.")
@click.option("--epochs", type=click.IntRange(1), help="Epochs, and not as many as the document says.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1), help="Seed of weights and order; the split stays.")
@click.option("--out", "folder", type=click.Path(file_okay=False, path_type=Path), help="Folder for model and records.")
@home_option
@json_option
def train(
    file: Path,
    data_name: str | None,
    epochs: int | None,
    seed: int | None,
    folder: Path | None,
    home: Path,
    as_json: bool,
) -> None:
    """Train the network in FILE. With --json the last line is one object with what came of it."""
    from graphbuilder import runs  # noqa: PLC0415  -- so that `check` starts without it

    if folder and (folder / runs.RESULT).exists():
        _fail(USAGE, f"{folder} holds a run already; choose another folder, so that nothing is lost.")
    document = _changed(_read(file, as_json), data_name, epochs, seed)
    report = _faultless(document, as_json)
    _print_diagnostics(report, err)
    stop = _StopOnSignal()
    err.print(f"Preparing {SOURCES[document.data.name].title} and loading Keras …", style="dim")
    try:
        with _Watch() as watch:
            run = runs.run(report, home, watch.hear, stop.asked)
        if folder:
            runs.save(run, report, folder)
    except DataError as fault:
        _fail_training(str(fault), as_json)
    except MemoryError:
        _fail_training("There is not enough memory to train this network. Make it or the batch smaller.", as_json)
    except OSError as fault:
        _fail_training(f"{folder or home} cannot be written: {fault.strerror}.", as_json)
    except Exception as fault:  # whatever Keras or TensorFlow raise: the training failed, the program did not
        _fail_training(
            f"The training failed: {type(fault).__name__}: {(str(fault).splitlines() or [''])[0][:300]}", as_json
        )
    result = run.result()
    if as_json:
        click.echo(json.dumps(result))
    else:
        _print_result(result)
        if folder:
            out.print(f"Saved in {escape(str(folder))}")
    if run.ended.state == "diverged":
        _fail(FAILED, f"The training {run.ended.reason}. A smaller learning rate is the first thing to try.")


@main.command()
@file_argument
@click.option("--to", "form", type=click.Choice(["python", "keras", "dot"]), required=True, help="What to write.")
@click.option("--out", "path", type=click.Path(dir_okay=False, path_type=Path), required=True, help="File to write.")
@click.option("--run", "folder", type=click.Path(path_type=Path), help="Folder of the run whose weights to take.")
@click.option("--untrained", is_flag=True, help="With --to keras: take fresh weights.")
@home_option
def export(file: Path, form: str, path: Path, folder: Path | None, untrained: bool, home: Path) -> None:
    """Write the network in FILE as Python code, as a Keras model or as a picture in Graphviz' language."""
    document = _read(file)
    if form == "dot":
        _write(path, to_dot(examine(document)))
        return
    report = _faultless(document)
    if form == "python":
        _write(path, to_python(plan(report)))
        return
    if bool(folder) == untrained:
        _fail(USAGE, "A Keras model needs the weights of a run: --run DIR. For fresh weights say --untrained.")
    if path.suffix != ".keras":
        _fail(USAGE, f"A Keras model is a file that ends in .keras; received {path.name}.")
    _export_keras(report, path, folder, home)


@main.command()
@json_option
def operators(as_json: bool) -> None:
    """List the operators."""
    if as_json:
        _print_json([operator.describe() for operator in OPERATORS.values()])
        return
    titles = {family.name: family.title for family in FAMILIES}
    rows = [(o.kind, o.title, titles[o.family.name], o.describe()["summary"]) for o in OPERATORS.values()]
    _print_table(("Keras", "name", "family", "what it does"), rows)


@main.command()
@json_option
def data(as_json: bool) -> None:
    """List the data sets and their fields."""
    sets = [source().describe() for source in SOURCES.values()]
    if as_json:
        _print_json(sets)
        return
    rows = [
        (s["name"], s["title"], f"{s['rows']:,}", ", ".join(f"{f['name']} ({f['kind']})" for f in s["fields"]))
        for s in sets
    ]
    _print_table(("name", "title", "rows", "fields"), rows)


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is all of them.")
@click.option("--port", type=click.IntRange(1, 65535), default=8501, show_default=True)
@click.option("--no-browser", is_flag=True, help="Open no browser window.")
@home_option
def ui(host: str, port: int, no_browser: bool, home: Path) -> None:
    """Open the workbench in a browser."""
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        if host not in ("127.0.0.1", "localhost", "::1"):
            _fail(USAGE, f"As root graphbuilder listens on this machine alone; received --host {host}.")
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
                _fail(USAGE, f"Port {port} is in use, perhaps by another graphbuilder. Choose one: --port {port + 1}.")
            _fail(USAGE, f"graphbuilder cannot listen on {host} port {port}: {fault.strerror}.")


@main.command("schema")
def print_schema() -> None:
    """Print the JSON schema of a document."""
    _print_json(schema())


# Reading and judging


def _read(file: Path, as_json: bool = False) -> Document:
    try:
        text = file.read_bytes()
    except OSError as fault:
        _fail(USAGE, f"{file} cannot be read: {fault.strerror}.")
    try:
        return read_document(text)
    except DocumentError as fault:
        if as_json:
            _print_json({"ok": False, "problems": [asdict(problem) for problem in fault.problems]})
        for problem in fault.problems:
            err.print(f"{escape(str(file))}: {escape(str(problem))} [dim]{problem.code}[/dim]")
        sys.exit(USAGE)


def _changed(document: Document, data_name: str | None, epochs: int | None, seed: int | None) -> Document:
    try:
        if data_name is not None:
            document = editing.set_data(document, data_name)
        if epochs is not None:
            document = editing.set_training(document, "epochs", epochs)
        if seed is not None:
            document = editing.set_training(document, "seed", seed)
    except editing.EditError as fault:
        _fail(USAGE, f"{fault} There are: {', '.join(SOURCES)}." if data_name not in SOURCES else str(fault))
    return document


def _faultless(document: Document, as_json: bool = False) -> Report:
    report = examine(document)
    if report.errors:
        _print_diagnostics(report, err)
        if as_json:
            _print_json(_told(report), flat=True)
        sys.exit(FAULTS)
    return report


def _fail(status: int, message: str) -> NoReturn:
    err.print(f"[red]Error:[/red] {escape(message)}")
    sys.exit(status)


def _fail_training(reason: str, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"state": "failed", "reason": reason}))
    _fail(FAILED, reason)


def _told(report: Report) -> dict[str, Any]:
    """A report as JSON values."""
    names = layer_names(report.document.nodes)
    return {
        "ok": not report.errors,
        "name": report.document.name,
        "parameters": report.parameters,
        "multiply_adds": report.multiply_adds,
        "memory": report.memory,
        "nodes": [
            {"id": node.id, "kind": node.kind, "label": node.label, "layer": names[node.id], **_facts(report, node.id)}
            for node in report.document.nodes
        ],
        "diagnostics": [asdict(found) for found in report.diagnostics],
    }


def _facts(report: Report, id: str) -> dict[str, Any]:
    facts = report.facts.get(id)
    if facts is None:
        return {"shape": None, "parameters": None, "multiply_adds": None, "memory": None}
    counts = {"parameters": facts.parameters, "multiply_adds": facts.counts.multiply_adds, "memory": facts.memory}
    return {"shape": list(facts.shape), **counts}


# Writing


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        _fail(USAGE, f"{path} cannot be written: {fault.strerror}.")


def _export_keras(report: Report, path: Path, folder: Path | None, home: Path) -> None:
    from graphbuilder import runs  # noqa: PLC0415

    if folder:
        if not (folder / runs.RESULT).is_file():
            _fail(USAGE, f"{folder} holds no finished run; `graphbuilder train --out` makes one.")
        if not runs.of_same_network(report, folder):
            _fail(USAGE, f"The network has changed since the run in {folder}; train it again.")
    try:
        if folder:
            shutil.copyfile(folder / runs.MODEL, path)
        else:
            runs.untrained(report, home).save(path)
    except DataError as fault:
        _fail(FAILED, str(fault))
    except OSError as fault:
        _fail(USAGE, f"{path} cannot be written: {fault.strerror}.")


def _print_json(told: object, flat: bool = False) -> None:
    click.echo(json.dumps(told, indent=None if flat else 2, ensure_ascii=False))


def _print_table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> None:
    table = Table(*head, box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def _print_nodes(report: Report) -> None:
    names = layer_names(report.document.nodes)
    rows = []
    for id in (*report.wired.order, *(id for id in report.wired.nodes if id not in report.wired.order)):
        facts, node = report.facts.get(id), report.wired.nodes[id]
        counts = (
            (show(facts.shape), f"{facts.parameters:,}", f"{facts.counts.multiply_adds:,}") if facts else ("–",) * 3
        )
        rows.append((node.kind, node.label, names[id], *counts))
    out.print(f"[bold]{escape(report.document.name)}[/bold]")
    _print_table(("operator", "label", "layer", "output", "parameters", "mult-adds"), rows)
    totals = f"{report.parameters:,} parameters, {report.multiply_adds:,} multiply-adds"
    out.print(f"{len(report.document.nodes)} nodes, {totals}, {report.memory:,} bytes of outputs a sample")


def _print_diagnostics(report: Report, where: Console) -> None:
    for found in report.diagnostics:
        color = "red" if found.severity is Severity.ERROR else "yellow"
        where.print(f"[{color}]{found.severity}[/{color}] {escape(found.text)} [dim]{found.code}[/dim]")
    if not report.errors:
        where.print("[green]No faults.[/green]")


def _print_result(result: dict[str, Any]) -> None:
    shown = {name: value for name, value in result.items() if value is not None}
    rows = [(name, f"{value:.4f}" if isinstance(value, float) else str(value)) for name, value in shown.items()]
    _print_table(("result", ""), rows)


class _StopOnSignal:
    """Ctrl-C and SIGTERM end a training after the steps under way; a second one ends the program."""

    def __init__(self) -> None:
        self._asked = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def asked(self) -> bool:
        return self._asked

    def _hear(self, number: int, _: object) -> None:
        if self._asked:
            sys.exit(128 + number)
        self._asked = True
        err.print("Stopping; what was learned is kept.")


class _Watch:
    """The progress bar of a training, on standard error."""

    def __init__(self) -> None:
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[shown]}"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, console=err)
        self._task = self._progress.add_task("training", total=None, shown="", visible=False)

    def __enter__(self) -> "_Watch":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def hear(self, event: Event) -> None:
        match event:
            case Started():
                total = event.epochs * event.steps_per_epoch
                self._progress.update(self._task, total=total, visible=True)
            case Steps():
                self._progress.update(self._task, completed=event.first + len(event.losses) - 1)
            case Epoch():
                shown = "  ".join(f"{name} {value:.4f}" for name, value in event.metrics.items())
                self._progress.update(self._task, description=f"epoch {event.number}", shown=shown)
