"""The REST API's manners: problem documents, pages, versions, keys for doing a thing once, rate limits, OpenAPI.

`frame` puts the gate before the router. Every room brings its own routes; the core's own are `routes()`. What a room
adds to the OpenAPI document it registers with `add_openapi`.
"""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from platform_core.api.audit import audit_part, audit_routes
from platform_core.api.calendars import calendar_routes
from platform_core.api.company import company_routes
from platform_core.api.definition_paths import definition_part
from platform_core.api.definitions import definition_routes
from platform_core.api.describing import (
    IDEMPOTENCY_KEY,
    IF_MATCH,
    PROBLEM,
    answers,
    json_body,
    parameter,
    reference,
)
from platform_core.api.files import file_routes
from platform_core.api.front import frame
from platform_core.api.health import health_routes
from platform_core.api.hooks import hook_routes
from platform_core.api.idempotency import KeyReused
from platform_core.api.job_operations import job_operation_routes
from platform_core.api.jobs import JobView, job_routes, view_of
from platform_core.api.live import end_streams, live_routes
from platform_core.api.live_relay import enter as relay_changes
from platform_core.api.metrics import metrics_routes
from platform_core.api.migrations import MIGRATIONS
from platform_core.api.notices import notice_routes
from platform_core.api.oneself import oneself_routes
from platform_core.api.openapi_files import files_part
from platform_core.api.openapi_lines import OpenApiLine, OpenApiPage, lines_part, shape
from platform_core.api.openapi_messages import messages_part
from platform_core.api.openapi_own import operations_part, own_part
from platform_core.api.openapi_parts import (
    OpenApiDocument,
    OpenApiPart,
    OpenApiSource,
    add_openapi,
    forget_openapi,
    openapi,
)
from platform_core.api.openapi_people import people_part
from platform_core.api.openapi_route import document_routes
from platform_core.api.openapi_time import rates_part, working_time_part
from platform_core.api.paging import limit, page
from platform_core.api.people import people_routes
from platform_core.api.preconditions import etag, if_match, is_known, require_if_match
from platform_core.api.problems import problem, problem_member
from platform_core.api.ratelimit import Rate, RateLimiter
from platform_core.api.rates import rate_routes
from platform_core.api.schemas import schema_routes
from platform_core.api.search import search_part, search_routes
from platform_core.api.secrets import secret_routes
from platform_core.api.session import session_routes

_PARTS: Sequence[OpenApiSource] = (
    own_part, operations_part, messages_part, definition_part, people_part, audit_part, search_part, files_part,
    working_time_part, rates_part,
)  # fmt: skip


def routes() -> Sequence[ControllerRouterHandler]:
    """The core's own routes; the host mounts them."""
    for part in _PARTS:
        add_openapi(part)
    return (
        *session_routes(),
        *oneself_routes(),
        *people_routes(),
        *company_routes(),
        *definition_routes(),
        *schema_routes(),
        *job_routes(),
        *job_operation_routes(),
        *file_routes(),
        *search_routes(),
        *calendar_routes(),
        *rate_routes(),
        *document_routes(),
        *health_routes(),
        *hook_routes(),
        *live_routes(),
        *notice_routes(),
        *secret_routes(),
        *metrics_routes(),
        *audit_routes(),
    )


__all__ = [
    "IDEMPOTENCY_KEY",
    "IF_MATCH",
    "MIGRATIONS",
    "PROBLEM",
    "JobView",
    "KeyReused",
    "OpenApiDocument",
    "OpenApiLine",
    "OpenApiPage",
    "OpenApiPart",
    "OpenApiSource",
    "Rate",
    "RateLimiter",
    "add_openapi",
    "answers",
    "end_streams",
    "etag",
    "forget_openapi",
    "frame",
    "if_match",
    "is_known",
    "json_body",
    "limit",
    "lines_part",
    "openapi",
    "page",
    "parameter",
    "problem",
    "problem_member",
    "reference",
    "relay_changes",
    "require_if_match",
    "routes",
    "shape",
    "view_of",
]
