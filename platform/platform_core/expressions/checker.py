"""Names and types: from the parsed tree to a tree in which every part has a type, or to every problem at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Final

from platform_core.expressions import checked_calls, checked_operators
from platform_core.expressions.checked import Checked
from platform_core.expressions.errors import ExpressionError, ExpressionErrors
from platform_core.expressions.functions import find
from platform_core.expressions.ir import Node, walk
from platform_core.expressions.parser import parse
from platform_core.expressions.scope import Scope, Suggests, rows_of
from platform_core.expressions.types import KEYED, NUMBER, TEXT, Type, fits, list_of, parse_type
from platform_core.i18n import N_, _

Typed = tuple[Node, Type | None]
"""A checked part; the type is None where a problem was already reported inside it."""

_SUGGESTIONS: Final = 5
"""Problems that come with "did you mean"; a text with more has another disease."""
_COMPARED: Final = 100
_PARTS: Final = {"amount": NUMBER, "currency": TEXT}


def check(text: str, scope: Scope, *, expect: Type | None = None, volatile_ok: bool = True) -> Checked:
    """The checked form of `text` for an actor's `scope`.

    `expect`: the type it must have (a condition: BOOL). `volatile_ok=False` refuses today() and now(), for values that
    are stored. Raises ExpressionErrors with everything that is wrong.
    """
    try:
        tree = parse(text)
    except ExpressionError as exc:
        raise ExpressionErrors([exc]) from exc
    checker = Checker(scope)
    node, kind = checker.visit(tree)
    if kind is not None and expect is not None:
        node, kind = checker.expected(node, kind, expect)
    if not volatile_ok:
        checker.refuse_volatile(node)
    if checker.problems or kind is None:
        raise ExpressionErrors(checker.problems)
    return Checked(text=text, ir=node, type=kind, inputs={k: frozenset(v) for k, v in checker.inputs.items()})


class Checker:
    """One check. Problems are collected; after one the part has no type and nothing above it complains again."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.problems: list[ExpressionError] = []
        self.inputs: dict[str, set[tuple[str, ...]]] = {}
        self.rows: tuple[str, ...] = ()
        """The list whose rows the present argument reads, one at a time."""

    def visit(self, node: Node) -> Typed:
        if node.op == "path":
            return self.path(node)
        if node.op == "const":
            return node, parse_type(node.type)
        if node.op == "list":
            return checked_operators.constant_list(self, node)
        if node.op == "call":
            return checked_calls.call(self, node)
        return checked_operators.operator(self, node)

    def report(self, node: Node, code: str, message: str, remedy: str = "", **params: object) -> Typed:
        """Notes a problem at `node` and answers an untyped part."""
        self.problems.append(
            ExpressionError(
                code,
                message,
                column=node.at[0] + 1,
                end=max(node.at[1], node.at[0] + 1),
                remedy=remedy,
                params=params,
            )
        )
        return node, None

    def report_with_suggestion(
        self,
        node: Node,
        code: str,
        message: str,
        wrong: str,
        offered: Iterable[str],
        prefix: str = "",
        **params: object,
    ) -> Typed:
        """A problem with "Did you mean X?" where something offered is close to `wrong`."""
        close = closest(wrong, offered) if len(self.problems) < _SUGGESTIONS else ""
        if not close:
            return self.report(node, code, message, "", **params)
        params["suggestion"] = f"{prefix}{close}"
        return self.report(node, code, message, N_("Did you mean {suggestion}?"), **params)

    def describe(self, kind: Type) -> str:
        """A type in the words of the reader."""
        return describe(kind)

    def path(self, node: Node) -> Typed:
        """A name or dotted path. One through rows becomes an `each`, one of the present rows a `row`."""
        root, path, scope = self._rooted(node.path)
        if not path:
            return self.report(
                node,
                "unknown_name",
                N_("{name} is not a value by itself."),
                N_("Write {name}. and a field's name."),
                name=root,
            )
        kind, part = self._field(scope, path)
        if kind is None:
            return self._unknown(node, root, path, scope)
        owner = path[:-1] if part else path
        self.inputs.setdefault(root, set()).add(owner)
        inner, kind = self._reading(node, root, owner, scope, kind)
        if part and kind is not None:
            return Node("part", (inner,), name=part, type=_PARTS[part].code, at=node.at), _PARTS[part]
        return inner, kind

    def _rooted(self, names: tuple[str, ...]) -> tuple[str, tuple[str, ...], Scope]:
        if names[0] == "record":
            return "record", names[1:], self.scope
        if names[0] in self.scope.roots:
            return names[0], names[1:], self.scope.roots[names[0]]
        return "record", names, self.scope

    def _field(self, scope: Scope, path: tuple[str, ...]) -> tuple[Type | None, str]:
        """The type of a path, and the part where its last name asks for a part of money."""
        kind = scope.field(path)
        if kind is not None or len(path) < 2 or path[-1] not in _PARTS:
            return kind, ""
        owner = scope.field(path[:-1])
        element = owner.of if owner is not None and owner.kind == "list" else owner
        return (owner, path[-1]) if element is not None and element.kind == "money" else (None, "")

    def _reading(self, node: Node, root: str, path: tuple[str, ...], scope: Scope, kind: Type) -> Typed:
        rows = rows_of(scope, path)
        if root == "record" and rows and rows == self.rows and kind.of is not None:
            rest = path[len(rows) :]
            return Node("row", path=rest, type=kind.of.code, at=node.at), kind.of
        if rows and kind.of is not None:
            body = Node("row", path=path[len(rows) :], type=kind.of.code, at=node.at)
            return Node("each", (body,), name=root, path=rows, type=kind.code, at=node.at), kind
        return Node("path", name=root, path=path, type=kind.code, at=node.at), kind

    def _unknown(self, node: Node, root: str, path: tuple[str, ...], scope: Scope) -> Typed:
        spelt = ".".join(node.path)
        if len(path) == 1 and root == "record" and find(spelt.lower()):
            return self.report(
                node, "unknown_name", N_("{name} is a function."), N_("Write it with brackets: {fix}"),
                name=spelt, fix=f"{spelt.upper()}(…)",
            )  # fmt: skip
        message = N_("There is no field {name}.")
        if len(self.problems) >= _SUGGESTIONS:
            return self.report(node, "unknown_name", message, name=spelt)
        known = 0
        while known < len(path) - 1 and path[known] in _names(scope, path[:known]):
            known += 1
        offered = [*_names(scope, path[:known]), *(() if known or root != "record" else scope.roots)]
        prefix = spelt[: len(spelt) - len(".".join(path[known:]))]
        return self.report_with_suggestion(
            node, "unknown_name", message, path[known], offered, prefix, name=spelt
        )

    def expected(self, node: Node, kind: Type, wanted: Type) -> Typed:
        """`node` as a value of `wanted`, with its text constants read as keys where that is asked."""
        node, adapted = self.adapt(node, kind, wanted)
        if adapted is None or fits(adapted, wanted):
            return node, adapted
        if wanted.kind == "bool":
            return self.report(
                node, "not_a_condition", N_("A condition is expected here, and this is {found}."),
                N_("Compare it with something."), found=describe(adapted),
            )  # fmt: skip
        return self.report(
            node, "wrong_type", N_("{wanted} is expected here, and this is {found}."),
            wanted=describe(wanted), found=describe(adapted),
        )  # fmt: skip

    def adapt(self, node: Node, kind: Type, wanted: Type) -> Typed:
        """Reads text constants as keys or ids of `wanted`, also inside IF, COALESCE and list constants."""
        target = wanted.of if wanted.kind == "list" and kind.kind != "list" else wanted
        if target is None:
            return node, kind
        if node.op == "list" and target.of is not None:
            adapted = [self.adapt(item, parse_type(item.type), target.of) for item in node.args]
            return self._rebuilt(node, adapted, list_of(target.of) if target.of.kind in KEYED else kind)
        if target.kind not in KEYED or kind.kind != "text":
            return node, kind
        if node.op == "const":
            return self._key(node, target)
        if node.op == "if":
            adapted = [(node.args[0], None), *(self.adapt(part, TEXT, target) for part in node.args[1:])]
            return (
                self._rebuilt(node, adapted, target)
                if any(_is_key(part) for part in adapted[1:])
                else (node, kind)
            )
        return node, kind

    def _key(self, node: Node, target: Type) -> Typed:
        if target.choices is not None and node.value not in target.choices:
            return self.report_with_suggestion(
                node, "unknown_choice", N_("{found} is not one of the choices."),
                str(node.value), sorted(target.choices), found=str(node.value),
            )  # fmt: skip
        code = Type(target.kind, form=target.form, dictionary=target.dictionary).code
        return Node("const", value=node.value, type=code, at=node.at), target

    def _rebuilt(self, node: Node, parts: Sequence[Typed], kind: Type) -> Typed:
        args = tuple(part for part, _ in parts)
        return Node(node.op, args, name=node.name, type=kind.code, at=node.at), kind

    def refuse_volatile(self, tree: Node) -> None:
        for node in walk(tree):
            spec = find(node.name) if node.op == "call" else None
            if spec is not None and spec.volatile:
                self.report(
                    node, "volatile", N_("A stored value cannot use {name}(): it would be out of date by itself."),
                    N_("Compute the field when it is read, or use a date field."), name=spec.name.upper(),
                )  # fmt: skip


