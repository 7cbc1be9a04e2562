"""Celery and Redis: how a job's id travels to a worker process on another machine. Nothing here is a truth.

`is_used` decides; only where it says yes is the Celery package imported. `app.make_app` is the Celery application,
`carrier` sends ids after a commit, `worker` is what a worker process does with them.
"""

from platform_core.settings import Settings


def is_used(current: Settings) -> bool:
    """Celery carries the jobs: there is a Redis, and a database that several processes can work on."""
    return bool(current.redis_url) and not current.database_url.startswith("sqlite:")


__all__ = ["is_used"]
