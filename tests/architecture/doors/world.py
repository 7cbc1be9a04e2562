"""The small world of the doors: two forms full of secrets, the trade CRM's own forms, and records of five owners."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from platform_core import definitions, files, identity, inbox, jobs, notifications, records
from platform_core.definitions import ChangeItem
from tests.architecture.doors.company import COVER, DOSSIER, PEOPLE, ROLES, ROLES_OF
from tests.architecture.doors.oracle import OWNERS, Kept, sight, unheard_of
from tests.fixtures_crm import PASSWORD, Client, Crm

HUSH = (
    "hushword",
    "hushfee",
    "hushday",
    "hushkind",
    "hushrows",
    "hushcell",
    "hushrowlink",
    "hushpaper",
    "hushmentor",
)
SALES = ("admin", "manager", "lina", "carlos")


@dataclass
class World:
    """The running product with its records; people are signed in once and keep their sessions."""

    crm: Crm
    kept: list[Kept] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)
    """User ids by name."""
    clients: dict[str, Client] = field(default_factory=dict)
    strangers: int = 0
    """How often nobody has asked."""
    territory: str = ""
    """The id of a territory."""
    job: str = ""
    """The id of somebody else's job (the admin's)."""
    import_id: str = ""
    """The id of an import that the admin has begun."""
    export: str = ""
    """The id of the job of the admin's export."""
    notice: str = ""
    """The id of a notice of the admin's."""
    received: str = ""
    """The id of a payload that another system has sent."""
    upload: str = ""
    """The id of a file that the admin has uploaded and nothing holds yet."""

    def of(self, form: str, owner: str, *, deleted: bool = False) -> Kept:
        """The record of that form and owner."""
        return next(k for k in self.kept if (k.form, k.owner, k.deleted) == (form, owner, deleted))

    def all_of(self, form: str, *, deleted: bool = False) -> Iterator[Kept]:
        """The records of a form."""
        return (kept for kept in self.kept if kept.form == form and kept.deleted == deleted)

    def open_rows(self, form: str, person: str) -> list[Kept]:
        """The live rows that a person sees."""
        return [kept for kept in self.all_of(form) if kept.is_open_to(person)]

    def secrets_from(self, person: str) -> frozenset[str]:
        """Every text that must not stand in any answer to this person, in small letters."""
        found = {text for kept in self.kept for text in kept.secrets_from(person)}
        found |= {name for form in ("dossier", "cover") for name in unheard_of(form, person)}
        if "hushrows" in found:
            found |= {"hushcell", "hushrowlink"}
        if not sight("dossier", person).rows:
            found |= {*HUSH, "hushtitle", "veilcard"}
        if person != "admin":
            found |= {self.notice, self.received, "qxpayload", "qxnotice"}
            found |= {self.job, self.upload, self.import_id, self.export, "qximport"}
        return frozenset(text.lower() for text in found)

    async def client(self, person: str) -> Client:
        """The person at their browser, signed in; "nobody" is not, and goes on by another address: there are more doors
        than requests that one address may make in a minute."""
        if person == "nobody":
            self.strangers += 1
            return self._stranger("127.0.0.1" if self.strangers <= 250 else "::1")
        if person not in self.clients:
            self.clients[person] = self.crm.visitor()
            await self.clients[person].sign_in(f"{person}@demo.example")
        return self.clients[person]

    def _stranger(self, address: str) -> Client:
        if address not in self.clients:
            self.clients[address] = self.crm.visitor(address)
        return self.clients[address]


async def build(crm: Crm) -> World:
    """Publish the forms and roles, give people their roles, and let an admin write everybody's records."""
    world = World(crm)
    items = [
        ChangeItem(kind=str(d["kind"]), name=str(d["name"]), definition=d) for d in (COVER, DOSSIER, *ROLES)
    ]
    await definitions.publish(items, actor=identity.SYSTEM)
    await _people(world)
    admin = await crm.actor("admin")
    writer = _Writer(world, admin)
    await writer.covers()
    await writer.dossiers()
    await writer.trade()
    await writer.history()
    await writer.work()
    return world


