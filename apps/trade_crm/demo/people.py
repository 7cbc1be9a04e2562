"""The six people of the demo company, in three time zones and five teams."""

from typing import NamedTuple


class Team(NamedTuple):
    """One team; `parent` is another team's key, or empty for the root."""

    key: str
    name: str
    parent: str


class Person(NamedTuple):
    """One demo user; `role` is "admin" or the name of a role of the trade CRM."""

    key: str
    email: str
    name: str
    role: str
    team: str
    language: str
    zone: str


TEAMS: tuple[Team, ...] = (
    Team("company", "Ningbo Haiyue", ""),
    Team("east", "Sales East", "company"),
    Team("west", "Sales West", "company"),
    Team("finance", "Finance", "company"),
    Team("marketing", "Marketing", "company"),
)

PEOPLE: tuple[Person, ...] = (
    Person("admin", "admin@demo.example", "Shen Yu", "admin", "company", "en", "Asia/Shanghai"),
    Person("manager", "manager@demo.example", "Chen Wei", "manager", "east", "zh", "Asia/Shanghai"),
    Person("lina", "lina@demo.example", "Li Na", "sales", "east", "zh", "Asia/Shanghai"),
    Person("carlos", "carlos@demo.example", "Carlos Vidal", "sales", "west", "en", "Europe/Madrid"),
    Person("finance", "finance@demo.example", "Olivia Hart", "finance", "finance", "en", "Europe/London"),
    Person(
        "marketing", "marketing@demo.example", "Sofía Marín", "marketing", "marketing", "en", "Europe/Madrid"
    ),
)
