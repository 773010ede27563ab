"""Who may do what with what is kept: its owner everything, the operator too, and nobody else anything."""

from typing import Any, Final

from sqlalchemy import Connection, LargeBinary, Table, select
from sqlalchemy.engine import Row

from graphbuilder.store import tables as t
from graphbuilder.store.database import Missing, NotYours

OPERATOR: Final = "operator"
"""Who runs the server. No visitor has this id: theirs are drawn by us and have 32 hexadecimal digits."""

_TOLD = {
    t.document: (
        "There is no such project. It may have been made on another machine.",
        "This project was deleted. The start page can bring it back right after.",
        "This project is not yours: it was made in another browser. Ask for a copy as a file.",
    ),
    t.job: (
        "There is no such run. It may have been deleted.",
        "There is no such run. It may have been deleted.",
        "This run is not yours: it was started in another browser.",
    ),
    t.dataset: (
        "There is no such data set. It may have been made on another machine.",
        "This data set was deleted. The page Data can bring it back right after.",
        "This data set is not yours: it was added in another browser.",
    ),
}


def may(who: str, what: "Row[Any]") -> bool:
    """Whether a visitor, or the OPERATOR, may see and change a project, a job or a data set."""
    return who in (what.owner, OPERATOR)


def theirs(db: Connection, who: str, kind: Table, id: str, *, also_deleted: bool = False) -> "Row[Any]":
    """The project, job or data set of an id, without its large columns, for who may have it. Raises Missing and
    NotYours."""
    missing, deleted, not_yours = _TOLD[kind]
    columns = (column for column in kind.c if not isinstance(column.type, LargeBinary))
    row = db.execute(select(*columns).where(kind.c.id == id)).one_or_none()
    if row is None:
        raise Missing(missing)
    if not may(who, row):
        raise NotYours(not_yours)
    if row.deleted is not None and not also_deleted:
        raise Missing(deleted)
    return row
