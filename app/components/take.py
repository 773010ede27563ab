"""A button that gives a file away."""

from typing import Literal

import streamlit as st

from app import state
from graphbuilder.exports import EXPORTS, NotThere, Subject
from graphbuilder.names import file_name


def take(
    name: str, subject: Subject, title: str = "", run: str = "", width: Literal["stretch", "content"] = "content"
) -> None:
    """Offers one form of `EXPORTS`, made when it is pressed; where it cannot be had, the button says why.

    run: the name of the run it is of, for the file's name.
    """
    export = EXPORTS[name]
    missing = export.missing(subject)

    def make() -> bytes:
        try:
            return export.make(subject)
        except (NotThere, OSError) as fault:  # gone since the page was drawn
            state.say(f"{export.title} cannot be had: {fault}", ":material/block:")
            raise

    st.download_button(
        title or export.title,
        make,
        file_name=file_name(f"{subject.report.document.name} {run}", export.file),
        mime=export.mime,
        icon=":material/download:",
        key=f"take:{name}",
        on_click="ignore",
        disabled=missing is not None,
        help=missing,
        width=width,
    )
