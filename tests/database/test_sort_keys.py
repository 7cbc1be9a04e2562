"""Sort keys: the order people expect, made once in Python, the same on both engines."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platform_core import database
from platform_core.database import sort_key


@pytest.mark.parametrize(
    "in_order",
    [
        ["Alpha", "beta", "Gamma"],
        ["Ärger", "Arktis", "Zebra", "zürich"],
        ["北京", "广州", "上海", "深圳"],  # Beijing, Guangzhou, Shanghai, Shenzhen
        ["ABC", "北京", "China", "重庆"],  # 重庆 is Chongqing: the reading follows the word
        ["ＡＢＣ１", "abc2"],  # full width
        ["", "1", "a"],
    ],
)
def test_texts_sort_as_people_expect(in_order: list[str]) -> None:
    assert sorted(in_order, key=sort_key) == in_order


def test_texts_that_differ_in_case_only_stand_together() -> None:
    assert sort_key("NORDIC") == sort_key("nordic")


@given(st.text(max_size=30), st.text(max_size=30))
def test_equal_keys_mean_texts_that_fold_to_the_same(one: str, two: str) -> None:
    import unicodedata

    def folded(text: str) -> str:
        return unicodedata.normalize("NFKC", text).casefold()

    assert (sort_key(one) == sort_key(two)) == (folded(one) == folded(two))


async def test_both_engines_sort_by_the_key_alike(bare_db: str) -> None:
    words = [
        "深圳",
        "Zürich",
        "zebra",
        "北京",
        "Ärger",
        "apple",
        "Apple Inc.",
        "上海",
        "İstanbul",
        "1",
        "-",
        "中 国",
    ]
    await database.apply(
        database.CreateTable(database.Table("words", (database.Column("key", database.TEXT),)))
    )
    await database.copy_rows("words", ("key",), [(sort_key(word),) for word in words])
    rows = await database.fetch_tuples('SELECT "key" FROM words ORDER BY "key"')
    assert [key for (key,) in rows] == sorted(map(sort_key, words))


def test_the_pinyin_dictionary_is_loaded_only_for_chinese_text() -> None:
    source = """
import sys
from platform_core import database
database.sort_key("Zürich"), database.sort_key("Москва")
assert "pypinyin" not in sys.modules
database.sort_key("北京")
assert "pypinyin" in sys.modules
"""
    assert subprocess.run([sys.executable, "-c", source], timeout=30, check=False).returncode == 0
