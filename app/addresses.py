"""The pages by their address. Links and the navigation both ask here."""

import streamlit as st
from streamlit.navigation.page import Page


def build() -> Page:
    from app.views import workbench  # noqa: PLC0415  -- a page's panels link to other pages

    return st.Page(workbench.show, title="graphbuilder", url_path="build", default=True)


def export() -> Page:
    from app.views import export  # noqa: PLC0415

    return st.Page(export.show, title="Export · graphbuilder", url_path="export")


def help() -> Page:
    from app.views import help  # noqa: PLC0415

    return st.Page(help.show, title="Help · graphbuilder", url_path="help")


def projects() -> Page:
    from app.views import projects  # noqa: PLC0415

    return st.Page(projects.show, title="Projects · graphbuilder", url_path="projects")


def admin() -> Page:
    from app.views import admin  # noqa: PLC0415

    return st.Page(admin.show, title="Server · graphbuilder", url_path="admin")
