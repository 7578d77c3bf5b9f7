"""Prints how many tests of a JUnit report passed, failed and were skipped."""

import sys
import xml.etree.ElementTree as xml
from pathlib import Path


def count(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped; a report that was never written counts as nothing."""
    if not report.exists():
        return 0, 0, 0
    worst: dict[tuple, int] = {}
    # A test with subtests has an entry for each of them.
    for case in xml.parse(report).getroot().iter("testcase"):
        found = {part.tag for part in case}
        rank = 2 if found & {"failure", "error"} else 1 if "skipped" in found else 0
        name = (case.get("classname"), case.get("name"))
        worst[name] = max(rank, worst.get(name, 0))
    ranks = list(worst.values())
    return ranks.count(0), ranks.count(2), ranks.count(1)


if __name__ == "__main__":
    print(*count(Path(sys.argv[1])))
