"""`make check` asks OSV (https://osv.dev) which holes are known of the pinned dependencies: all in one question.

Where OSV does not answer it says so and lets the rest go on: nobody's change fails by their network. `--demand` (`make
audit`) fails then, too.
"""

import json
import os
import re
import sys
from urllib.request import Request, urlopen

from tests.processes import ROOT

OSV_URL = os.environ.get("OSV_URL", "https://api.osv.dev")
# Seconds. Whoever has the internet gets an answer in one.
PATIENCE = 10


def pinned() -> list[tuple[str, str]]:
    """Name and version of each dependency, for whichever machine."""
    return re.findall(r"^([\w.-]+)==([^\s;]+)", (ROOT / "constraints.txt").read_text(), re.MULTILINE)


def holes(packages: list[tuple[str, str]]) -> list[str]:
    """A line for each package in which holes are known. Raises OSError or ValueError if OSV does not answer."""
    queries = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in packages]
    body = json.dumps({"queries": queries}).encode()
    request = Request(f"{OSV_URL}/v1/querybatch", body, {"Content-Type": "application/json"})
    with urlopen(request, timeout=PATIENCE) as answer:
        results = json.load(answer)["results"]
    return [
        f"{name} {version}: {', '.join(hole['id'] for hole in result['vulns'])}"
        for (name, version), result in zip(packages, results, strict=True)
        if result.get("vulns")
    ]


def main(*, demand: bool) -> int | str:
    """What the process ends with: 0, or what is wrong."""
    try:
        found = holes(pinned())
    except (OSError, ValueError, KeyError) as error:
        said = f"NOT CHECKED for known holes: {OSV_URL} does not answer ({error})"
        if demand:
            return said
        print(said, file=sys.stderr)
        return 0
    return "\n".join(["Holes are known in these dependencies (https://osv.dev):", *found]) if found else 0


if __name__ == "__main__":
    sys.exit(main(demand="--demand" in sys.argv))
