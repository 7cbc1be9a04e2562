"""`make check`: every check of the house, two at a time; all of them run even if one fails."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools import browser_files, tracked_text
from tools.docs import check as docs_check
from tools.steps import ROOT, VENV

AT_ONCE = 2


@dataclass(frozen=True)
class Check:
    """A named check; `run` gives what it has to say, and "" where all is well."""

    name: str
    run: Callable[[], str]


def command(*words: str) -> Callable[[], str]:
    """A check that is a program of the environment: its output counts when it fails."""

    def run() -> str:
        done = subprocess.run(
            [str(VENV / "bin" / words[0]), *words[1:]],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return (
            "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit {done.returncode}"
        )

    return run


def lines(problems: Callable[[], Iterable[str]]) -> Callable[[], str]:
    return lambda: "\n".join(problems())


def browser_code() -> str:
    """`tsc --checkJs` over our own JavaScript, by the types in its JSDoc."""
    if not any(name.endswith(".js") for name in tracked_text.tracked_files()):
        return ""  # tsc calls it an error to be given nothing
    done = subprocess.run(
        [
            browser_files.node(),
            str(browser_files.NODE_MODULES / "typescript" / "bin" / "tsc"),
            "--project",
            ".",
        ],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if done.returncode == 0 else (done.stdout + done.stderr).strip() or f"exit {done.returncode}"


CHECKS = (
    Check("types", command("mypy")),
    Check("lint", command("ruff", "check", "--quiet", "--output-format", "concise")),
    Check("format", command("ruff", "format", "--check", "--quiet", "--output-format", "concise")),
    Check("imports", command("lint-imports")),
    Check("documentation", lines(docs_check.problems)),
    Check("tracked files", lines(tracked_text.problems)),
    Check("browser code", browser_code),
)


def main(chosen: list[str]) -> int:
    """Exit code 0 when every check is content, 1 otherwise. `chosen` narrows by name."""
    checks = [check for check in CHECKS if not chosen or check.name in chosen]
    if not checks:
        print(f"No such check. There is: {', '.join(check.name for check in CHECKS)}.")
        return 1
    with ThreadPoolExecutor(AT_ONCE) as pool:
        verdicts = list(pool.map(_report, checks))
    failed = [check.name for check, fine in zip(checks, verdicts, strict=True) if not fine]
    print(f"make check: {'not content with ' + ', '.join(failed) if failed else 'all well'}", flush=True)
    return 1 if failed else 0


def _report(check: Check) -> bool:
    started = time.monotonic()
    said = check.run()
    seconds = f"{time.monotonic() - started:.1f} s"
    print(
        f"-- {check.name}: {'not well' if said else 'well'}, {seconds}" + (f"\n{said}" if said else ""),
        flush=True,
    )
    return not said


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
