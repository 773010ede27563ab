"""Carries out the Dockerfile where there is no Docker: python -m tests.try_dockerfile, as root on Debian.

Every stage is built in a root of its own, where Debian's Python stands for the base image's; packages come from where
this machine gets them. Then the server runs as in a container: as the image's user, as the first process, without a
network. A command's mounts are in a namespace of its own and end with it: no root is deleted with one of them inside.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from string import Template

CONTEXT = Path(__file__).parent.parent
LIKE_THE_BASE = "python3,python3-venv,python-is-python3,ca-certificates,netbase,tzdata"
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
OF_REGISTRIES = re.compile(r"(?i)pip_.*|npm_config_.*|node_extra_ca_certs|ssl_cert_.*|requests_ca_bundle|.*_proxy")
PROMISES = {
    "the training host is ready": "from graphbuilder import home; from graphbuilder.store.work import Work;"
    "assert Work(home.default_home()).engine_health()[0] == 'ready'",
    "Graphviz draws": "from graphbuilder import checks, pictures, templates;"
    "pictures.by_graphviz(checks.check(templates.template('lenet')), 'pdf')",
    "the canvas is built": "import graphbuilder, pathlib;"
    "next(pathlib.Path(graphbuilder.__file__).parent.glob('_canvas/canvas-*.js'))",
}


@dataclass
class Stage:
    """A root as far as it is built, and what the next instruction finds in force."""

    root: Path
    environment: dict[str, str] = field(default_factory=lambda: {"PATH": PATH})
    folder: str = "/"
    user: str = "0"
    volume: str = ""
    health: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def at(self, path: str) -> Path:
        return self.root / str(Path(self.folder, path)).lstrip("/")

    def account(self) -> list[str]:
        """The parts of the user's line in the root's list of users: 2 is the number, 5 the home."""
        lines = [line.split(":") for line in self.at("/etc/passwd").read_text().splitlines()]
        return next(line for line in lines if self.user in (line[0], line[2]))


def instructions(text: str) -> list[tuple[str, str]]:
    """Word and text of every instruction, comments left out and continued lines joined."""
    lines = "\n".join(line for line in text.splitlines() if line and not line.startswith("#"))
    parted = [line.partition(" ") for line in re.sub(r"\\\n *", "", lines).splitlines()]
    return [(word, rest) for word, _, rest in parted]


def ignored(path: str, rules: str) -> bool:
    """Whether a .dockerignore keeps a file back. The last rule that fits it, or a folder above it, decides."""
    wild, kept_back = {"**/": "(?:.*/)?", "*": "[^/]*"}, False
    for rule in (line for line in rules.splitlines() if line and not line.startswith("#")):
        parts = re.split(r"(\*\*/|\*)", rule.removeprefix("!"))
        if re.fullmatch("".join(wild.get(part) or re.escape(part) for part in parts) + "(?:/.*)?", path):
            kept_back = not rule.startswith("!")
    return kept_back


def copy_context(target: Path) -> None:
    """Copies what Docker would be sent."""
    rules = (CONTEXT / ".dockerignore").read_text()

    def left_out(folder: str, names: list[str]) -> list[str]:
        return [name for name in names if ignored(str(Path(folder, name).relative_to(CONTEXT)), rules)]

    shutil.copytree(CONTEXT, target, ignore=left_out)


def carry_out(word: str, text: str, stage: Stage, roots: dict[str, Path]) -> None:
    """Changes the stage as an instruction says. roots: what COPY takes from, the context under an empty name."""
    match word:
        case "ENV":
            for name, value in (pair.split("=", 1) for pair in shlex.split(text)):
                stage.environment[name] = Template(value).substitute(stage.environment)
        case "WORKDIR":
            stage.at(text).mkdir(parents=True, exist_ok=True)
            stage.folder = str(Path(stage.folder, text))
        case "COPY":
            origin, names, target = re.fullmatch(r"(?:--from=(\w+) )?(.*) (.*)", text).groups(default="")
            for path in (roots[origin] / name.lstrip("/") for name in names.split()):
                to = stage.at(target)
                (to if path.is_dir() or target.endswith("/") else to.parent).mkdir(parents=True, exist_ok=True)
                what = f"{path}/." if path.is_dir() else path
                subprocess.run(["cp", "-a", "--reflink=auto", "--no-preserve=ownership", what, to], check=True)
        case "RUN":
            done = subprocess.run(contained(stage, ["sh", "-c", text], True), capture_output=True, text=True)
            if done.returncode:
                sys.exit(f"RUN {text}\nended with {done.returncode}:\n{(done.stdout + done.stderr)[-4000:]}")
        case "USER":
            stage.user = text
        case "VOLUME":
            stage.volume = text
        case "HEALTHCHECK":
            stage.health = json.loads(text.partition("CMD ")[2])
        case "CMD":
            stage.command = json.loads(text)
        case "EXPOSE":
            pass  # it is for people to read
        case _:
            raise ValueError(f"{word} is not known here; tell carry_out what Docker does")


def contained(stage: Stage, command: list[str], building: bool) -> list[str]:
    """The line that runs a command with processes and mounts of its own. building: with the network and packages."""
    handed_in = packages() if building else []
    for path in handed_in:
        to = stage.at(str(path))
        (to if path.is_dir() else to.parent).mkdir(parents=True, exist_ok=True)
        to.touch()
    told = {name: value for name, value in os.environ.items() if building and OF_REGISTRIES.fullmatch(name)}
    steps = [
        f"cd {stage.root}",
        "mount -t proc proc proc",
        "mount -t sysfs -o ro sysfs sys",
        "mount --rbind /dev dev",
        "mount -t tmpfs -o size=64m,mode=1777 tmpfs dev/shm",
        *(f"mount --bind -o ro {path} .{path}" for path in handed_in),
        *([] if building else ["ip link set lo up"]),
        f"exec {shlex.join(inside(stage, command, told))}",
    ]
    alone = ["--mount", "--pid", "--fork", "--kill-child", *([] if building else ["--net"])]
    return ["unshare", *alone, "sh", "-c", " && ".join(steps)]


def inside(stage: Stage, command: list[str], told: dict[str, str]) -> list[str]:
    """The line that runs a command in a root, as its user, with its environment and of this machine's only `told`."""
    variables = {**told, "HOME": stage.account()[5], **stage.environment}
    clean = ["env", "-i", "-C", stage.folder, *(f"{name}={value}" for name, value in variables.items())]
    return ["chroot", f"--userspec={stage.user}", str(stage.root), *clean, *command]


