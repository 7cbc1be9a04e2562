"""Which column goes into which field: remembered from last time, else guessed from headings in any language."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher

from platform_core import clock, database
from platform_core.entities import Entity, EntityField

_NEAR = 0.86
"""How alike two normalised headings must be to be taken for the same."""

_BY_TYPE: Mapping[str, tuple[str, ...]] = {
    "email": ("email", "mail", "emailaddress", "邮箱", "电子邮件", "邮件", "correo", "courriel", "البريد"),
    "phone": ("phone", "tel", "telephone", "mobile", "phonenumber", "电话", "手机", "联系电话", "teléfono", "téléphone", "telefon", "هاتف"),
    "country": ("country", "countryregion", "国家", "国家地区", "país", "pays", "land", "بلد"),
    "url": ("website", "web", "url", "homepage", "网站", "网址", "官网", "sitio", "site"),
    "currency": ("currency", "币种", "货币", "moneda", "devise", "währung"),
    "language": ("language", "语言", "idioma", "langue", "sprache"),
}  # fmt: skip
_BY_NAME: Mapping[str, tuple[str, ...]] = {
    "name": ("company", "companyname", "customer", "customername", "client", "name", "公司", "客户名称", "公司名称", "客户", "名称", "empresa", "entreprise", "société", "firma"),
    "owner": ("owner", "salesrep", "rep", "负责人", "业务员", "跟进人"),
    "city": ("city", "town", "城市", "ciudad", "ville", "stadt"),
    "address": ("address", "street", "地址", "dirección", "adresse"),
    "remark": ("remark", "remarks", "notes", "note", "comment", "备注"),
}  # fmt: skip


def importable_fields(entity: Entity) -> tuple[EntityField, ...]:
    """The fields that a column may go into: writable, with columns of their own, besides code and owner."""
    extra = [entity.fields[name] for name in ("code", "owner") if name in entity.fields]
    return (*(f for f in entity.own_fields if f.writable and f.columns), *extra)


def guessed(entity: Entity, columns: Sequence[str]) -> dict[str, str]:
    """Column heading to field name, each field at most once; columns that fit nothing are left out."""
    free = {field.name: _names(field) for field in importable_fields(entity)}
    found: dict[str, str] = {}
    for exact in (True, False):
        for column in columns:
            if column in found:
                continue
            name = _best(_plain(column), free, exact=exact)
            if name is not None:
                found[column] = name
                del free[name]
    return found


async def remembered(form: str, columns: Sequence[str]) -> dict[str, str] | None:
    """The mapping that was last used for a file with these headings, or None."""
    row = await database.fetch_one(
        "SELECT mapping FROM tw_form_import_mapping WHERE form = ? AND columns_hash = ?",
        (form, _hash(columns)),
    )
    if row is None:
        return None
    mapping = row["mapping"]
    return {str(k): str(v) for k, v in mapping.items()} if isinstance(mapping, dict) else None


async def remember(form: str, columns: Sequence[str], mapping: Mapping[str, str]) -> None:
    """Keep the mapping for the next file with the same headings. Runs in the caller's transaction."""
    await database.execute(
        "INSERT INTO tw_form_import_mapping (form, columns_hash, mapping, used_at) VALUES (?,?,?,?)"
        " ON CONFLICT (form, columns_hash) DO UPDATE SET mapping = excluded.mapping, used_at = excluded.used_at",
        (form, _hash(columns), dict(mapping), clock.now()),
    )


def _names(field: EntityField) -> frozenset[str]:
    """Every normalised heading that means this field."""
    known: list[str] = [field.name, *field.label.values()]
    known.extend(_BY_NAME.get(field.name, ()))
    known.extend(_BY_TYPE.get(field.type, ()))
    return frozenset(filter(None, (_plain(name) for name in known)))


def _best(heading: str, free: Mapping[str, Iterable[str]], *, exact: bool) -> str | None:
    if not heading:
        return None
    if exact:
        return next((name for name, names in free.items() if heading in names), None)
    scored = ((max(_likeness(heading, n) for n in names), name) for name, names in free.items() if names)
    score, name = max(scored, default=(0.0, ""))
    return name if score >= _NEAR else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio() if min(len(one), len(other)) > 3 else float(one == other)


def _plain(text: str) -> str:
    """Letters and digits only, folded: "E-Mail (work) *" and "email work" meet."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", folded)


def _hash(columns: Sequence[str]) -> str:
    return hashlib.sha256("\x1f".join(columns).encode()).hexdigest()
