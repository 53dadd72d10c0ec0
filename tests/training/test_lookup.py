"""Somebody stands at the door; the trainer types two letters."""

import sqlite3
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.lookup import fold, pattern, rank, search_keys

NUMBER = "11010519491231002X"


@pytest.mark.parametrize(
    ("name", "queries"),
    [
        ("曾国建", "zgj cgj zeng zengguojian 曾 国建 曾国建 02x 002X"),
        ("单玉国", "syg dyg shanyuguo"),
        ("仇英", "qy qiuying"),
        ("解庆仓", "xqc xie"),
        ("查红", "zh zhahong"),
        ("区霞", "ox ouxia"),
        ("盖福", "gf ge gai"),
        ("覃改", "qg tg qin tan"),
        ("谌龙", "sl cl"),
        ("尉迟恭", "ycg wcg"),
        ("欧阳娜娜", "oynn ouyang"),
        ("万俟明", "mqm moqi"),
        ("吕布", "lv LÜ lb"),
        ("阿卜杜拉·买买提", "abdlmmt 阿卜杜拉买买提 买买提 abudula"),
        ("迪丽拜尔·阿不都热合曼·吐尔逊", "dlbe dilibaier 吐尔逊"),
        ("赵𰻝", "z zhao 𰻝"),
        ("John Smith", "john smith"),
    ],
)
def test_found_by(name: str, queries: str) -> None:
    keys = search_keys(name, NUMBER)
    assert [query for query in queries.split() if rank(query, keys) is None] == []


def test_spaces_and_dots_in_a_query_do_not_matter() -> None:
    assert rank("zeng guo jian", search_keys("曾国建", NUMBER)) == 0
    assert rank("阿卜杜拉·买买提", search_keys("阿卜杜拉·买买提", NUMBER)) == 0


def test_the_nearest_comes_first() -> None:
    people = ["王国", "王国建", "李王国", "赵王国栋"]
    ranked = {name: rank("王国", search_keys(name, NUMBER)) for name in people}
    assert ranked == {"王国": 0, "王国建": 1, "李王国": 2, "赵王国栋": 3}


def test_nobody_is_found_by_nothing_or_by_what_is_not_there() -> None:
    keys = search_keys("曾国建", NUMBER)
    assert rank("", keys) is None
    assert rank("  ", keys) is None
    assert rank("李", keys) is None
    assert rank("1949", keys) is None, "the birthday is no key"


@given(st.text("曾单解乐长朴龙红%_\\\\x", min_size=1, max_size=8), st.text("zgj曾单%_\\\\x2", min_size=1, max_size=3))
def test_sql_narrows_without_losing_anybody(name: str, query: str) -> None:
    """LIKE with `pattern` keeps exactly those whom `rank` accepts."""
    keys = search_keys(name, NUMBER)
    with closing(sqlite3.connect(":memory:")) as db:
        (kept,) = db.execute("SELECT ? LIKE ? ESCAPE '\\'", (keys, pattern(query))).fetchone()
    assert bool(kept) == (rank(query, keys) is not None)


@given(st.text(min_size=1, max_size=40))
def test_any_name_has_keys_and_is_found_by_itself(name: str) -> None:
    keys = search_keys(name, NUMBER)
    if fold(name):
        assert rank(name, keys) is not None
    assert len(keys) < 3000
