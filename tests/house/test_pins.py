"""Everything that is fetched is pinned and hashed, and the locks agree with each other."""

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from tools.browser_files import MANIFEST, NODE_MODULES, PACKAGES, VENDOR
from tools.steps import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def pins(name: str) -> dict[str, str]:
    """Package → version, as the lock has them."""
    text = (ROOT / "requirements" / f"{name}.lock").read_text()
    return dict(re.findall(r"^([\w.-]+)==(\S+)", text, re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_each_pinned_package_has_a_hash(lock: Path) -> None:
    blocks = re.split(r"^(?=[\w.-]+==)", lock.read_text(), flags=re.MULTILINE)[1:]
    assert blocks
    assert all("--hash=sha256:" in block for block in blocks)


def test_tests_run_on_the_versions_that_the_product_runs_on() -> None:
    runtime, develop = pins("runtime"), pins("dev")
    assert {name: develop.get(name) for name in runtime} == runtime


def test_the_wheel_asks_for_what_the_product_runs_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    named = [line for line in (ROOT / "requirements" / "runtime.in").read_text().splitlines() if line]
    assert sorted(project["dependencies"]) == sorted(named)


def test_the_npm_lock_holds_hashes_and_no_addresses() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: entry for name, entry in packages.items() if name}
    assert all(entry["integrity"].startswith("sha512-") for entry in fetched.values())
    assert not any("resolved" in entry for entry in fetched.values())


def test_npm_packages_are_named_by_exact_version() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert versions["htmx.org"] == "4.0.1"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in versions.values())


def test_the_browser_gets_the_files_of_the_pinned_packages_with_their_licences() -> None:
    manifest = {entry["package"]: entry for entry in json.loads(MANIFEST.read_text())}
    assert set(manifest) == {package.name for package in PACKAGES}
    for package in PACKAGES:
        assert "LICENSE" in package.files
        for source, target in package.files.items():
            copied = (VENDOR / target).read_bytes()
            assert copied == (NODE_MODULES / package.name / source).read_bytes()
            assert manifest[package.name]["files"][target] == "sha256-" + hashlib.sha256(copied).hexdigest()
