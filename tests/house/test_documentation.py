"""The documentation hangs together, and says what the product and the house really have."""

import inspect
import re
import tomllib
from pathlib import Path

import msgspec
import pytest

from platform_core.plugins import Registry
from platform_core.settings import Settings
from tools.docs import build, check, pages
from tools.steps import ROOT

NOT_SETTABLE = {"version"}


def text_of(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_links_resolve_pages_are_reachable_and_decisions_are_complete() -> None:
    problems = list(check.problems())
    assert not problems, "\n".join(problems)


def test_a_link_to_a_missing_page_or_heading_is_named_with_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text(
        "# Start\n\n[gone](gone.md)\n\n[no heading](#nowhere) and [fine](#start)\n"
    )
    for module in (pages, check):
        monkeypatch.setattr(module, "ROOT", tmp_path)
        monkeypatch.setattr(module, "DOCS", docs)
    found = list(check.problems())
    assert [problem.partition(": ")[0] for problem in found] == [
        "docs/index.md:3",
        "docs/index.md:5",
        "docs/index.md:1",
    ]
    assert "gone.md, which is not there" in found[0]
    assert "no such heading" in found[1]
    assert "nobody finds it" in found[2]


def test_every_setting_is_in_the_reference_with_its_name() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", text_of("docs/reference/settings.md"), re.MULTILINE))
    assert listed == {field.name for field in msgspec.structs.fields(Settings)} - NOT_SETTABLE


def test_the_example_of_a_settings_file_uses_settings_that_exist() -> None:
    example = re.search(r"```toml\n(.*?)```", text_of("docs/reference/settings.md"), re.DOTALL)
    assert example is not None
    assert set(tomllib.loads(example[1])) <= set(Settings.__struct_fields__)


def test_every_make_command_is_in_the_reference() -> None:
    commands = set(re.findall(r"^([a-z-]+):.*## ", text_of("Makefile"), re.MULTILINE)) - {"help"}
    listed = set(re.findall(r"^\| `make ([a-z-]+)", text_of("docs/reference/commands.md"), re.MULTILINE))
    assert listed == commands


def test_continuous_integration_runs_the_command_that_the_readme_gives() -> None:
    readme = re.search(r"^(make test)\b", text_of("README.md"), re.MULTILINE)
    assert readme is not None
    assert re.search(rf"^{readme[1]}\b", text_of(".ci/run"), re.MULTILINE)


def test_terms_of_the_glossary_stand_in_order_and_once() -> None:
    for section in re.split(r"^## ", text_of("docs/reference/glossary.md"), flags=re.MULTILINE)[1:]:
        terms = [term.casefold() for term in re.findall(r"^\| \*\*(.+?)\*\*", section, re.MULTILINE)]
        assert terms == sorted(set(terms))


def test_the_documentation_is_built_into_linked_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "TARGET", tmp_path / "build" / "docs")
    monkeypatch.setattr(build, "ROOT", ROOT)
    built = build.build_into(tmp_path / "built")
    for page in built:
        for address in re.findall(r'(?:href|src)="([^"]+)"', page.read_text(encoding="utf-8")):
            if re.fullmatch(r"[\w./-]+\.html(#.*)?", address):
                assert (page.parent / address.partition("#")[0]).resolve().exists(), f"{page.name}: {address}"


def test_every_extension_point_has_a_section_in_the_reference() -> None:
    points = {
        name for name, _ in inspect.getmembers(Registry, inspect.isfunction) if not name.startswith("_")
    }
    sections = set(re.findall(r"^## ([a-z_]+)$", text_of("docs/reference/hooks.md"), re.MULTILINE))
    assert sections == points