def packages() -> list[Path]:
    """What tells this machine where packages are, and the folders of packages that pip's settings speak of."""
    told = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True).stdout
    spoken_of = {path for path in map(Path, re.findall(r"(?:file://|[' ])(/[\w./-]+)", told)) if path.is_dir()}
    usual = map(Path, ("/etc/resolv.conf", "/etc/apt", "/etc/ssl/certs", "/etc/pip.conf", "/etc/xdg/pip"))
    own = (Path.home() / name for name in (".config/pip", ".npmrc"))  # both here and there the home is root's
    folders = sorted(path.parent if path.name == "simple" else path for path in spoken_of)
    return [path for path in (*usual, *own, *folders) if path.exists()]


def build(folder: Path) -> Stage:
    """Carries out the whole Dockerfile; the last stage."""
    roots, base = {"": folder / "context"}, folder / "base"
    stage = Stage(base)
    copy_context(roots[""])
    for word, text in instructions((CONTEXT / "Dockerfile").read_text()):
        with timed(f"{word} {text}"):
            if word != "FROM":
                carry_out(word, text, stage, roots)
                continue
            image, _, name = text.partition(" AS ")
            if not base.exists():
                release = image.rpartition("-")[2]  # as in python:3.12-slim-bookworm
                like = ["debootstrap", "--variant=minbase", f"--include={LIKE_THE_BASE}", release, base]
                subprocess.run(like, check=True, stdout=subprocess.DEVNULL)
            stage = Stage(folder / f"stage-{len(roots)}")
            roots[name] = stage.root
            subprocess.run(["cp", "-a", "--reflink=auto", base, stage.root], check=True)
    return stage


def try_out(stage: Stage) -> None:
    """Starts the server, holds it to what the image promises, ends it, and looks at whose files it left."""
    server = subprocess.Popen(contained(stage, stage.command, building=False))
    time.sleep(1)  # until its namespaces are there
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text()
    assert children, "the server ended as soon as it was started"
    first = int(children)
    try:
        for promise, command in {"it is healthy": stage.health, **PROMISES}.items():
            run = ["python", "-c", command] if isinstance(command, str) else command
            with timed(promise):
                entered = ["nsenter", f"--target={first}", "--mount", "--pid", "--net", *inside(stage, run, {})]
                pass_in_time(entered, server)
        with timed("SIGTERM ends it"):
            os.kill(first, signal.SIGTERM)
            code = server.wait(20)
            assert code == 0, f"the server ended with code {code}"
    finally:
        if server.poll() is None:
            os.kill(first, signal.SIGKILL)  # and with it all the others of its namespace
            server.wait()
    user, left = stage.account()[2], [*stage.at(stage.volume).rglob("*")]
    foreign = [str(path) for path in left if str(path.lstat().st_uid) != user]
    assert left and not foreign, f"not the user's own in {stage.volume}: {foreign or 'there is nothing'}"


def pass_in_time(command: list[str], server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while (done := subprocess.run(command, capture_output=True, text=True)).returncode:
        assert server.poll() is None, f"the server ended with code {server.poll()}"
        assert time.monotonic() < until, done.stderr
        time.sleep(0.5)


@contextmanager
def timed(what: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    print(f"{time.monotonic() - began:6.1f} s  {what[:110]}", flush=True)


def main() -> None:
    lacking = [name for name in ("debootstrap", "unshare", "nsenter", "ip") if not shutil.which(name)]
    if os.geteuid() or lacking:
        sys.exit(f"This needs root and, as Debian's packages, {', '.join(lacking) or 'nothing more'}.")
    with tempfile.TemporaryDirectory(prefix="dockerfile-") as folder:
        stage = build(Path(folder))
        for path in (Path(folder, "base"), stage.root, stage.at("/opt")):
            subprocess.run(["du", "-sm", path], check=True)  # megabytes
        try_out(stage)
    print("The Dockerfile's steps work.")


if __name__ == "__main__":
    main()
