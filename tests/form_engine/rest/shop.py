"""A small shop behind `/api/v1/records`: its definitions, and how tests speak to it."""

from __future__ import annotations

from typing import Any

import httpx

from tests.form_engine.publishing import form, text

BASE = "/api/v1/records/account"

ACCOUNT = form(
    "account",
    text("name", required=True, search=True),
    {"type": "country", "name": "country"},
    {"type": "phone", "name": "phone", "region_from": "country"},
    {"type": "email", "name": "email"},
    {"type": "money", "name": "credit"},
    {"type": "choice", "name": "grade", "dictionary": "grade"},
    {"type": "integer", "name": "staff"},
    text("secret"),
    {"type": "link", "name": "parent", "form": "account"},
    {
        "type": "table",
        "name": "lines",
        "max_rows": 5,
        "fields": [text("item", required=True), {"type": "integer", "name": "pieces"}],
    },
    {"type": "children", "name": "people", "form": "contact", "by": "account"},
    title="{name}",
    numbering={"pattern": "CUS-{seq:3}"},
    lists=[
        {"name": "big", "columns": ["name", "staff"], "filter": "staff > 100", "sort": ["-staff"]},
        {"name": "all", "columns": ["name"]},
    ],
)
CONTACT = form("contact", text("name"), {"type": "link", "name": "account", "form": "account"})
SELLER: dict[str, Any] = {
    "kind": "role",
    "schema": 1,
    "name": "seller",
    "label": {"en": "Seller"},
    "forms": {
        "account": {
            "read": "own",
            "create": True,
            "update": "own",
            "fields": {"secret": "hidden", "credit": "masked", "staff": "read"},
        }
    },
}

SELLS = {"Authorization": "Bearer seller"}


async def made(
    http: httpx.AsyncClient, *, headers: dict[str, str] | None = None, **values: object
) -> dict[str, Any]:
    answer = await http.post(BASE, json=values, headers=headers)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def codes(answer: httpx.Response) -> dict[str, str]:
    return {error["pointer"]: error["code"] for error in answer.json()["errors"]}
