"""`make test` and `make test-long`: bring what the tests need, then become pytest.

Arguments are passed on to pytest, so `make test ARGS="tests/house -k stamp"` does what it says.
"""

import os
import sys

from tools.testing import needs

WORKERS = 2


def main(arguments: list[str]) -> None:
    long = "--long" in arguments
    chosen = [argument for argument in arguments if argument != "--long"]
    needs.bring(needs.missing())
    still_missing = needs.missing()
    if still_missing:
        names = ", ".join(need.name for need in still_missing)
        packages = " ".join(package for need in still_missing for package in need.packages)
        print(f"Not on this machine: {names}. Tests that need it are left out (apt-get install {packages}).")
    # One file stays on one worker: a server or browser that its tests share is started once.
    spread = ["-n", str(WORKERS), "--dist", "loadfile"] if not long else []
    marked = ["-m", "long" if long else "not long"]
    command = [sys.executable, "-m", "pytest", "-p", "tools.testing.left_out", *spread, *marked, *chosen]
    sys.stdout.flush()
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main(sys.argv[1:])
