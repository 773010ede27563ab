"""Prepares one data set as a process of its own: python -m graphbuilder.training.prepare NAME OPTIONS HOME."""

import json
import sys
from pathlib import Path

from graphbuilder.datasets import SOURCES
from graphbuilder.datasets.snapshot import DataError, prepare

if __name__ == "__main__":
    name, options, home = sys.argv[1:]
    try:
        prepare(SOURCES[name](json.loads(options)), Path(home))
    except DataError as fault:
        sys.exit(str(fault))
