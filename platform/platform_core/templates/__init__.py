"""Templates that people write: for mail, notices and documents. Jinja in a sandbox, in a process of its own.

`render` fills a template's places with values and gives text or HTML. The template can loop, branch and use the listed
filters; it reaches no attribute, no function and no file. It runs in a child process with limits for time, memory and
output: a hostile one costs its own process, which is replaced, and nothing else. `check` tells an author what is wrong.
"""

from platform_core.templates.errors import TemplateFailed
from platform_core.templates.rendering import FILTERS, MAX_OUTPUT, MAX_SOURCE, check, close, render
from platform_core.templates.washing import wash

__all__ = ["FILTERS", "MAX_OUTPUT", "MAX_SOURCE", "TemplateFailed", "check", "close", "render", "wash"]
