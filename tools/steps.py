"""Steps of the set-up: each knows what it reads and leaves a stamp, so a second run costs milliseconds."""

import fcntl
import hashlib
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMPS = VENV / ".tradewind"
LOCK = ROOT / ".work" / "set-up.lock"
SHOWN_LINES_OF_A_FAILURE = 25


class SetUpError(Exception):
    """A sentence for the person at the keyboard: what is missing and what to do about it."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing the set-up makes.

    `inputs` are the files whose content decides the result; `outputs` must exist for it to count as made.
    """

    name: str
    title: str
    run: Callable[[], None]
    inputs: Sequence[Path] = ()
    outputs: Sequence[Path] = ()

    @property
    def stamp(self) -> Path:
        return STAMPS / self.name


def fingerprint(step: Step) -> str:
    """SHA-256 over the names and contents of the step's inputs; a missing file counts as such."""
    digest = hashlib.sha256()
    for path in step.inputs:
        content = path.read_bytes() if path.is_file() else b"\0missing"
        digest.update(f"{path.name}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def is_done(step: Step) -> bool:
    if not step.stamp.is_file() or step.stamp.read_text() != fingerprint(step):
        return False
    return all(path.exists() for path in step.outputs)


def carry_out(step: Step) -> None:
    """Run the step unless its stamp fits. A step that fails leaves no stamp and is run again next time."""
    if is_done(step):
        return
    started = time.monotonic()
    print(f"  {step.title} …", end="", flush=True)
    step.stamp.unlink(missing_ok=True)
    try:
        step.run()
    except BaseException:
        print(" stopped", flush=True)
        raise
    step.stamp.parent.mkdir(parents=True, exist_ok=True)
    step.stamp.write_text(fingerprint(step))
    print(f" {time.monotonic() - started:.1f} s", flush=True)


def run(command: Sequence[str | Path], *, failing: str, env: Mapping[str, str] | None = None) -> str:
    """Run a command in the checkout and return what it printed.

    Raises SetUpError with `failing` as its sentence, preceded by the last lines the command printed.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words, cwd=ROOT, env=env, text=True, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
    except OSError as problem:
        raise SetUpError(f"{failing} ({words[0]}: {problem.strerror})") from problem
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-SHOWN_LINES_OF_A_FAILURE:])
        raise SetUpError(f"{failing}\n{tail}")
    return done.stdout


@contextmanager
def only_one_at_a_time(lock: Path = LOCK) -> Iterator[None]:
    """Two set-ups in one checkout (a `make test` beside a `make serve`) go one after the other."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
