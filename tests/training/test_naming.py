"""One person's name is spelt one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.training.naming import has_private_use, is_plain_name, tidy_name


@pytest.mark.parametrize(
    ("raw", "tidy"),
    [
        ("王小明", "王小明"),
        (" 王 小\u3000明\n", "王小明"),
        ("王\u200b小明\ufeff", "王小明"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉 ・ 买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉.买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉。买买提", "阿卜杜拉·买买提"),
        ("阿卜杜拉··买买提", "阿卜杜拉·买买提"),
        ("迪丽拜尔﹒阿不都热合曼﹒吐尔逊", "迪丽拜尔·阿不都热合曼·吐尔逊"),
        ("张𬱖", "张𬱖"),
        ("赵𰻝", "赵𰻝"),
        ("\ue863\ue81e", "\ue863\u9fb4"),
        (" John   Smith ", "John Smith"),
        ("ＪＯＨＮ", "JOHN"),
        ("\u3000 \t", ""),
    ],
)
def test_tidy_name(raw: str, tidy: str) -> None:
    assert tidy_name(raw) == tidy


@given(st.text(max_size=30))
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy_name(tidy_name(text)) == tidy_name(text)


def test_what_deserves_a_look() -> None:
    assert is_plain_name("阿卜杜拉·买买提")
    assert not is_plain_name("王小明2")
    assert not is_plain_name("")
    assert has_private_use("王\ue000")
    assert not has_private_use("王𰻝")
