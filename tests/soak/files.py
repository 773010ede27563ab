"""Large files, against the memory of the server: `python -m tests.soak.files`.

Gigabytes of uploads by several visitors (over the limit with their size told and not told, and within it), networks of
20,000 operators, and the download of a large model with an honest edit beside it. Each prints by how much the
server's memory grew.
"""

import argparse
import asyncio
import http.client
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app import owner
from graphbuilder.document_file import write_document
from graphbuilder.records.folder import MODEL
from graphbuilder.store import Store
from graphbuilder.store.access import OPERATOR
from graphbuilder.store.jobs import Jobs
from graphbuilder.store.work import Work
from graphbuilder.templates import template
from tests.e2e.workbench import Server
from tests.networks import chain, node
from tests.soak.floods import edits, report
from tests.soak.visitor import Visitor

MB = 1_000_000
_PIECE = b"x" * MB


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10.0, help="of uploads that are tried")
    parser.add_argument("--model", type=int, default=700, help="megabytes of the model that is downloaded")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder))
        server.start()
        try:
            asyncio.run(uploads(server, asked.gigabytes))
            asyncio.run(networks(server))
            asyncio.run(networks(server))  # what grows with each would show here
            asyncio.run(downloads(server, asked.model))
        finally:
            server.stop()
        for line in server.complaints()[:5]:
            print("  the log:", line)


def memory(server: Server, what: str = "VmRSS") -> float:
    """Megabytes that the server has now, or with VmHWM had at most since `forget_peak`."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    found = re.search(rf"{what}:\s+(\d+) kB", status)
    assert found
    return int(found[1]) / 1000


def forget_peak(server: Server) -> None:
    Path(f"/proc/{server.pid}/clear_refs").write_text("5")


# Uploads


async def uploads(server: Server, gigabytes: float) -> None:
    """A third each: over the limit and told so, over it and not told, within it."""
    visitors = [await Visitor.opened(server.url, f"v{n}") for n in range(4)]
    before = memory(server)
    forget_peak(server)
    tries = [(45, True), (45, False), (19, True), (19, True)] * round(gigabytes * 1000 / 128)
    began, answers = time.perf_counter(), Counter[int]()
    with ThreadPoolExecutor(4) as pool:
        loop = asyncio.get_running_loop()
        for at in range(0, len(tries), 4):
            some = [
                loop.run_in_executor(pool, put, server, visitor, f"{at}-{n}", size * MB, told)
                for n, (visitor, (size, told)) in enumerate(zip(visitors, tries[at : at + 4], strict=True))
            ]
            answers.update(await asyncio.gather(*some))
    tried = sum(size for size, _ in tries) / 1000
    print(
        f"{tried:.1f} GB of uploads tried in {time.perf_counter() - began:.0f} s, answered {dict(answers)}: "
        f"{memory(server) - before:+.0f} MB, at most {memory(server, 'VmHWM') - before:+.0f} MB",
        flush=True,
    )
    for visitor in visitors:
        await visitor.close()


def put(server: Server, visitor: Visitor, file: str, size: int, told: bool) -> int:
    """Puts a file of zeros at Streamlit's address for them; the status of the answer, 0 for a line that was cut."""
    frame = b'--b\r\nContent-Disposition: form-data; name="f"; filename="f.json"\r\n\r\n', b"\r\n--b--\r\n"
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    link.request("GET", "/_stcore/health", headers={"Cookie": visitor.cookie})
    answer = link.getresponse()
    token = str(answer.headers["Set-Cookie"]).partition("=")[2].partition(";")[0]
    answer.read()

    def body() -> Iterator[bytes]:
        yield frame[0]
        for _ in range(0, size, MB):
            yield _PIECE
        yield frame[1]

    headers = {
        "Cookie": f"{visitor.cookie}; _streamlit_xsrf={token}",
        "X-Xsrftoken": token,
        "Content-Type": "multipart/form-data; boundary=b",
        **({"Content-Length": str(size + sum(map(len, frame)))} if told else {}),
    }
    try:
        path = f"/_stcore/upload_file/{visitor.session}/{file}"
        link.request("PUT", path, body(), headers, encode_chunked=not told)
    except (BrokenPipeError, ConnectionResetError):
        pass  # the answer may be there all the same
    try:
        return link.getresponse().status
    except (http.client.HTTPException, OSError):
        return 0
    finally:
        link.close()


