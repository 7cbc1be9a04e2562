"""`make lock`: resolve `requirements/*.in` and `package.json` again and pin the result.

Existing pins are kept while they fit; delete a lock first to move everything to the newest versions.
"""

import sys
from pathlib import Path

from tools import browser_files, environment
from tools.steps import ROOT, SetUpError, run

LOCKS = ("installer", "node", "runtime", "plugins", "dev")
COMPILE = (
    "pip", "compile", "--quiet", "--generate-hashes", "--no-header", "--no-annotate",
    "--no-emit-index-url", "--python-version", "3.11",
)  # fmt: skip


def main() -> int:
    folder = ROOT / "requirements"
    try:
        for name in LOCKS:
            # The tests must run on what the product runs on, so the runtime pins bind the larger set.
            bound: list[str | Path] = (
                ["--constraint", folder / "runtime.lock"] if name in ("plugins", "dev") else []
            )
            target = folder / f"{name}.lock"
            command = [environment.UV, *COMPILE, *bound, "--output-file", target, folder / f"{name}.in"]
            run(command, failing=f"could not resolve requirements/{name}.in")
        browser_files.lock_packages()
    except SetUpError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
