"""What the command line writes and how it ends: results to standard output, progress and faults to standard error."""

import json
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from math import ceil
from pathlib import Path
from typing import Any, NoReturn

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from graphbuilder.cards import needed_by_training
from graphbuilder.checks import Report
from graphbuilder.diagnostics import Diagnostic, Severity
from graphbuilder.difference import Difference, in_sentences
from graphbuilder.difference import as_json as difference_as_json
from graphbuilder.home import default_home
from graphbuilder.importing.model import Report as Imported
from graphbuilder.names import path_names
from graphbuilder.records.commands import Command
from graphbuilder.records.events import Commanded, Epoch, Event, Started, Steps
from graphbuilder.repairs import offered
from graphbuilder.shapes import show, whole
from graphbuilder.texts import a

FAULTS, USAGE, FAILED = 1, 2, 3
"""Exit statuses; 0 is fine."""

_COLORS = {Severity.ERROR: "red", Severity.NEED: "cyan", Severity.WARNING: "yellow"}

out, err = Console(), Console(stderr=True)

_OF_EACH = ("code", "severity", "message", "fix", "facts", "nodes", "parameter", "unfinished", "of_training", "needs")
_MOST_DRAWN = 500
"""Lines in colours and within the terminal's width: each takes half a millisecond. More are written as they are."""

json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON for programs.")
home_option = click.option(
    "--home",
    type=click.Path(file_okay=False, path_type=Path),
    default=default_home,
    help="Where data sets, projects and runs are kept.",
)


def fail(status: int, message: str) -> NoReturn:
    err.print(f"[red]Error:[/red] {escape(message)}")
    sys.exit(status)


def fail_training(reason: str, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"state": "failed", "reason": reason}))
    fail(FAILED, reason)


def print_json(told: object, flat: bool = False) -> None:
    click.echo(json.dumps(told, indent=None if flat else 2, ensure_ascii=False))


def print_table(head: tuple[str, ...], rows: Iterable[Sequence[str]]) -> None:
    rows = [*rows]
    if len(rows) > _MOST_DRAWN:
        widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
        for row in (head, *rows):
            _write(out, " " + "  ".join(map(str.ljust, row, widths)).rstrip())
        return
    table = Table(*head, box=None, header_style="bold")
    for row in rows:
        table.add_row(*map(escape, row))
    out.print(table)


def _write(where: Console, line: str) -> None:
    where.file.write(f"{line}\n")


def print_nodes(report: Report) -> None:
    names = path_names(report.document, report.wired)
    rows = []
    for id in report.wired.listed:
        facts, node = report.facts.get(id), report.wired.nodes[id]
        counts = (
            (show(facts.shape), whole(facts.parameters), f"{whole(facts.counts.multiply_adds)}{facts.each}")
            if facts
            else ("–",) * 3
        )
        rows.append((node.kind, node.label, names[id], *counts))
    out.print(f"[bold]{escape(report.document.name)}[/bold]")
    print_table(("operator", "label", "layer", "output", "parameters", "mult-adds"), rows)
    totals = f"{whole(report.parameters)} parameters, {whole(report.multiply_adds)} multiply-adds{report.each}"
    memory = f"{whole(report.memory)} bytes of outputs{report.each or ' a sample'}"
    out.print(f"{len(report.document.nodes)} nodes, {totals}, {memory}")


def print_found(found: Sequence[Diagnostic]) -> None:
    """What a diagnosis comes to, each finding in a line of its own."""
    for one in found:
        color = _COLORS[one.severity]
        out.print(f"[{color}]{one.severity}[/{color}] {escape(one.text)} [dim]{one.code}[/dim]")
    if not found:
        out.print("[green]Nothing is found to be wrong.[/green]")


def print_difference(found: Difference, as_json: bool) -> None:
    """What sets two networks apart, a line each."""
    if as_json:
        print_json(difference_as_json(found))
        return
    for one in in_sentences(found):
        _write(out, one)
    counts = found.counts()
    if found.is_equal:
        out.print("[green]Nothing differs[/green], but names." if found.renamed else "[green]Nothing differs.[/green]")
    if found.opened:
        out.print("Their blocks are cut otherwise: compared with all blocks opened.", style="dim")
    told = ", ".join(f"{count:,} {what}" for what, count in counts.items())
    out.print(f"Nodes: {told}.", style="dim")


def print_diagnostics(report: Report, where: Console) -> None:
    for found in report.diagnostics[:_MOST_DRAWN]:
        color = _COLORS[found.severity]
        where.print(f"[{color}]{found.severity}[/{color}] {escape(found.text)} [dim]{found.code}[/dim]")
    for found in report.diagnostics[_MOST_DRAWN:]:
        _write(where, f"{found.severity} {found.text} {found.code}")
    if report.needs and not report.errors:
        needed = needed_by_training(report)
        where.print(f"[green]No faults as an architecture.[/green] Training needs: {escape(needed)}.")
    elif not report.errors:
        where.print("[green]No faults.[/green]")


def print_result(result: dict[str, Any]) -> None:
    shown = {name: value for name, value in result.items() if value is not None}
    rows = [(name, f"{value:.4f}" if isinstance(value, float) else str(value)) for name, value in shown.items()]
    print_table(("result", ""), rows)