# Networks


async def networks(server: Server, count: int = 6) -> None:
    store = Store(server.home)
    visitor = await Visitor.opened(server.url, "large")
    before = memory(server)
    forget_peak(server)
    for number in range(count):
        nodes = [node(f"n{n}", "Flatten") for n in range(19_999)]
        document = chain(node("in", "Input", field="image"), *nodes, data="digits", name=f"large {number}")
        id = store.create(name_of(server, visitor), document)
        page = await Visitor.opened(server.url, "large", id, visitor.cookie)
        await page.edit({"op": "move", "at": {"n1": [number, 1]}})
        await page.close()
    told = f"{memory(server) - before:+.0f} MB, at most {memory(server, 'VmHWM') - before:+.0f} MB"
    print(f"{count} networks of 20,000 operators opened, edited and left: {told}", flush=True)
    store.close()
    await visitor.close()


def name_of(server: Server, visitor: Visitor) -> str:
    """Who a visitor is to the store."""
    found = owner.read(visitor.cookie.partition("=")[2], owner.signing_key(server.home))
    assert found
    return found


# Downloads


async def downloads(server: Server, megabytes: int) -> None:
    honest, other = [await Visitor.opened(server.url, name) for name in ("honest", "other")]
    run = trained(server, name_of(server, other), other.project, megabytes)
    report("beside nothing", await edits(honest, 6))
    for what in ("model", "everything"):
        before = memory(server)
        forget_peak(server)
        loading = asyncio.create_task(asyncio.to_thread(load, server, other, f"/api/runs/{run}/{what}"))
        taken = list[float]()
        while not loading.done():
            taken += await edits(honest, 1)
        report(f"beside the download of the {what}", taken)
        size, seconds = await loading
        grown = f"{memory(server) - before:+.0f} MB, at most {memory(server, 'VmHWM') - before:+.0f} MB"
        print(f"  {size / MB:.0f} MB came in {seconds:.1f} s: {grown}", flush=True)
    print("Another visitor's model is answered", load_status(server, honest, f"/api/runs/{run}/model"))
    await honest.close()
    await other.close()


def trained(server: Server, who: str, project: str, megabytes: int) -> str:
    """A run as if it had ended, with a large model."""
    jobs, work = Jobs(server.home), Work(server.home)
    jobs.pause(OPERATOR, True)
    id = jobs.ask(who, "train", {"kind": "train", "document": write_document(template("lenet"))}, project)
    folder = server.home / "runs" / id
    folder.mkdir(parents=True)
    with (folder / MODEL).open("wb") as file:
        for number in range(megabytes):
            file.write(bytes([number % 256]) * MB)
    work.add_artefact(id, MODEL, "-", f"runs/{id}/{MODEL}")
    work.end(id, "finished")
    for one in (jobs, work):
        one.close()
    return id


def load(server: Server, visitor: Visitor, path: str) -> tuple[int, float]:
    """How many bytes came, and in how many seconds."""
    began, size = time.perf_counter(), 0
    answer = _asked(server, visitor, path)
    assert answer.status == 200, answer.read()
    while piece := answer.read(MB):
        size += len(piece)
    return size, time.perf_counter() - began


def load_status(server: Server, visitor: Visitor, path: str) -> int:
    return _asked(server, visitor, path).status


def _asked(server: Server, visitor: Visitor, path: str) -> http.client.HTTPResponse:
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    link.request("GET", path, headers={"Cookie": visitor.cookie, "Accept-Encoding": "gzip"})
    return link.getresponse()


if __name__ == "__main__":
    main()
