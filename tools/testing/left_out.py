"""Pytest plugin: no test is left out silently.

Skipped tests are listed before the summary with their reasons. Under `CI=true` that list must be empty:
otherwise the run fails, for a test that never ran proves nothing.
"""

import os

import pytest

EXIT_TESTS_LEFT_OUT = 1


class LeftOut:
    """Collects skipped tests and files; it sits in the process that prints the summary, not in its workers."""

    def __init__(self, *, must_be_empty: bool) -> None:
        self.must_be_empty = must_be_empty
        self.reasons: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self.reasons[report.nodeid] = _reason(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self.reasons[report.nodeid] = _reason(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.reasons and self.must_be_empty and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = EXIT_TESTS_LEFT_OUT

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(f"tests left out: {len(self.reasons) or 'none'}")
        for test, reason in sorted(self.reasons.items()):
            terminalreporter.write_line(f"{test}: {reason}")
        if self.reasons and self.must_be_empty:
            terminalreporter.write_line("Under CI=true no test may be left out, so this run has failed.")


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2]).removeprefix("Skipped: ")
    return str(report.longrepr)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(LeftOut(must_be_empty=os.environ.get("CI") == "true"), "left-out")
