"""What is kept: every project with all its revisions, under its owner.

The store is the only thing that pages, and later the processes that train, have in common. Nothing of a project lives
in a page: a page that dies, a server that is killed lose nothing that was acknowledged.
"""

from graphbuilder.store.database import Missing, NotYours, StoreError, Unsaved
from graphbuilder.store.store import Project, ProjectLine, Store

__all__ = ["Missing", "NotYours", "Project", "ProjectLine", "Store", "StoreError", "Unsaved"]
