"""Prepare a checkout: `python3 -m tools.set_up` for running the product, with `--dev` for working on it.

This file must stay readable to old Pythons: it is the one that turns them away.
"""

import os
import shutil
import sys

NEWER_PYTHONS = ("python3.13", "python3.12", "python3.11")


def main() -> int:
    """Run what is missing of the set-up; 0 on success, 1 with one line on standard error otherwise."""
    if sys.version_info < (3, 11):  # noqa: UP036  (this is the line that older Pythons are for)
        return _go_on_with_a_newer_python()
    from tools import recipe, steps

    try:
        with steps.only_one_at_a_time():
            for step in recipe.steps_for(develop="--dev" in sys.argv[1:]):
                steps.carry_out(step)
    except steps.SetUpError as problem:
        print(f"Set-up stopped: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Set-up stopped by you. `make setup` goes on where it stopped.", file=sys.stderr)
        return 130
    return 0


def _go_on_with_a_newer_python() -> int:
    for name in NEWER_PYTHONS:
        found = shutil.which(name)
        # A version switcher may offer a command for a Python that it has not got: ask before the leap.
        if found and os.system('"%s" -c "" >/dev/null 2>&1' % found) == 0:  # noqa: UP031  (old Pythons read this)
            os.execv(found, [found, "-m", "tools.set_up"] + sys.argv[1:])
    version = ".".join(str(part) for part in sys.version_info[:3])
    message = "Set-up stopped: Tradewind needs Python 3.11 or later, and this is {} ({}). {}\n"
    remedy = "Install it (Debian 12: `apt-get install python3 python3-venv`), or name it: `make setup PYTHON=/path/to/python3.11`."
    sys.stderr.write(message.format(version, sys.executable, remedy))
    return 1


if __name__ == "__main__":
    sys.exit(main())
