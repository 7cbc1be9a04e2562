"""What the page frame knows: the typed context of `web/shell.html` and `web/blank.html`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import msgspec

from platform_core import i18n

Theme = Literal["auto", "light", "dark"]
Density = Literal["compact", "regular", "roomy"]
Tone = Literal["", "primary", "good", "warm", "danger", "gold", "sky", "plum"]


class MenuItem(msgspec.Struct, frozen=True, kw_only=True):
    """One way to a screen. `label` is text for the reader; `icon` a name of the sprite; `count` what waits there."""

    label: str
    url: str
    icon: str = "file"
    count: int | None = None
    tone: Tone = ""
    current: bool = False
    keys: str = ""
    """Keyboard path to show beside it ("G C")."""


class MenuGroup(msgspec.Struct, frozen=True):
    """Items that belong together; a group without a label is set apart by space only."""

    label: str
    items: tuple[MenuItem, ...]


class Crumb(msgspec.Struct, frozen=True):
    """One step of the path; the last one is the page itself and needs no address."""

    label: str
    url: str = ""


class ShellUser(msgspec.Struct, frozen=True):
    """Who is signed in. `note` stands below the name: the company or the team."""

    id: str
    name: str
    email: str
    note: str = ""


class Toast(msgspec.Struct, frozen=True):
    """A short message that leaves by itself (danger stays). `action_url` is posted to, for "Undo"."""

    text: str
    tone: Tone = ""
    title: str = ""
    action_label: str = ""
    action_url: str = ""


class Option(msgspec.Struct, frozen=True):
    """One choice of a select, combobox or radio group."""

    value: str
    label: str
    tone: Tone = ""
    note: str = ""
    disabled: bool = False


class GridColumn(msgspec.Struct, frozen=True):
    """A column of the child table editor. `paste` False: a pasted block skips it (lookups, files)."""

    label: str
    required: bool = False
    numeric: bool = False
    wide: bool = False
    paste: bool = True


class Tab(msgspec.Struct, frozen=True):
    """One tab: a link with an address of its own. `hx` holds attributes made by `ui.hx`."""

    key: str
    label: str
    url: str
    count: int | None = None
    tone: Tone = ""
    hx: str = ""


class Stage(msgspec.Struct, frozen=True):
    """One port of call of a route. With `button` (HTML attributes) the stage can be pressed."""

    label: str
    state: Literal["done", "current", "skip", "open"] = "open"
    note: str = ""
    button: Mapping[str, str] = {}


class FilterOperator(msgspec.Struct, frozen=True):
    """A comparison of the filter builder and how many values it takes ("many": a list)."""

    key: str
    label: str
    values: int | Literal["many"] = 1


class FilterField(msgspec.Struct, frozen=True, omit_defaults=True):
    """A field of the filter builder. `options` makes it a choice, `url` a lookup as in `ui.lookup`."""

    name: str
    label: str
    type: str
    operators: tuple[FilterOperator, ...]
    options: tuple[Option, ...] = ()
    url: str = ""


class Shell(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the frame shows. Screens fill `crumbs`; the rest comes from session, menu and settings."""

    user: ShellUser | None = None
    language: str = "en"
    zone: str = "UTC"
    formats: i18n.Formats = i18n.AS_SPOKEN
    theme: Theme = "auto"
    density: Density = "regular"
    csrf_token: str = ""
    nonce: str = ""
    company: str = "Tradewind"
    menu: tuple[MenuGroup, ...] = ()
    create: tuple[MenuItem, ...] = ()
    """The "New" menu."""
    phone: tuple[MenuItem, ...] = ()
    """Up to four items of the bottom navigation; taken from the menu where empty."""
    crumbs: tuple[Crumb, ...] = ()
    settings_url: str = ""
    in_settings: bool = False
    """Whether this page belongs to the settings: their line of the menu is marked."""
    home_url: str = "/"
    finder_url: str = "/search"
    """Answers `?q=` with `web/_finder_hits.html`; empty hides the finder."""
    notices_url: str = ""
    notices: int = 0
    preferences_url: str = "/me/preferences"
    """Takes `language`, `theme` or `density` and `next` by POST."""
    sign_out_url: str = "/logout"
    toasts: tuple[Toast, ...] = ()
    """Shown once after this page loaded."""
    viewing: str = ""
    """The name of the person as whom an admin looks, read-only; empty for one's own eyes."""
    viewing_until: datetime | None = None
    rail: bool = False
    """The menu as a narrow rail, for designers that need the width."""
    styles: tuple[str, ...] = ()
    scripts: tuple[str, ...] = ()
    """Names of further browser files (`form_engine/import.js`)."""

    @property
    def direction(self) -> i18n.Direction:
        """`ltr` or `rtl`."""
        return i18n.direction(self.language)

    @property
    def signs(self) -> tuple[str, str] | None:
        """(group sign, decimal sign) that this person has chosen; None: the language's."""
        return i18n.NUMBER_FORMATS.get(self.formats.numbers)

    @property
    def tag(self) -> str:
        """BCP 47 tag for the `lang` attribute."""
        return i18n.known(self.language).tag

    @property
    def bottom(self) -> tuple[MenuItem, ...]:
        """The four items of the bottom navigation."""
        return (self.phone or tuple(item for group in self.menu for item in group.items))[:4]
