"""Names of tables, columns and indexes: the same everywhere, never too long, never odd."""

import pytest

from platform_core.entities import column_name, index_name, quote, rows_table_name, table_name


def test_a_form_has_a_table_named_after_it() -> None:
    assert table_name("trade_crm", "account") == "r_trade_crm__account"
    assert rows_table_name("r_trade_crm__quote", "lines") == "r_trade_crm__quote__lines"
    assert index_name("r_trade_crm__account", "owner") == "r_trade_crm__account__owner__ix"


def test_a_long_name_is_cut_and_stays_unique() -> None:
    first = table_name("a" * 40, "b" * 40)
    second = table_name("a" * 40, "b" * 39 + "c")
    assert len(first.encode()) == len(second.encode()) == 50
    assert first != second
    assert first == table_name("a" * 40, "b" * 40)
    assert first.startswith("r_aaaa")


def test_columns_carry_their_role_and_their_generation() -> None:
    assert column_name("amount") == "amount"
    assert column_name("amount", "currency") == "amount__cur"
    assert column_name("name", "sort") == "name__sort"
    assert column_name("amount", generation=2) == "amount__2"
    assert column_name("amount", "currency", generation=2) == "amount__2__cur"


@pytest.mark.parametrize("name", ['a"b', "Robert'); DROP TABLE x", "A", "", "a b", "名"])
def test_only_names_that_we_make_are_quoted(name: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        quote(name)
    assert quote("_title_sort") == '"_title_sort"'
