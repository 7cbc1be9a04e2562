"""Words that must not stand in what we publish: registry hosts, paths of somebody's machine, loose ends."""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools.steps import ROOT

CODE = (".py", ".js", ".css", ".jinja", ".html")
PRODUCT = ("platform/", "form_engine/", "flow_engine/", "report_engine/", "apps/", "plugins/", "tools/")
LARGEST_TEXT = 1_000_000  # bytes; what is larger is data, not prose

# The hyphen goes: spelled like this, the file keeps its own rule.
REGISTRIES = [name.replace("-", "") for name in ("py-pi", "python-hosted", "npm-js", "deb-ian")]
UNFINISHED = [
    name.replace("-", "")
    for name in ("TO-DO", "FIX-ME", "X-XX", "HA-CK", "NotImplemented-Error", "coming -soon")
]


@dataclass(frozen=True)
class Rule:
    """A pattern, the sentence for who breaks it, and the files it speaks about."""

    sentence: str
    pattern: re.Pattern[str]
    code_only: bool = False

    def concerns(self, name: str) -> bool:
        return not self.code_only or (name.endswith(CODE) and name.startswith(PRODUCT))


RULES = (
    Rule(
        "names the host of a package registry; say which package, not where it lies",
        re.compile(rf"\b(?:{'|'.join(REGISTRIES)})\.(?:org|com)\b"),
    ),
    Rule(
        "holds a path of one machine; use a path relative to the checkout",
        re.compile(r"/(?:root|work|home/[a-z]\w*|Users/\w+)(?=[/\"'`\s]|$)"),
    ),
    Rule(
        "is marked as unfinished; finish it or file an issue",
        re.compile(rf"\b(?:{'|'.join(UNFINISHED)})\b"),
        code_only=True,
    ),
    Rule("holds a merge conflict", re.compile(r"^(?:<{7}|>{7}) ")),
)


def tracked_files() -> list[str]:
    """Files that git knows or would add, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    names = {name for name in listed.stdout.split("\0") if name}
    return sorted(name for name in names if (ROOT / name).is_file())


def problems() -> Iterator[str]:
    """One line per broken rule: `file:line: sentence`."""
    for name in tracked_files():
        text = _read(ROOT / name)
        if text is not None:
            yield from problems_in(name, text)


def problems_in(name: str, text: str) -> Iterator[str]:
    rules = [rule for rule in RULES if rule.concerns(name)]
    for number, line in enumerate(text.splitlines(), 1):
        for rule in rules:
            if rule.pattern.search(line):
                yield f"{name}:{number}: {rule.sentence}"


def _read(path: Path) -> str | None:
    if path.stat().st_size > LARGEST_TEXT:
        return None
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None
