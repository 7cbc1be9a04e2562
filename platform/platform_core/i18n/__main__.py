"""`python -m platform_core.i18n extract|update|compile|missing [--root FOLDER]`: the catalogues' own tools.

extract prints every message; update carries them into the catalogues; missing lists what lacks words (exit code 1 where
Chinese is incomplete or a placeholder is wrong); compile writes `.mo` files; fill LANGUAGE FILE takes words from JSON.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from platform_core.i18n import extract
from platform_core.i18n.languages import LANGUAGES


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m platform_core.i18n", description=__doc__)
    parser.add_argument("command", choices=["extract", "update", "compile", "missing", "fill"])
    parser.add_argument("language", nargs="?", default="")
    parser.add_argument("file", nargs="?", type=Path)
    parser.add_argument("--root", type=Path, default=Path.cwd(), help="the checkout (default: here)")
    return parser.parse_args()


def _missing() -> int:
    bad = 0
    for language in (one.code for one in LANGUAGES):
        lacking, wrong = extract.untranslated(language), extract.check_placeholders(language)
        bad += len(wrong) + (len(lacking) if language == "zh" else 0)
        print(f"{language}: {len(lacking)} without words, {len(wrong)} with wrong placeholders")
        for msgid in [*lacking, *wrong]:
            print(f"  {msgid!r}")
    return 1 if bad else 0


def main() -> int:
    """Runs one command; the exit code tells whether all is well."""
    wish = _arguments()
    if wish.command == "extract":
        for message in extract.template(wish.root):
            if message.id:
                print(json.dumps(message.id, ensure_ascii=False))
    elif wish.command == "update":
        for language, count in extract.update(wish.root).items():
            print(f"{language}: {count} without words")
    elif wish.command == "compile":
        for path in extract.compile_all():
            print(path)
    elif wish.command == "fill":
        words = json.loads(wish.file.read_text(encoding="utf-8"))
        print(f"{wish.language}: {extract.fill(wish.language, words)} taken")
    else:
        return _missing()
    return 0


if __name__ == "__main__":
    sys.exit(main())
