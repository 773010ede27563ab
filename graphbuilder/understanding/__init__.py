"""What came: which type and role each column of a table has, which fields come of it, and what is odd about it.

A table of a million rows is understood in about the time that reading it takes, and nothing here copies it whole.
"""

from graphbuilder.understanding.describing import describe
from graphbuilder.understanding.facts import Facts, facts
from graphbuilder.understanding.finding import Finding
from graphbuilder.understanding.measures import ColumnFacts
from graphbuilder.understanding.suggesting import suggest

__all__ = ["ColumnFacts", "Facts", "Finding", "describe", "facts", "suggest"]
