"""D10 to D17, X6: files that are made to do harm cost nobody more than a sentence."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from tests.hostile import SECONDS, made

MEGABYTES = 300

COMES_TO = {
    "E_DATA_SIZE": """bomb.zip bomb-bzip2.zip bomb-overlapping.zip zip64-of-2-to-the-60.zip
        members-100001.zip says-more.zip zeros.npz large.idx bomb.idx.gz""",
    "E_DATA_UNSAFE": "pickle.npz objects.npz",
    "E_DATA_LOCKED": "encrypted.zip",
    "E_DATA_EMPTY": "empty.zip nothing.zip",
    "E_DATA_TYPE": "axes.npy",
    "E_DATA_FORMAT": """members-100000.zip members-of-one-name.zip members-uncounted.zip classes-10001.zip nested.zip
        traversal.zip absolute.zip symlink.zip macosx.zip names.zip cut.zip cut-inside.zip offset.zip no-pictures.zip
        bomb-below-the-bound.zip labels-quote.zip 8-tb.npz 1-gb.npy head-of-2-gb.npy head-nested.npy head-code.npy
        head-minus.npy head-words.npy head-structure.npy not-the-size.idx.gz drawing.svg page.html drawing.png alone.png
        program.zip""",
    "read": """says-less.zip nested-beside.zip encrypted-one.zip case.zip packing-99.zip checksum.zip comment.zip
        png-12000.zip png-65535.zip png-text.zip png-profile.zip png-no-size.zip gif-frames.zip tiff-large.zip
        tiff-circle.zip bmp-large.zip ppm-large.zip webp.zip jpeg-cut.zip eps.zip svg.zip html.zip labels-wide.zip
        labels-long.zip text-zeros.zip text-binary.zip below-the-bound.npz""",
}


def test_every_hostile_file_is_refused_or_read_without_it_in_two_seconds_and_300_mb(tmp_path: Path) -> None:
    files = made()
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    command = [sys.executable, "-m", "tests.hostile", str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0 and "Traceback" not in ran.stderr, ran.stderr
    came = defaultdict[str, set[str]](set)
    costly = {}
    for name, (told, _, processor, memory) in json.loads(ran.stdout).items():
        came[told.split()[0] if told.startswith("E_DATA") else "read" if " rows; " in told else told].add(name)
        if processor > SECONDS or memory > MEGABYTES:
            costly[name] = (processor, memory)
    assert costly == {}
    assert dict(came) == {code: {*names.split()} for code, names in COMES_TO.items()}
    assert len(files) >= 40
