"""A process that has imported Keras and computed nothing. What it forks stands at once where a new process stands after
5 to 15 seconds of imports, and has nothing of graphbuilder loaded: `python -I warm.py`."""

import gc
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

SECONDS = 300
"""After which what still runs is ended."""


class Warm:
    """Runs programs one after the other, each in a fork of its own."""

    def __init__(self) -> None:
        command = [sys.executable, "-I", __file__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def run(
        self, file: Path | str, *words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None,
        paths: tuple[str, ...] = (),
    ) -> "subprocess.CompletedProcess[str]":  # fmt: skip
        """What `python -I file words` prints, and how it ends. paths: before which modules are looked for elsewhere."""
        with tempfile.TemporaryDirectory() as folder:
            told = {"words": [str(file), *map(str, words)], "cwd": str(cwd or Path.cwd()), "paths": paths}
            wish = {**told, "env": dict(os.environ if env is None else env), "out": folder}
            assert self._process.stdin and self._process.stdout
            self._process.stdin.write(json.dumps(wish) + "\n")
            self._process.stdin.flush()
            ended = int(self._process.stdout.readline())
            out, err = (Path(folder, name).read_text("utf-8") for name in ("1", "2"))
        return subprocess.CompletedProcess(wish["words"], ended, out, err)

    def close(self) -> None:
        """Nothing of it is wanted any more, so it need not come to its end by itself."""
        self._process.kill()
        self._process.communicate()


def serve() -> None:
    os.environ |= {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ONEDNN_USE_SYSTEM_ALLOCATOR": "1"}
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    import keras  # noqa: F401
    import sklearn.datasets  # noqa: F401
    import tensorflow as tf

    tf.config.list_physical_devices()
    gc.collect()
    gc.freeze()  # which no fork has to look through, nor so to copy
    for line in sys.stdin:
        if not (child := os.fork()):
            become(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), file=answers, flush=True)


def become(wish: dict[str, Any]) -> NoReturn:
    for number in (1, 2):
        os.dup2(os.open(os.path.join(wish["out"], str(number)), os.O_WRONLY | os.O_CREAT), number)  # noqa: PTH118
    signal.alarm(SECONDS)
    os.chdir(wish["cwd"])
    os.environ.clear()
    os.environ.update(wish["env"])
    sys.argv, sys.path[:0] = wish["words"], wish["paths"]
    ended: Any = 0
    try:
        runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        ended = end.code
    except BaseException:
        traceback.print_exc()
        ended = 1
    if isinstance(ended, str):
        print(ended, file=sys.stderr)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(1 if isinstance(ended, str) else ended or 0)


if __name__ == "__main__":
    serve()