async def _people(world: World) -> None:
    west = next(team for team in await identity.teams() if team.name == "Sales West")
    for name in PEOPLE:
        user = await identity.user_by_email(f"{name}@demo.example")
        if user is None:
            user = await identity.create_user(
                email=f"{name}@demo.example",
                name=name.capitalize(),
                password=PASSWORD,
                team=west.id,
                actor=identity.SYSTEM,
            )
        await identity.set_roles(user.id, ROLES_OF[name], actor=identity.SYSTEM)
        world.ids[name] = user.id
    world.territory = (await identity.create_territory("Doorland", actor=identity.SYSTEM)).id


class _Writer:
    def __init__(self, world: World, admin: identity.Actor) -> None:
        self._world = world
        self._admin = admin
        self._amount = 83_047_011

    async def _keep(self, kept: Kept, values: Mapping[str, object]) -> Kept:
        owner = self._world.ids[kept.owner]
        made = await records.create(kept.form, {**values, "owner": owner}, actor=self._admin)
        kept.id, kept.code = made.id, made.code or ""
        self._world.kept.append(kept)
        return kept

    def _money(self, kept: Kept, name: str) -> dict[str, str]:
        self._amount += 7
        return {"amount": kept.mark(name, str(self._amount)), "currency": "EUR"}

    async def _file(self, kept: Kept, name: str) -> str:
        admin = await self._world.client("admin")
        file_name = kept.mark(name, _mark(kept, name)) + ".txt"
        answer = await admin.request(
            "POST", "/api/v1/files", files={"file": (file_name, file_name.encode(), "text/plain")}
        )
        assert answer.status_code == 201, answer.text
        kept.files[name] = answer.json()["id"]
        return kept.files[name]

    async def covers(self) -> None:
        for owner in OWNERS:
            kept = Kept("cover", owner, "title")
            await self._keep(
                kept, {"hushtitle": kept.mark("hushtitle", _mark(kept, "hushtitle")), "shelf": "oak"}
            )

    async def dossiers(self) -> None:
        for owner in OWNERS:
            await self._dossier(Kept("dossier", owner, "live"))
        for owner in ("lina", "carlos"):
            await self._dossier(Kept("dossier", owner, "binned", deleted=True))
        await self._tie()

    async def _dossier(self, kept: Kept) -> None:
        values: dict[str, object] = {
            name: kept.mark(name, _mark(kept, name)) for name in ("name", "hushword", "veilcard")
        }
        values["hushfee"] = self._money(kept, "hushfee")
        values |= {"hushday": "2031-07-09", "hushkind": "a"}
        row = {
            "hushcell": kept.mark("hushrows", _mark(kept, "hushrows")),
            "hushrowlink": self._world.of("cover", "admin").id,
        }
        values["hushrows"] = [row]
        if not kept.deleted:
            values |= {name: await self._file(kept, name) for name in ("hushpaper", "scan")}
        await self._keep(kept, values)

    async def _tie(self) -> None:
        """Everybody's dossier leads to one of somebody else's, and to somebody else's cover."""
        for owner, other in zip(OWNERS, (*OWNERS[1:], OWNERS[0]), strict=True):
            there = self._world.of("dossier", owner).partner = self._world.of("dossier", other).id
            links = {"partner": there, "hushmentor": there, "cover": self._world.of("cover", other).id}
            await records.update(
                "dossier", self._world.of("dossier", owner).id, links, actor=self._admin, version=None
            )

    async def trade(self) -> None:
        for owner in SALES:
            kept = Kept("account", owner, "account")
            texts = {name: kept.mark(name, _mark(kept, name)) for name in ("name", "remark", "address")}
            await self._keep(kept, {
                **texts, "address": {"street": texts["address"]}, "country": "SE", "timezone": "Europe/Stockholm", "settlement_currency": "EUR",
                "main_categories": ["tools"], "gdpr_status": "legitimate_interest",
            })  # fmt: skip
            # A person may not write it: it comes from the ERP.
            limit = {"credit_limit": self._money(kept, "credit_limit")}
            await records.update("account", kept.id, limit, actor=identity.SYSTEM, version=None)
        for owner, other in (("lina", "carlos"), ("carlos", "lina")):
            await self._around(owner, self._world.of("account", other).id)
        kept = Kept("product", "admin", "product")
        texts = {name: kept.mark(name, _mark(kept, name)) for name in ("sku", "name")}
        await self._keep(kept, {**texts, "unit": "pcs", "cost_price": self._money(kept, "cost_price")})

    async def _around(self, owner: str, account: str) -> None:
        """A contact, a note and a lead of one person; the first two lead to an account of the other."""
        contact, note, lead = (Kept(form, owner, form) for form in ("contact", "note", "lead"))
        await self._keep(contact, {"name": contact.mark("name", _mark(contact, "name")), "account": account})
        subject = note.mark("subject", _mark(note, "subject"))
        await self._keep(
            note, {"subject": subject, "text": note.mark("text", _mark(note, "text")), "account": account}
        )
        await self._keep(lead, {
            "company_name": lead.mark("company_name", _mark(lead, "company_name")), "country": "SE",
            "inquiry_text": "Prices, please", "source": "alibaba", "email": lead.mark("email", f"{_mark(lead, 'email')}@nordic.example"),
        })  # fmt: skip

    async def history(self) -> None:
        """Every dossier is changed and spoken about; two go to the bin."""
        for kept in list(self._world.all_of("dossier")) + list(self._world.all_of("dossier", deleted=True)):
            changed = {name: kept.mark(name, _mark(kept, name, "new")) for name in ("name", "hushword")}
            await records.update("dossier", kept.id, changed, actor=self._admin, version=None)
            kept.comment = _mark(kept, "comment")
            await records.comment("dossier", kept.id, kept.comment, actor=self._admin)
            if kept.deleted:
                await records.delete("dossier", kept.id, actor=self._admin, version=None)

    async def work(self) -> None:
        """What the admin has lying about: a notice, a payload, an upload, a job, an import, an export."""
        admin = await self._world.client("admin")
        await self._messages()
        sent = await admin.request(
            "POST", "/api/v1/files", files={"file": ("loose.txt", b"loose", "text/plain")}
        )
        self._world.upload = sent.json()["id"]
        self._world.job = await jobs.add(files.SWEEP, {}, created_by=self._admin.user_id)
        rows = ("qximport.csv", b"Name\nqximportrow\n", "text/csv")
        sent = await admin.request("POST", "/api/v1/imports/dossier", files={"file": rows})
        assert sent.status_code == 201, sent.text
        self._world.import_id = sent.json()["import_id"]
        order = {"format": "csv", "reason": "audit"}
        self._world.export = str(
            (await admin.api("POST", "/records/dossier/export", order, expect=202))["job"]
        )

    async def _messages(self) -> None:
        text = notifications.Message("qxnotice")
        await notifications.notify([self._admin.user_id], topic="system", text=text)
        (notice, *_) = (await notifications.inbox_of(self._admin)).items
        mapped = {"form": "lead", "fields": {"company_name": "/a"}}
        new = inbox.NewEndpoint(
            name="qxsite", receiver="webhook", acts_for=self._admin.user_id, settings=mapped
        )
        _endpoint, token = await inbox.add_endpoint(new, actor=self._admin)
        self._world.notice = notice.id
        self._world.received, _new = await inbox.receive("webhook", token, b'{"a": "qxpayload"}', {})


def _mark(kept: Kept, name: str, more: str = "") -> str:
    return f"qx{kept.form}{kept.owner}{kept.name}{name}{more}"
