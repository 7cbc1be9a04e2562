"""The store of everything that is designed rather than programmed: forms, roles, flows, reports, apps.

An admin's work goes draft → check → publish. A check finds all problems at once and plans the publish on live data; a
publish is one transaction that changes tables, writes immutable revisions and moves the catalog on, or does nothing.
Kinds of definitions enter with `register_kind` (subclass `Kind`). Everybody else reads the compiled revisions:
`catalog().get("form", "account")`, after `await refresh()` at the start of a request or job, inside `pinned()`.
"""

from platform_core.definitions.catalog import before_loading, catalog, pinned, refresh
from platform_core.definitions.committing import touch_catalog
from platform_core.definitions.diff import compare
from platform_core.definitions.drafts import discard_draft, get_draft, patch_draft, put_draft
from platform_core.definitions.errors import (
    AmbiguousName,
    InvalidDefinition,
    KindExists,
    MergeConflicts,
    NotAccepted,
    NothingToPublish,
    RolloutOver,
    RolloutRuns,
    StaleDraft,
    UnknownDefinition,
    UnknownKind,
)
from platform_core.definitions.evaluate import Candidate, Planner, forget_planner, register_planner
from platform_core.definitions.guess import did_you_mean
from platform_core.definitions.kinds import (
    DefinitionKind,
    Kind,
    Lift,
    forget_kind,
    kind_label,
    kind_named,
    kinds,
    register_kind,
)
from platform_core.definitions.label_exchange import packaged_in, publish_labels, published_of, write_labels
from platform_core.definitions.labels import labels_of, units_of
from platform_core.definitions.listing import broken, listing
from platform_core.definitions.merging import ABSENT, Absent, Choice, Edited, MergeConflict, Merged, merge
from platform_core.definitions.migrations import MIGRATIONS
from platform_core.definitions.model import (
    LOCAL,
    NAME_PATTERN,
    Answers,
    Ask,
    AskedValue,
    Change,
    ChangeItem,
    CheckResult,
    DataStep,
    Draft,
    Key,
    Listing,
    PlanItem,
    Published,
    PublishResult,
    Raw,
    Reference,
    Revision,
    RevisionLine,
    Steps,
)
from platform_core.definitions.package_conflicts import WaitingMerge, settle_merge, waiting_merges
from platform_core.definitions.package_files import InvalidPackage, Package, read_package
from platform_core.definitions.package_sorting import OnConflict
from platform_core.definitions.packages import (
    InstalledApp,
    InstallResult,
    PackageChange,
    diff_app,
    export_app,
    install_app,
    installed_apps,
)
from platform_core.definitions.parse import content_hash
from platform_core.definitions.publish import (
    check,
    check_draft,
    plan_of_retiring,
    publish,
    retire,
)
from platform_core.definitions.purging import purge_app
from platform_core.definitions.revisions import differences, item_of_revision, revision, revisions, rollback
from platform_core.definitions.rights import ACTION, may_define, use_role_check
from platform_core.definitions.rollout import cancel_rollout, rollout_of
from platform_core.definitions.rollout_rows import FailedRecord, Rollout
from platform_core.definitions.rollout_rows import Failure as RolloutFailure
from platform_core.definitions.rollout_rows import of_job as rollout_of_job
from platform_core.definitions.rollout_watch import NOT_NOTED
from platform_core.definitions.rollout_work import job_kinds as rollout_jobs
from platform_core.definitions.schema import schema_of
from platform_core.definitions.sentences import sentence
from platform_core.definitions.snapshot import Catalog, Compiled
from platform_core.definitions.steps import (
    CopyingStep,
    DataStepHandler,
    LaterStep,
    Portion,
    Watched,
    register_data_step,
)
from platform_core.definitions.watch import Watcher, recover, watch
from platform_core.definitions.world import World

__all__ = [
    "ABSENT",
    "ACTION",
    "LOCAL",
    "MIGRATIONS",
    "NAME_PATTERN",
    "NOT_NOTED",
    "Absent",
    "AmbiguousName",
    "Answers",
    "Ask",
    "AskedValue",
    "Candidate",
    "Catalog",
    "Change",
    "ChangeItem",
    "CheckResult",
    "Choice",
    "Compiled",
    "CopyingStep",
    "DataStep",
    "DataStepHandler",
    "DefinitionKind",
    "Draft",
    "Edited",
    "FailedRecord",
    "InstallResult",
    "InstalledApp",
    "InvalidDefinition",
    "InvalidPackage",
    "Key",
    "Kind",
    "KindExists",
    "LaterStep",
    "Lift",
    "Listing",
    "MergeConflict",
    "MergeConflicts",
    "Merged",
    "NotAccepted",
    "NothingToPublish",
    "OnConflict",
    "Package",
    "PackageChange",
    "PlanItem",
    "Planner",
    "Portion",
    "PublishResult",
    "Published",
    "Raw",
    "Reference",
    "Revision",
    "RevisionLine",
    "Rollout",
    "RolloutFailure",
    "RolloutOver",
    "RolloutRuns",
    "StaleDraft",
    "Steps",
    "UnknownDefinition",
    "UnknownKind",
    "WaitingMerge",
    "Watched",
    "Watcher",
    "World",
    "before_loading",
    "broken",
    "cancel_rollout",
    "catalog",
    "check",
    "check_draft",
    "compare",
    "content_hash",
    "did_you_mean",
    "diff_app",
    "differences",
    "discard_draft",
    "export_app",
    "forget_kind",
    "forget_planner",
    "get_draft",
    "install_app",
    "installed_apps",
    "item_of_revision",
    "kind_label",
    "kind_named",
    "kinds",
    "labels_of",
    "listing",
    "may_define",
    "merge",
    "packaged_in",
    "patch_draft",
    "pinned",
    "plan_of_retiring",
    "publish",
    "publish_labels",
    "published_of",
    "purge_app",
    "put_draft",
    "read_package",
    "recover",
    "refresh",
    "register_data_step",
    "register_kind",
    "register_planner",
    "retire",
    "revision",
    "revisions",
    "rollback",
    "rollout_jobs",
    "rollout_of",
    "rollout_of_job",
    "schema_of",
    "sentence",
    "settle_merge",
    "touch_catalog",
    "units_of",
    "use_role_check",
    "waiting_merges",
    "watch",
    "write_labels",
]