def closest(wrong: str, offered: Iterable[str]) -> str:
    """The name most like `wrong`, or "". Names of another length or of other letters are not even compared."""
    name = wrong.lower()
    letters, room = set(name), max(2, len(name) // 3)
    near = [
        each
        for each in offered
        if abs(len(each) - len(name)) <= room and len(letters.symmetric_difference(each)) <= room + 1
    ]
    return next(iter(get_close_matches(name, near[:_COMPARED], n=1, cutoff=0.6)), "")


def describe(kind: Type) -> str:
    """A type in words, in the language of the reader."""
    if kind.of is not None:
        return _("a list")
    if kind.kind == "money" and kind.currency:
        return _("money in {currency}", currency=kind.currency)
    return _(_WORDS[kind.kind])


_WORDS: Final = {
    "text": N_("a text"),
    "number": N_("a number"),
    "money": N_("money"),
    "bool": N_("yes or no"),
    "date": N_("a date"),
    "datetime": N_("a moment"),
    "time": N_("a time of day"),
    "duration": N_("a duration"),
    "user": N_("a person"),
    "ref": N_("a link"),
    "choice": N_("a choice"),
    "null": N_("nothing"),
    "any": N_("a value"),
}


def _is_key(part: Typed) -> bool:
    return part[1] is not None and part[1].kind in KEYED


def _names(scope: Scope, path: tuple[str, ...]) -> list[str]:
    return list(scope.names(path)) if isinstance(scope, Suggests) else []
