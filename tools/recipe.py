"""The order in which a checkout is prepared."""

from pathlib import Path

from tools import browser_files, environment, translations
from tools.steps import ROOT, Step

REQUIREMENTS = ROOT / "requirements"


def steps_for(*, develop: bool) -> list[Step]:
    """Everything the product needs to run; with `develop` also what tests and checks need."""
    python_steps = [_environment(), _installer(), _packages("runtime", "Python packages")]
    if develop:
        python_steps.append(_packages("dev", "Python packages for tests and checks"))
    node_steps = [_node_packages()] if develop else []
    catalogs = translations.catalogs()
    words = [_translations(catalogs)] if catalogs else []
    return [*python_steps, _project(), *node_steps, _browser_files(), *words, _compiled()]


def _environment() -> Step:
    return Step(
        name="environment", title="Python environment", run=environment.create, outputs=[environment.PYTHON]
    )


def _installer() -> Step:
    lock = REQUIREMENTS / "installer.lock"
    return Step(
        name="installer",
        title="Installer",
        run=environment.install_installer,
        inputs=[lock],
        outputs=[environment.UV],
    )


def _packages(lock_name: str, title: str) -> Step:
    lock = REQUIREMENTS / f"{lock_name}.lock"
    return Step(
        name=f"packages-{lock_name}", title=title, run=lambda: environment.install(lock), inputs=[lock]
    )


def _project() -> Step:
    return Step(
        name="project",
        title="Tradewind itself",
        run=environment.install_project,
        inputs=[ROOT / "pyproject.toml"],
        outputs=[environment.COMMAND],
    )


def _compiled() -> Step:
    return Step(
        name="compiled",
        title="Compiled modules",
        run=environment.compile_modules,
        inputs=[REQUIREMENTS / "runtime.lock", ROOT / "pyproject.toml"],
    )


def _node_packages() -> Step:
    return Step(
        name="node-packages",
        title="Browser packages for tests and checks",
        run=browser_files.install_packages,
        inputs=browser_files.INPUTS,
        outputs=[browser_files.NODE_MODULES / "axe-core", browser_files.NODE_MODULES / "typescript"],
    )


def _browser_files() -> Step:
    return Step(
        name="browser-files",
        title="Browser files",
        run=browser_files.vendor,
        inputs=[*browser_files.INPUTS, ROOT / "tools" / "browser_files.py"],
        outputs=[browser_files.MANIFEST],
    )


def _translations(catalogs: list[Path]) -> Step:
    return Step(
        name="translations",
        title="Translations",
        run=lambda: environment.run_module("tools.translations"),
        inputs=catalogs,
        outputs=[translations.compiled(catalog) for catalog in catalogs],
    )
