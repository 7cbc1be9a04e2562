"""One index for all text search: the same words, and the same answers, on SQLite and PostgreSQL.

Every save puts one row per record into it, inside its own transaction; what goes into the bin leaves it in the same
one. The row holds titles, numbers, search fields, e-mail addresses and phone numbers as far as *every* role that reads
the form reads them. `find` answers with what the actor may see; two Chinese characters and the middle of a word are
enough. A change of fields or roles makes the index of a form anew in a job (`REBUILD`), and meanwhile hides whatever
may no longer be found.
"""

from platform_core.search.finding import PER_FORM, find
from platform_core.search.keeping import enter, index_saves
from platform_core.search.marking import Piece, pieces
from platform_core.search.migrations import MIGRATIONS
from platform_core.search.model import Found, Group, Hit
from platform_core.search.rebuilding import REBUILD, ensure, rebuild
from platform_core.search.rebuilding import work as rebuild_job
from platform_core.search.words import fold, terms

__all__ = [
    "MIGRATIONS",
    "PER_FORM",
    "REBUILD",
    "Found",
    "Group",
    "Hit",
    "Piece",
    "ensure",
    "enter",
    "find",
    "fold",
    "index_saves",
    "pieces",
    "rebuild",
    "rebuild_job",
    "terms",
]
