"""A form of 100 fields and 50 rules: what a keystroke may cost at most."""

from __future__ import annotations

import json
from typing import Any

from form_engine.definition import RuleDef
from tests.live_forms.driving import field, payload


def busy_payload() -> dict[str, Any]:
    """Every fifth rule reads what another has set, so that changes run on."""
    fields = {f"f{number}": field("number", scale=2) for number in range(100)}
    rules = [
        RuleDef(id=f"r{number}", when=f"f{number} > 10 and f{number + 1} < 100", show=(f"f{number + 50}",),
                require=(f"f{(number * 7) % 50 + 50}",), set={f"f{50 + number}": f"f{number} * 1.5"} if number % 5 == 0 else {},
                check=f"ROUND(f{number} * 3, 2) < 1000", at=f"f{number}")
        for number in range(49)
    ] + [RuleDef(id="total", when="f0 + f1 + f2 + f3 > 0", read_only=("f99",))]  # fmt: skip
    made: dict[str, Any] = json.loads(json.dumps(payload(fields, rules), default=list))
    return made
