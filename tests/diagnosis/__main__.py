"""make diagnose: trains all planted faults and healthy networks, and says how many are told apart.

    python -m tests.diagnosis [fixes] [SECONDS]

What was trained before is taken from a cache by the document's hash; after so many seconds it stops training, and is
to be called again. Exit status 1 below a hit rate of 90 %, or above one false alarm in 20; 2 where not all is trained.
With `fixes`, whether the buttons of what is found help (`fixes.py`).
"""

import sys

from graphbuilder.checks import check
from graphbuilder.diagnosis import Evidence
from tests.diagnosis import fixes
from tests.diagnosis.lists import all_healthy, planted
from tests.diagnosis.measuring import names, said
from tests.diagnosis.training import folder_of, suite, train, trained

HITS, ALARMS = 0.9, 1 / 20


def main(seconds: float) -> int:
    networks = suite()
    train(networks, seconds)
    faults, well = [*planted()], [*all_healthy()]
    left = [name for name, document in networks if not trained(document) and not check(document).against_training]
    missed, alarmed = [], []
    for fault in faults:
        run = Evidence.read(folder_of(fault.document)) if trained(fault.document) else None
        found = said(fault.document, run)
        if not names(fault, found):
            missed.append(f"{fault.name}: {[one.code for one in found]}")
    for name, document in well:
        run = Evidence.read(folder_of(document)) if trained(document) else None
        if found := (*said(document), *said(document, run)):
            alarmed.append(f"{name}: {found[0].code} {found[0].message}")
    hits, alarms = 1 - len(missed) / len(faults), len(alarmed) / len(well)
    print(*(f"missed {one}" for one in missed), *(f"false alarm {one}" for one in alarmed), sep="\n")
    print(
        f"{hits:.1%} of {len(faults)} planted faults named; false alarm on {len(alarmed)} of {len(well)} healthy ones"
    )
    if left:
        print(f"{len(left)} are not trained yet; call it again: {', '.join(left[:5])}")
        return 2
    return int(hits < HITS or alarms > ALARMS)


if __name__ == "__main__":
    wanted = fixes.main if "fixes" in sys.argv[1:] else main
    seconds = [float(one) for one in sys.argv[1:] if one != "fixes"]
    sys.exit(wanted(*(seconds or [float("inf")])))
