"""Loads Keras with TensorFlow behind it, without the pages of notes that TensorFlow writes to the terminal."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress


def load_keras(threads: int | None = None) -> None:
    """Imports Keras and TensorFlow into this process; takes seconds the first time.

    threads: to compute with, 0 for one on each core; a process that has computed already keeps those it has.
    """
    os.environ["KERAS_BACKEND"] = "tensorflow"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # TensorFlow's own pool keeps what is freed, and has half as much again as is in use
    os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")
    with _errors_unheard():
        import keras  # noqa: F401, PLC0415
        import tensorflow as tf  # noqa: PLC0415

        tf.config.list_physical_devices()
        if threads is not None:
            with suppress(RuntimeError):  # TensorFlow's, where it has computed already
                tf.config.threading.set_intra_op_parallelism_threads(threads)
                tf.config.threading.set_inter_op_parallelism_threads(threads)


@contextmanager
def _errors_unheard() -> Iterator[None]:
    """Sends the process' standard error nowhere: TensorFlow's libraries write to it before they can be told not to."""
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
