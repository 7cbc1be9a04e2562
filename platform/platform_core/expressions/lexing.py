"""A first look at the text: what Python's parser would misread or refuse without a useful sentence.

It bounds nesting before any parser runs, names the fix for habits from spreadsheets and other languages, accepts
Python's reserved words as field names, and keeps every position as it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from platform_core.expressions.errors import ExpressionError
from platform_core.expressions.limits import DEPTH, DIGITS, TEXT_LENGTH
from platform_core.i18n import N_

_TOKEN: Final = re.compile(
    r"""(?P<space>\s+)
      | (?P<text>'(?:[^'\\\r\n]|\\.)*'|"(?:[^"\\\r\n]|\\.)*")
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+))
      | (?P<name>[^\W\d]\w*)
      | (?P<operator>==|!=|<=|>=|<>|&&|\|\||\*\*|//|:=|=>|<<|>>|[-+*/%<>()\[\],.=&|!^;:~@?{}\#$\\`])
      | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE: Final = re.compile(r"\\(?:[\\'\"nrt]|u[0-9a-fA-F]{4})")

_WORDS: Final = frozenset({"and", "or", "not", "in", "if", "else", "True", "False", "None"})
_PYTHON_WORDS: Final = frozenset(
    (
        "as",
        "assert",
        "async",
        "await",
        "break",
        "class",
        "continue",
        "def",
        "del",
        "elif",
        "except",
        "finally",
        "for",
    )
    + (
        "from",
        "global",
        "import",
        "is",
        "lambda",
        "nonlocal",
        "pass",
        "raise",
        "return",
        "try",
        "while",
        "with",
        "yield",
    )
)
RESERVED_NAMES: Final = frozenset(
    {"and", "or", "not", "in", "if", "else", "true", "false", "null", "record", "old", "user", "flow", "vars"}
)
"""Names that a field may not have, because an expression could not say which is meant."""

_FIXES: Final = {
    "=": (N_("One = assigns; it does not compare."), "=="),
    "<>": (N_("<> is not used here."), "!="),
    "&&": (N_("&& is not used here."), "and"),
    "||": (N_("|| is not used here."), "or"),
    "!": (N_("! is not used here."), "not"),
    "&": (N_("& is not used here."), "+"),
    "|": (N_("| is not used here."), "or"),
    "=>": (N_("=> is not used here."), ">="),
    ":=": (N_(":= is not used here."), "=="),
    ";": (N_("Arguments are not separated by ;"), ","),
    "?": (N_("? is not used here."), "IF(condition, a, b)"),
}
_LOOKALIKES: Final = dict(zip("“”‘’（），。＋－×÷＝≠＜＞≤≥【】！％", "\"\"''(),.+-*/", strict=False)) | {
    "＝": "==", "≠": "!=", "＜": "<", "＞": ">", "≤": "<=", "≥": ">=", "【": "[", "】": "]", "！": "not", "％": "%",
}  # fmt: skip
_OPENING: Final = {"(": ")", "[": "]"}


class Token(NamedTuple):
    kind: str
    text: str
    start: int


class Prepared(NamedTuple):
    """Source ready for Python's parser, of the same length; `numbers` maps the place of a literal to its text."""

    source: str
    numbers: dict[int, str]


def prepare(text: str) -> Prepared:
    """Checks the tokens of `text` in one pass. ExpressionError at the first that has no meaning here."""
    if len(text) > TEXT_LENGTH:
        raise ExpressionError(
            "too_long",
            N_("The expression has {length} characters; {limit} are allowed."),
            params={"length": len(text), "limit": TEXT_LENGTH},
            remedy=N_("Move a part of it into a formula field."),
        )
    source: list[str] = []
    numbers: dict[int, str] = {}
    for token in _checked_tokens(text):
        if token.kind == "number":
            numbers[token.start] = token.text
        source.append(_for_python(token))
    if not numbers and not "".join(source).strip():
        raise ExpressionError("empty", N_("The expression is empty."))
    return Prepared("".join(source), numbers)


def _checked_tokens(text: str) -> Iterator[Token]:
    open_brackets: list[Token] = []
    previous: Token | None = None
    for match in _TOKEN.finditer(text):
        token = Token(match.lastgroup or "other", match.group(), match.start())
        if token.kind != "space":
            _check_token(token, previous, text)
            _follow_brackets(token, open_brackets)
            previous = token
        yield token
    if open_brackets:
        left = open_brackets[-1]
        raise _wrong(
            left, N_("{found} is never closed."), N_("Add {fix} where it ends."), fix=_OPENING[left.text]
        )


def _check_token(token: Token, previous: Token | None, text: str) -> None:
    if token.kind == "other":
        _refuse_character(token)
    if token.kind == "text":
        _check_text(token, previous)
    elif token.kind == "number":
        _check_number(token, text)
    elif token.kind == "name":
        _check_name(token, previous, text)
    elif token.kind == "operator":
        _check_operator(token)


def _refuse_character(token: Token) -> None:
    if token.text in "'\"":
        raise _wrong(token, N_("This text has no closing quote."), N_("Close it with {fix}"), fix=token.text)
    if token.text in _LOOKALIKES:
        raise _wrong(token, N_("{found} is not used here."), N_("Write {fix}"), fix=_LOOKALIKES[token.text])
    raise _wrong(token, N_("The character {found} has no meaning here."))


def _check_text(token: Token, previous: Token | None) -> None:
    if previous and previous.kind == "text":
        raise _wrong(token, N_("Two texts stand side by side."), N_("Put a comma or a + between them."))
    if previous and previous.kind == "name" and previous.start + len(previous.text) == token.start:
        raise _wrong(token, N_("A text cannot follow a name directly."))
    rest = _ESCAPE.sub("", token.text)
    if "\\" in rest:
        raise _wrong(token, N_("This text has an unknown \\ sign."), N_("Write \\\\ for the sign itself."))
    if any(
        0xD800 <= int(code, 16) <= 0xDFFF or int(code, 16) == 0
        for code in re.findall(r"\\u(.{4})", token.text)
    ):
        raise _wrong(token, N_("This text holds a character that cannot be stored."))


def _check_number(token: Token, text: str) -> None:
    end = token.start + len(token.text)
    if end < len(text) and (text[end].isalnum() or text[end] == "_"):
        raise _wrong(token, N_("This number cannot be read."), N_("Write numbers as 1200 or 0.15"))
    if not token.text.isascii():
        raise _wrong(token, N_("Write numbers with the digits 0 to 9."))
    digits = token.text.replace(".", "").lstrip("0")
    if len(digits) > DIGITS:
        raise _wrong(token, N_("A number may have {limit} digits."), code="number_too_large", limit=DIGITS)


def _check_name(token: Token, previous: Token | None, text: str) -> None:
    after = text[token.start + len(token.text) :].lstrip()
    if token.text == "if" and after.startswith("("):
        raise _wrong(token, N_("The function if is written in capitals."), N_("Write {fix}"), fix="IF(")
    follows_value = previous is not None and (previous.kind != "operator" or previous.text in (")", "]"))
    if token.text == "is" and follows_value:
        raise _wrong(token, N_("{found} is not used here."), N_("Write {fix}"), fix="==")
    if token.text == "for" and follows_value:
        raise _wrong(
            token,
            N_("Loops are not used here."),
            N_("Use a function over rows, such as {fix}"),
            fix="SUM(lines.amount)",
        )


def _check_operator(token: Token) -> None:
    if token.text in _FIXES:
        message, fix = _FIXES[token.text]
        raise _wrong(token, message, N_("Write {fix}"), fix=fix)
    if token.text in ("**", "^", "<<", ">>", "~", "@"):
        raise _wrong(token, N_("The operator {found} is not allowed."), code="not_allowed")
    if token.text in "{}:#$\\`":
        raise _wrong(token, N_("The character {found} has no meaning here."))


def _follow_brackets(token: Token, open_brackets: list[Token]) -> None:
    if token.text in _OPENING and token.kind == "operator":
        open_brackets.append(token)
        if len(open_brackets) > DEPTH:
            raise _wrong(
                token,
                N_("The expression is nested more than {limit} levels deep."),
                N_("Move a part of it into a formula field."),
                code="too_deep",
                limit=DEPTH,
            )
    elif token.text in (")", "]") and token.kind == "operator":
        if not open_brackets or _OPENING[open_brackets[-1].text] != token.text:
            raise _wrong(token, N_("{found} closes nothing."), N_("Remove it, or open a bracket before."))
        open_brackets.pop()


def _for_python(token: Token) -> str:
    if token.kind == "space":
        return " " * len(token.text)
    if token.kind == "number" and token.text.isdigit():
        return "1" * len(token.text)  # the value is read from `numbers`; 007 would be a syntax error
    if token.kind == "name" and token.text in _PYTHON_WORDS:
        return _disguised(token.text)
    return token.text


def _disguised(word: str) -> str:
    """`word` with a first letter that Python's parser folds back (NFKC) only after it looked for keywords."""
    return chr(0xFF41 + ord(word[0]) - ord("a")) + word[1:]


def _wrong(
    token: Token, message: str, remedy: str = "", code: str = "syntax", **params: object
) -> ExpressionError:
    return ExpressionError(
        code,
        message,
        column=token.start + 1,
        end=token.start + len(token.text),
        remedy=remedy,
        params={"found": token.text, **params},
    )
