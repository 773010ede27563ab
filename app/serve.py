"""Starts the screen: `graphbuilder ui` runs this file as a process of its own.

Streamlit runs as an ASGI application, so that a health page stands beside the screen and every visitor gets a signed
cookie before the first page is drawn.
"""

import argparse
import asyncio
import gc
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if "app" not in sys.modules:
    sys.path.insert(0, str(HERE.parent))

import streamlit as st  # noqa: E402
from starlette.middleware import Middleware  # noqa: E402
from starlette.requests import Request  # noqa: E402
from starlette.responses import JSONResponse  # noqa: E402
from starlette.routing import Route  # noqa: E402

from app import admission, arrivals, carrying, commands, imports, neighbours, owner, questions, routes, runners, wire  # noqa: E402
from app.components.trouble import logged  # noqa: E402
from app.condition import condition  # noqa: E402
from app.downloads import Downloads  # noqa: E402
from app.dressed import Dressed  # noqa: E402
from app.shares import FairSockets  # noqa: E402
from app.state import KEPT, SERVED_VARIABLE, jobs, store  # noqa: E402
from app.uploads import Room, Uploads  # noqa: E402
from app.views import admin, data, export, help, projects, workbench  # noqa: E402, F401  -- loaded before the first visitor comes
from graphbuilder.home import HOME_VARIABLE  # noqa: E402
from graphbuilder.store import StoreError  # noqa: E402
from graphbuilder.store.limits import Limits  # noqa: E402
from graphbuilder.training.supervisor import Supervisor, hold  # noqa: E402

PROXIES_VARIABLE = "GRAPHBUILDER_TRUSTED_PROXIES"
log = logging.getLogger("graphbuilder")


def report_incident(fault: Exception) -> bool:
    """Tells the visitor a number and the log everything under that number."""
    incident = logged(fault)
    kept = store().trouble() or "Your network is saved; reload the page to go on."
    st.error(
        f"Something went wrong here (incident {incident}). {kept} "
        "Whoever runs this server finds the reason in its log under that number.",
        icon=":material/error:",
    )
    return True


async def health(_: Request) -> JSONResponse:
    """Whether pages are served and what is done on them is kept, and how engine, store and disk are.

    The status is "ok" and 200, or "failing" and 503 with a sentence for visitors where nothing can be saved.
    """
    found = await asyncio.to_thread(condition)
    told = asdict(found) | {"says": found.says and f"{found.says} {KEPT}"}
    return JSONResponse(told, 200 if found.status == "ok" else 503, headers={"Cache-Control": "no-store"})


class NoErrorDialogs:
    """ASGI middleware: tells Streamlit's page to open no window when the server is gone. Its words are for who writes
    an app ("Is Streamlit still running?"), and it lies over a network that can be drawn on; our pages say it."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.app
        if scope["type"] == "http" and scope["path"] == "/_stcore/host-config":
            app = JSONResponse({"allowedOrigins": [], "blockErrorDialogs": True}, headers={"Cache-Control": "no-cache"})
        await app(scope, receive, send)


@asynccontextmanager
async def with_training_host(_: st.App) -> AsyncIterator[None]:
    supervisor = Supervisor(store().home)
    supervisor.start()
    try:
        yield
    finally:
        await asyncio.to_thread(supervisor.stop)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--no-browser", action="store_true")
    asked = parser.parse_args()
    os.environ[HOME_VARIABLE], os.environ[SERVED_VARIABLE] = str(asked.home), "yes"
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    # uvicorn believes X-Forwarded-For of these alone; without the setting of none, not even of this machine
    os.environ["FORWARDED_ALLOW_IPS"] = os.environ.get(PROXIES_VARIABLE, "")
    try:
        limits = Limits.of_settings()
        token = admission.token()
        origins = wire.Origins.of_settings(asked.host)
        key = owner.signing_key(store().home)
        jobs()
        held = hold(store().home, f"http://{asked.host}:{asked.port}")
    except (StoreError, ValueError, OSError) as fault:
        parser.exit(2, f"Error: {fault}\n")
    app = st.App(
        HERE / "main.py",
        lifespan=with_training_host,
        routes=[
            Route("/api/health", health),
            Route(routes.EVENTS, routes.events),
            Route(routes.COMMANDS, commands.answer, methods=["POST"]),
            Route(routes.QUESTIONS, questions.answer, methods=["POST"]),
            Route(routes.NEIGHBOURS, neighbours.answer, methods=["POST"]),
            Route(routes.UNTRAINED, routes.untrained),
            Route(routes.TRAINED, routes.trained),
            Route(routes.ARCHIVE, routes.archive),
            Route(routes.PREDICTIONS, routes.predictions),
            Route(routes.PROJECT, routes.project),
            Route(routes.PICTURE, carrying.answer, methods=["POST"]),
            Route(routes.DATA, arrivals.Arrivals(limits).answer, methods=["GET", "PUT"]),
            Route(routes.MODELS, arrivals.Arrivals(limits, add=imports.came).answer, methods=["GET", "PUT"]),
        ],
        middleware=[
            Middleware(wire.Wire, origins=origins),
            Middleware(owner.OwnerCookie, key=key),
            Middleware(FairSockets, key=key),
            Middleware(NoErrorDialogs),
            Middleware(Uploads, key=key, room=Room.of(limits)),
            Middleware(Downloads, key=key, limits=limits),
            Middleware(Dressed),
        ],
        on_script_error=report_incident,
    )
    address = "localhost" if asked.host in ("127.0.0.1", "0.0.0.0") else asked.host
    log.info("graphbuilder is at http://%s:%s, Ctrl+C ends it.", address, asked.port)
    log.info("The operator's page is /admin. Its token until the next start: %s", token)
    runners.install()
    gc.collect()
    gc.freeze()  # Streamlit collects garbage after every run of a script; what is loaded by now need not be looked at
    try:
        app.run(
            config={
                "server.address": asked.host,
                "server.port": asked.port,
                "server.headless": asked.no_browser,
                "server.trustedUserHeaders": {owner.VISITOR_HEADER: owner.VISITOR},
                "browser.serverAddress": address,
                "logger.hideWelcomeMessage": True,  # it also offers agents' skills, over the network
            }
        )
    except KeyboardInterrupt:
        sys.exit(130)  # Ctrl-C is how one leaves, and no fault
    finally:
        held.close()


if __name__ == "__main__":
    main()
