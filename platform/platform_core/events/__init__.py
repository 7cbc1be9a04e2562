"""Events inside one process: the rooms meet here without knowing each other.

An event is a frozen struct named for what happened (`RecordSaved`). `subscribe` runs in the publisher's transaction
and may stop it by raising; `subscribe_after_commit` runs once the commit stands, and what it raises is logged only.
What must survive a crash is a job, not an event.
"""

from platform_core.events.bus import publish, reset, subscribe, subscribe_after_commit

__all__ = ["publish", "reset", "subscribe", "subscribe_after_commit"]
