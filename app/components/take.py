"""A button that gives a file away."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import streamlit as st

from app.text import plain
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.names import file_name


@dataclass(frozen=True)
class Offer:
    """What is offered as the page shows it, and how it is had again when a button is pressed: a session keeps what its
    buttons hold, which must not be networks."""

    subject: Subject
    again: Callable[[], Subject]


def take(
    name: str, offer: Offer, title: str = "", run: str = "", width: Literal["stretch", "content"] = "content"
) -> None:
    """Offers one form of `EXPORTS`, made when it is pressed; where it cannot be had, the button says why.

    run: the name of the run it is of, for the file's name.
    """
    export, again = EXPORTS[name], offer.again
    missing = export.missing(offer.subject)
    st.download_button(
        title or export.title,
        lambda: export.make(again()),
        file_name=name_of(name, offer.subject, run),
        mime=export.mime,
        icon=":material/download:",
        key=f"take:{name}",
        on_click="ignore",
        disabled=missing is not None,
        help=missing,
        width=width,
    )


def name_of(name: str, subject: Subject, run: str = "") -> str:
    """What the file of one form is called."""
    return file_name(EXPORTS[name].file, subject.report.document.name, run)


def no_code_yet(why: str) -> None:
    st.markdown("The code is here as soon as the network has no faults. " + plain(why))
