"""Rules of forms: what is shown, required, closed, filled in, offered and checked, whatever door a value comes through.

A rule is part of a form's definition (`definition.RuleDef`). It is checked when the form is published
(`checking`, `expressions_of`), compiled once per revision (`ruleset`), and enforced by one handler in the slot
`rules` of every save (`form_engine.saving.rules`). `states` says what state each field is in and why; other parts of
the engine (the stage matrix) add their verdicts to the same states with `contribute`.
"""
