"""One language for formulas, rules, conditions, row permissions, filters and measures.

`parse` turns text into a tree, `check` gives every part a type in the scope of an actor and lists all problems at
once, `compile_python` makes a fast function of it, `trace` explains a result part by part, and `compile_sql` makes a
filter that is exact on both databases or refuses. Texts are foreign: closed lists of names and functions, bounded
size, no attribute of any value is ever read. The rules of the language stand in docs/reference/expressions.md.
"""

from platform_core.expressions.checked import Checked
from platform_core.expressions.checker import check
from platform_core.expressions.dumping import dump
from platform_core.expressions.environment import Calendar, Env, Person, UserView
from platform_core.expressions.errors import EvaluationError, ExpressionError, ExpressionErrors, NotSqlable
from platform_core.expressions.functions import (
    Example,
    FunctionSpec,
    all_functions,
    forget_function,
    function,
    register_function,
)
from platform_core.expressions.ir import Node, constant
from platform_core.expressions.lexing import RESERVED_NAMES
from platform_core.expressions.parser import parse
from platform_core.expressions.python_backend import compile_python, evaluate_condition
from platform_core.expressions.reference import ExpressionText, FunctionHelp, describe_functions
from platform_core.expressions.scope import USER_SCOPE, FieldScope, Scope, Suggests
from platform_core.expressions.sql_backend import compile_sql, compile_sql_value, require_sqlable
from platform_core.expressions.sql_values import ChildTable, ColumnResolver, Join, Sql, SqlColumn
from platform_core.expressions.sqlite_functions import SQLITE_FUNCTIONS
from platform_core.expressions.traces import Part, Trace, shown
from platform_core.expressions.tracing import trace
from platform_core.expressions.types import (
    ANY,
    BOOL,
    CHOICE,
    DATE,
    DATETIME,
    DURATION,
    MONEY,
    NULL,
    NUMBER,
    REF,
    TEXT,
    TIME,
    USER,
    Money,
    Type,
    choice,
    list_of,
    money,
    parse_type,
    ref,
    unify,
)

__all__ = [
    "ANY",
    "BOOL",
    "CHOICE",
    "DATE",
    "DATETIME",
    "DURATION",
    "MONEY",
    "NULL",
    "NUMBER",
    "REF",
    "RESERVED_NAMES",
    "SQLITE_FUNCTIONS",
    "TEXT",
    "TIME",
    "USER",
    "USER_SCOPE",
    "Calendar",
    "Checked",
    "ChildTable",
    "ColumnResolver",
    "Env",
    "EvaluationError",
    "Example",
    "ExpressionError",
    "ExpressionErrors",
    "ExpressionText",
    "FieldScope",
    "FunctionHelp",
    "FunctionSpec",
    "Join",
    "Money",
    "Node",
    "NotSqlable",
    "Part",
    "Person",
    "Scope",
    "Sql",
    "SqlColumn",
    "Suggests",
    "Trace",
    "Type",
    "UserView",
    "all_functions",
    "check",
    "choice",
    "compile_python",
    "compile_sql",
    "compile_sql_value",
    "constant",
    "describe_functions",
    "dump",
    "evaluate_condition",
    "forget_function",
    "function",
    "list_of",
    "money",
    "parse",
    "parse_type",
    "ref",
    "register_function",
    "require_sqlable",
    "shown",
    "trace",
    "unify",
]