def print_tested(found: Mapping[str, Any]) -> None:
    """How a run does on a part, and of each class."""
    print_table((found["part"], f"{found['rows']:,} rows"), [(k, _score(v)) for k, v in found["metrics"].items()])
    kinds = ("precision", "recall", "f1", "support", "auc", "ap")
    for output in found["outputs"]:
        if "classes" not in output:
            continue
        means = [{"name": f"{kind} mean", **output[kind]} for kind in ("macro", "weighted") if kind in output]
        rows = [(one["name"], *(_score(one.get(kind)) for kind in kinds)) for one in [*output["classes"], *means]]
        print_table((output["label"], *kinds), rows)
    if "looks" in found:
        times = "once" if found["looks"] == 1 else f"{found['looks']} times"
        out.print(f"You looked {times} at the test part of this run. Each look makes it a little less of a test.")


def _score(value: float | None) -> str:
    return "–" if value is None else f"{value:.4g}"


def report_as_json(report: Report) -> dict[str, Any]:
    """A report as JSON values."""
    names = path_names(report.document, report.wired)
    return {
        "ok": not report.errors,
        "trainable": not report.against_training,
        "name": report.document.name,
        "parameters": report.parameters,
        "multiply_adds": report.multiply_adds,
        "memory": report.memory,
        "nodes": [
            {"id": id, "kind": node.kind, "label": node.label, "layer": names[id], **_facts(report, id)}
            for id, node in report.wired.nodes.items()
        ],
        "diagnostics": [
            {**_bare(found), "repairs": [asdict(offer) for offer in offers]}
            for found, offers in zip(report.diagnostics, offered(report), strict=True)
        ],
    }


def _bare(found: Diagnostic) -> dict[str, Any]:
    return {name: getattr(found, name) for name in _OF_EACH}


def _facts(report: Report, id: str) -> dict[str, Any]:
    facts = report.facts.get(id)
    if facts is None:
        return {"shape": None, "parameters": None, "multiply_adds": None, "memory": None}
    counts = {"parameters": facts.parameters, "multiply_adds": facts.counts.multiply_adds, "memory": facts.memory}
    return {"shape": list(facts.shape), **counts}


class StopOnSignal:
    """Ctrl-C and SIGTERM end a training after the steps under way; a second one ends the program. first: what is asked
    of the training at its beginning."""

    def __init__(self, first: Sequence[Command] = ()) -> None:
        self._asked, self._first = False, [*first]
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._hear)

    def commands(self) -> Sequence[Command]:
        first, self._first = self._first, []
        return [*first, Command("stop")] if self._asked else first

    def _hear(self, number: int, _: object) -> None:
        if self._asked:
            sys.exit(128 + number)
        self._asked = True
        err.print("Stopping; what was learned is kept.")


class Watch:
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
        self._course = Course()

    def __enter__(self) -> "Watch":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def hear(self, event: Event) -> None:
        self._course.hear(event)
        match event:
            case Started() | Commanded():
                self._progress.update(self._task, total=self._course.steps, visible=True)
            case Steps():
                done = event.first + len(event.losses) * event.stride - 1
                self._progress.update(self._task, completed=done)
            case Epoch():
                shown = "  ".join(f"{name} {value:.4f}" for name, value in event.metrics.items() if value == value)
                told = f"epoch {event.number}"
                self._progress.update(self._task, total=self._course.steps, description=told, shown=shown)


class Course:
    """How many steps a training will have taken, by the epochs and the batch size that it has now."""

    def __init__(self) -> None:
        self._rows = self._epochs = self._per_epoch = 0
        self._step, self._done = 0, 0.0  # where that is known, the epochs that it is

    @property
    def steps(self) -> int | None:
        """None before it began."""
        left = ceil(round((self._epochs - self._done) * self._per_epoch, 6))
        return self._step + max(0, left) if self._rows else None

    def hear(self, event: Event) -> None:
        match event:
            case Started():
                self._rows, self._epochs, self._per_epoch = event.rows[0], event.epochs, event.steps_per_epoch
            case Epoch():
                self._step, self._done = event.step, event.number
            case Commanded() if self._rows:
                self._done += (event.step - self._step) / self._per_epoch
                self._step = event.step
                for name, (_, now) in event.settings.items():
                    if name == "epochs":
                        self._epochs = now
                    elif name == "batch_size":
                        self._per_epoch = -(-self._rows // now) if now else 1  # none: all rows in one


def print_import(report: Imported, path: str, weights: str | None) -> None:
    """What an import did, in words."""
    out.print(escape(f"{path}: {report.nodes:,} nodes and {report.parameters:,} parameters, of {a(report.source)}."))
    if weights and report.weights:
        came, of = report.weights
        out.print(escape(f"{weights}: the weights of {came:,} of {of:,} layers that have any."))
    if report.placeholders:
        out.print(escape(f"Placeholders: {', '.join(report.placeholders)}."))
    if report.folded:
        out.print(escape(f"Folded into blocks: {'; '.join(report.folded)}."))
    if report.dropped:
        out.print(escape(f"Left out of the compile settings: {', '.join(report.dropped)}."))
    for message in report.messages:
        err.print(f"{escape(str(message))} [dim]{message.code}[/dim]")
