"""K1 to K25: model files that are made to do harm are refused, or come without it, in a second each."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

CODES = {
    "K1": "E_LAYER_UNSUPPORTED", "K2": "E_LAYER_UNSUPPORTED", "K3": "E_LAYER_UNSUPPORTED", "K4": "E_LAYER_UNSUPPORTED",
    "K5": "E_LAYER_UNSUPPORTED",
    "K6": "E_LAYER_UNSUPPORTED|E_VALUE", "K7": "imported|E_FORMAT: The compile settings",
    "K8": "E_VALUE", "K9": "E_LAYER_UNSUPPORTED|E_INPUT",
    "K10": "E_VALUE|E_TOO_BIG|E_BOUNDS",
    "K11": "E_VALUE|E_BOUNDS|E_FUNCTION|E_SHAPE|E_LAYER_UNSUPPORTED|W_MASK_TOKEN|W_SINGLE|imported",
    "K12": "E_INPUT|W_SINGLE|E_TOO_BIG|E_BOUNDS|E_SHAPE|E_VALUE|E_FORMAT", "K13": "imported",
    "K14": "E_GRAPH|E_CYCLE|E_TOO_BIG|E_TOO_DEEP|E_VALUE|E_FORMAT|E_SHAPE|E_LAYER_UNSUPPORTED|W_SHARED|imported",
    "K15": "E_TOO_BIG",
    "K16": "E_FORMAT|E_TOO_BIG", "K17": "E_FORMAT|E_VALUE",
    "K18": "E_FORMAT|imported", "K19": "E_FORMAT|E_TOO_BIG|W_WEIGHTS",
    "K20": "E_WEIGHTS_UNSAFE|E_WEIGHTS|E_FORMAT", "K21": "W_WEIGHTS|E_WEIGHTS_UNSAFE",
    "K22": "W_WEIGHTS|E_WEIGHTS|E_FORMAT",
    "K23": "W_NOT_FINITE", "K24": "E_FORMAT", "K25": "E_OPTION|imported",
}  # fmt: skip
"""What may be said first of the files of a row."""

GUARDED = """
import json, marshal, pickle, resource, sys, tempfile
from pathlib import Path
from tests.hostile_models import files, verdict
from tests.spending import soonest
import h5py, numpy
folder = Path(tempfile.mkdtemp())
opened, started = [], []
def watch(event, args):
    own = str(folder), sys.prefix, sys.base_prefix
    if event == "open" and isinstance(args[0], str) and not args[0].startswith(own):
        opened.append(args[0])
    if event in ("subprocess.Popen", "os.system", "os.exec", "marshal.loads", "pickle.find_class", "socket.connect"):
        started.append(event)
found = []
told = list(files())
for name, data in told:
    path = folder / name.replace("/", "_")
    path.write_bytes(data)
for name, data in told[:3]:
    verdict(folder / name.replace("/", "_"))
sys.addaudithook(watch)
before = {*sys.modules}
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name, data in told:
    path, words = folder / name.replace("/", "_"), []
    def go():
        said, spent = verdict(path)
        words[:] = [said]
        return spent
    seconds = soonest(go, 1)
    found.append([name, *words, seconds])
print(json.dumps({
    "found": found, "opened": opened, "started": started, "loaded": sorted({*sys.modules} - before),
    "left": sorted(one.name for one in folder.iterdir()) == sorted(name.replace("/", "_") for name, _ in told),
    "memory": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1024,
}))
"""


@pytest.fixture(scope="module")
def came() -> dict[str, object]:
    ran = subprocess.run(
        [sys.executable, "-c", GUARDED], capture_output=True, text=True, cwd=Path(__file__).parent.parent
    )
    assert ran.returncode == 0, ran.stderr
    told: dict[str, object] = json.loads(ran.stdout)
    return told


@pytest.mark.parametrize("row", CODES)
def test_hostile_models_of_a_row_have_their_verdict(row: str, came: dict[str, list[tuple[str, str, float]]]) -> None:
    of_row = {name: said[:120] for name, said, _ in came["found"] if name.partition("-")[0] == row}
    assert of_row
    assert {name: said for name, said in of_row.items() if not re.match(rf"({CODES[row]})\b", said)} == {}


def test_K16_too_many_objects_are_refused_by_their_number(came: dict[str, list[tuple[str, str, float]]]) -> None:
    said = {name: told for name, told, _ in came["found"]}
    for name, count in (("K16-objects.json", "450,003"), ("K16-lists.json", "450,003")):
        assert said[name].startswith("E_TOO_BIG") and f"{count} objects and lists of JSON" in said[name]


def test_every_hostile_model_has_its_verdict_in_a_second(came: dict[str, list[tuple[str, str, float]]]) -> None:
    assert len(came["found"]) >= 120
    assert [name for name, _, spent in came["found"] if spent > 1] == []
    assert {name.partition("-")[0] for name, _, _ in came["found"]} == {*CODES}


def test_no_hostile_model_starts_or_loads_anything_or_opens_a_file(came: dict[str, list[str]]) -> None:
    assert came["started"] == []
    assert [path for path in came["opened"] if "graphbuilder" not in path] == []
    assert not {"keras", "tensorflow", "antigravity", "pickle5"} & {one.partition(".")[0] for one in came["loaded"]}
    assert came["left"], "files were written beside them, or are gone"


def test_K10_K15_K21_no_hostile_model_takes_memory(came: dict[str, float]) -> None:
    assert came["memory"] < 150
