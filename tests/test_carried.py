"""A picture or a notebook that was exported gives its project back, and a hostile one a sentence."""

import base64
import io
import json
import re
import time
import zipfile
import zlib

import pydot
import pytest

from graphbuilder.carried import in_picture, is_project, open_document
from graphbuilder.checks import check
from graphbuilder.document import as_json
from graphbuilder.document_file import MAX_BYTES
from graphbuilder.editing import rename_node
from graphbuilder.exports import EXPORTS, Subject
from graphbuilder.problems import DocumentError
from graphbuilder.templates import template
from tests.spending import as_there

LENET = rename_node(template("lenet"), "n3", "<b>&\"' ]]> größe")
PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + bytes(17)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n</svg>'


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(body: bytes) -> bytes:
    return PNG + chunk(b"iTXt", b"graphbuilder\0" + body) + chunk(b"IEND", b"")


def svg(held: str) -> bytes:
    return SVG.replace(b">", f'><metadata id="graphbuilder">{held}</metadata>'.encode(), 1)


def pdf() -> bytes:
    """A page of nothing, with a table that tells where each object is."""
    text, places = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", []
    pages = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"
    for number, held in enumerate([b"<< /Type /Catalog /Pages 2 0 R >>", pages, page], 1):
        places.append(len(text))
        text += b"%d 0 obj\n%s\nendobj\n" % (number, held)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<< /Size 4 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(text)
    return text + b"xref\n0 4\n0000000000 65535 f \n" + table + end


def dot(packed: bytes) -> bytes:
    return b"digraph network {\n}\n//graphbuilder " + packed + b"\n"


def notebook(held: object) -> bytes:
    return json.dumps({"nbformat": 4, "cells": [], "metadata": {"graphbuilder": held}}).encode()


def told(content: bytes, name: str = "some") -> str:
    with pytest.raises(DocumentError) as refused:
        open_document(content, name)
    return refused.value.problems[0].of(name)


@pytest.mark.parametrize("form", ["svg", "png", "dot", "notebook", "project", "zip"])
def test_what_was_exported_gives_the_project_back(form: str) -> None:
    exported = EXPORTS[form].make(Subject(check(LENET)))
    assert open_document(exported, EXPORTS[form].file) == LENET
    assert open_document(exported, "renamed") == LENET


def archive(**held: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        for name, content in held.items():
            written.writestr(name.replace("__", "-").replace("_", "."), content)
    return file.getvalue()


def test_an_archive_gives_its_project_beside_data_of_the_same_name_and_another_is_refused_in_words() -> None:
    project = EXPORTS["project"].make(Subject(check(LENET)))
    assert open_document(archive(network_json=b"[1, 2]", graphbuilder__network_json=project)) == LENET
    assert told(archive(other_json=project), "a.zip").startswith(
        "a.zip is an archive (.zip). Unpack it, and open other"
    )
    whole = archive(network_json=project)
    assert not is_project(archive(other_json=project)) and is_project(whole)
    assert "archive" in told(whole[:40] + b"x" * 90 + whole[130:], "a.zip")
    assert "at most 20,000,000 bytes" in told(archive(network_json=b" " * (MAX_BYTES + 9)))


def test_a_picture_stays_the_picture_that_it_is() -> None:
    assert in_picture(b"\xff\xd8\xff", LENET) == b"\xff\xd8\xff"
    assert re.sub(rb"\n<metadata.*</metadata>", b"", in_picture(SVG, LENET)) == SVG
    drawn = PNG + chunk(b"IEND", b"")
    assert in_picture(drawn, LENET).startswith(PNG) and in_picture(drawn, LENET).endswith(chunk(b"IEND", b""))


def test_a_pdf_gives_the_project_back_and_stays_the_page_that_it_is() -> None:
    carried = in_picture(pdf(), LENET)
    assert open_document(carried, "network.pdf") == open_document(carried, "renamed") == LENET
    start = int(carried.rpartition(b"startxref")[2].split()[0])
    assert carried[start:].startswith(b"xref\n0 4\n")
    for number, line in enumerate(carried[start:].splitlines()[3:6], 1):
        assert carried[int(line.split()[0]) :].startswith(b"%d 0 obj" % number)
    assert b"startxref" in carried[-100:], "where programs look for it"


def test_what_a_drawing_of_graphviz_carries_is_comment() -> None:
    drawn = EXPORTS["dot"].make(Subject(check(LENET))).decode()
    (read,) = pydot.graph_from_dot_data(drawn) or ()
    assert len(read.get_nodes()) == len(LENET.nodes) + 2, "with the usual looks of nodes and of edges"
    assert max(map(len, drawn.partition("//")[2].splitlines())) < 120


WRONG = {
    "a picture without a project": (PNG + chunk(b"IEND", b""), "carries no project"),
    "a drawing without a project": (SVG, "carries no project"),
    "a notebook without a project": (b'{"nbformat": 4, "cells": [], "metadata": {}}', "carries no project"),
    "metadata that are not closed": (SVG[:-6] + b'<metadata id="graphbuilder">' * 100_000, "carries no project"),
    "text that is not packed": (png(b"\0\0\0\0" + b"no JSON"), "is not JSON"),
    "what cannot be unpacked": (png(b"\1\0\0\0" + b"no zlib"), "cannot be unpacked"),
    "what is cut off": (png(b"\1\0\0\0" + zlib.compress(b"{}" * 99)[:12]), "cannot be unpacked"),
    "a chunk without an end": (png(b"\1"), "cannot be unpacked"),
    "a bomb": (png(b"\1\0\0\0" + zlib.compress(bytes(3 * MAX_BYTES), 9)), "may be at most 20,000,000 bytes"),
    "many values": (png(b"\0\0\0\0" + b"[" * 3_000_000), "may hold at most"),
    "a chunk longer than its file": (PNG + b"\xff\xff\xff\xffiTXt", "carries no project"),
    "not an object": (svg("[1]"), "must hold a JSON object"),
    "another version": (svg('{"version": 99}'), "/version is 99, and this program reads version 3"),
    "no version": (notebook({"nodes": []}), "is missing"),
    "nothing at all": (svg(""), "is not JSON"),
    "half a character": (svg('{"version": 1, "name": "\\ud800"}'), "half of a character"),
    "a PDF without a project": (pdf(), "is a PDF that carries no project"),
    "a drawing of Graphviz without a project": (b"strict graph {\n}", "carries no project"),
    "a comment that is no base64": (dot(b"===="), "cannot be unpacked"),
    "a comment that is not packed": (dot(base64.b64encode(b"no zlib")), "cannot be unpacked"),
    "many lines of comment": (b"graph {}\n" + b"//graphbuilder A\n" * 500_000, "cannot be unpacked"),
    "nested": (notebook(json.loads("[" * 90 + "]" * 90)), "must hold a JSON object"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_picture_that_means_harm_is_refused_in_words_within_a_second(what: str) -> None:
    content, words = WRONG[what]
    begun = time.process_time()
    assert words in told(content)
    assert as_there(time.process_time() - begun, 1) <= 1


def test_a_project_whose_words_are_of_notebooks_and_pictures_is_a_project() -> None:
    document = rename_node(LENET, "n3", '"nbformat" <svg >')
    assert open_document(json.dumps(as_json(document)).encode(), "net.json") == document
