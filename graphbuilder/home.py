"""Where graphbuilder keeps what it makes: snapshots of data, projects, runs."""

import os
from pathlib import Path

import platformdirs

HOME_VARIABLE = "GRAPHBUILDER_HOME"


def default_home() -> Path:
    """The folder named by GRAPHBUILDER_HOME, else the user's folder for application data."""
    return Path(os.environ.get(HOME_VARIABLE) or platformdirs.user_data_dir("graphbuilder", appauthor=False))
