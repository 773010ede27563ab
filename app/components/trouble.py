"""Pages for when there is no network to show: each says why, and what to do."""

import streamlit as st

from app import addresses
from graphbuilder.store import StoreError


def no_cookies() -> None:
    st.title("graphbuilder", anchor=False)
    st.markdown(
        "This browser keeps no cookies for this page, so there is no telling which projects are yours. "
        "Allow cookies for it, then reload."
    )


def no_project(fault: StoreError) -> None:
    st.title("This project cannot be opened", anchor=False)
    st.markdown(str(fault))
    st.page_link(addresses.projects(), label="Go to your projects", icon=":material/folder_open:")
