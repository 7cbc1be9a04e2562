"""The Celery application: two tasks, `jobs.run(job_id)` and `jobs.sweep`. Settings that keep messages unimportant."""

from __future__ import annotations

from celery import Celery
from kombu.entity import Exchange, Queue

from platform_core import jobs
from platform_core.settings import Settings

RUN, SWEEP = "jobs.run", "jobs.sweep"
SWEEP_QUEUE = "sweep"
# The nameless exchange delivers to the queue of the routing key without a table in Redis: a named one keeps its
# bindings there, and after FLUSHALL every publish fails until the program starts again.
_DIRECT = Exchange("", type="direct")  # type: ignore[no-untyped-call]  # kombu's own


def make_app(current: Settings) -> Celery:
    """The application for these settings. It connects to nothing yet."""
    app = Celery("tradewind", broker=current.redis_url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        task_acks_late=False,  # the lease of the job, not the message, brings it back after a crash
        task_queues=[_queue(name) for name in (*jobs.QUEUES, SWEEP_QUEUE)],
        task_default_queue="human",
        task_default_exchange="",
        task_default_routing_key="human",
        worker_prefetch_multiplier=1,
        worker_redirect_stdouts=False,
        worker_hijack_root_logger=False,
        worker_enable_remote_control=False,
        worker_send_task_events=False,
        worker_proc_alive_timeout=60.0,  # opening the database may wait for it
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,
        broker_transport_options={
            "socket_connect_timeout": 2.0,
            "socket_timeout": 10.0,
            "socket_keepalive": True,
            "queue_order_strategy": "round_robin",
        },
        beat_schedule={
            SWEEP: {
                "task": SWEEP,
                "schedule": jobs.SWEEP_SECONDS,
                "options": {"queue": SWEEP_QUEUE, "expires": 2 * jobs.SWEEP_SECONDS},
            }
        },
    )
    return app


def _queue(name: str) -> Queue:
    return Queue(name, _DIRECT, routing_key=name)  # type: ignore[no-untyped-call]  # kombu's own
