"""graphbuilder without a screen: the document, its operators, checks, plan, code, data and training."""

from importlib.metadata import version

__version__ = version("graphbuilder")
