"""Stages of forms: what holds in each, who may move a record on, and what must be there when it arrives.

Stages are part of a form's definition (`definition.StagesDef`). They are checked when the form is published
(`checking`), compiled once per revision (`compiled`), and guarded by one handler in the slot `stages` of every save
(`guard`), so that a change of the stage field is a transition whatever door it comes through. `moving` is the command
that moves a record and fills in what the move asks, also in the record behind a link; `offering` says which moves a
record has. `matrix` gives the fields × stages table to the states of the rules.
"""

from form_engine.stages.moving import transition

__all__ = ["transition"]
