"""The screen's pages."""

import os
import sys
from pathlib import Path

if "app" not in sys.modules:
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import streamlit as st

from app import addresses
from app.components.trouble import not_drawn
from app.dressed import STYLE
from app.state import SERVED_VARIABLE
from app.views import admin, data, export, help, projects, workbench

HERE = Path(__file__).parent

st.set_page_config(page_title="graphbuilder", page_icon=HERE / "icon.svg", layout="wide")
if SERVED_VARIABLE not in os.environ:  # our own server has it in the document that every page begins with
    st.html(STYLE)
pages = [
    addresses.build(workbench.show),
    addresses.projects(projects.show),
    addresses.export(export.show),
    addresses.help(help.show),
    addresses.data(data.show),
    addresses.admin(admin.show),
]
page = st.navigation(pages, position="hidden")
try:
    page.run()
except Exception as fault:
    not_drawn("This page", "page", fault)
