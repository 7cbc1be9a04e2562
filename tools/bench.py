"""`make bench`: run the benchmarks of `benchmarks/`, or one of them. Prints what they measure, nothing else."""

import ast
import subprocess
import sys

from tools.steps import ROOT

FOLDER = ROOT / "benchmarks"
USAGE = "`make bench` runs every benchmark, `make bench BENCH=name` runs one."


def available() -> dict[str, str]:
    """Name → first line of its docstring, for each module in `benchmarks/` that can be run."""
    found = {}
    for path in sorted(FOLDER.glob("*.py")):
        text = path.read_text(encoding="utf-8")
        if not path.name.startswith("_") and "__main__" in text:
            described = ast.get_docstring(ast.parse(text)) or ""
            found[path.stem] = described.partition("\n")[0]
    return found


def main(chosen: list[str]) -> int:
    """Exit code: 0 when all ran, 1 when one failed, 2 for an unknown name."""
    benchmarks = available()
    unknown = [name for name in chosen if name not in benchmarks]
    if unknown:
        print(
            f"There is no benchmark called {', '.join(unknown)}. There is: {', '.join(benchmarks) or 'none yet'}."
        )
        return 2
    print(USAGE)
    if not benchmarks:
        print("No benchmark is in benchmarks/ yet, so nothing was measured.")
    failed = 0
    for name in chosen or benchmarks:
        print(f"\n== {name}: {benchmarks[name]}", flush=True)
        failed |= subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}"], cwd=ROOT, check=False
        ).returncode
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
