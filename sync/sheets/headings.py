"""Which column is which: the words that institutions put above their columns, and where the headings are."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from sync.sheets.cells import Cell, is_blank, text

NAME, ID, PHONE = "name", "id_number", "phone"

# Our word for a column, and the headings it goes by. The first one is what we write ourselves.
_WORDS = {
    ID: (
        "身份证号 公民身份号码 身份证号码 身份证 身份号码 公民身份证号 公民身份证号码 "
        "居民身份证号 居民身份证号码 证件号 证件号码 身份证件号 身份证件号码 有效证件号码 "
        "学员身份证号 学员身份证号码 二代身份证号 二代身份证号码"
    ),
    NAME: ("姓名 学员姓名 参训人员姓名 参训学员姓名 培训学员姓名 人员姓名 学员 参训人员 名字 真实姓名"),
    PHONE: (
        "联系电话 电话 手机 手机号 手机号码 电话号码 联系方式 联系手机 移动电话 本人电话 学员电话 "
        "联系电话号码 本人联系电话 联系号码"
    ),
    "sex": "性别",
    "birth": "出生日期 出生年月 出生年月日 生日 出生",
    "age": "年龄 周岁",
    "ethnicity": "民族",
    "education": "文化程度 学历 学历层次 最高学历 受教育程度",
    "category": ("人员类别 人员类型 学员类别 人员身份类别 培训对象类别 参训人员类别 身份类别 人员性质 培训人员类别"),
    "hukou": "户口性质 户籍性质 户口类型 户籍类型 户口类别",
    "hukou_area": "户口所在地区划 户口所在地 户籍所在地 户籍地 户籍地址 户籍区划 户口地址",
    "living_area": "常住地址区划 常住区划 常住地区划",
    "town": "乡镇 所在乡镇 乡镇街道 乡 镇 所属乡镇 乡镇名称",
    "village": "村 村居 行政村 所在村 村社区 所属村 村组 村名 村委会 村民委员会",
    "address": "家庭住址 住址 家庭地址 详细地址 现住址 居住地址 常住地址 地址 家庭详细地址 现居住地址",
    "unemployment_cert": "就业失业登记证号码 就业失业登记证号 就业创业证号 就业创业证号码 就业创业证编号",
    "social_card": "社保卡号 社会保障卡号 社会保障卡卡号 社保卡卡号 社保卡号码 社会保障卡号码",
    "bank": "开户银行 开户行 银行名称",
    "bank_holder": "银行户名 户名 开户名 账户名 账户姓名",
    "bank_account": "银行账号 银行帐号 账号 银行卡号 银行卡账号 开户账号 卡号",
    "postcode": "邮编 邮政编码",
    "email": "电子邮箱 邮箱 电子邮件",
    "mail_address": "通讯地址 通信地址 邮寄地址",
    "remark": "备注 说明 备注说明",
}
COLUMNS: dict[str, tuple[str, ...]] = {field: tuple(words.split()) for field, words in _WORDS.items()}

_FIELD = {heading: field for field, headings in COLUMNS.items() for heading in headings}
_SERIAL = frozenset(("序号", "编号", "号", "行号", "NO"))
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|【.*?】")
_NOISE = re.compile(r"[\s\u200b\ufeff*★※:,、/|\\._-]+")
_SEARCH_ROWS = 60


@dataclass(frozen=True, slots=True)
class Headings:
    """Where the headings stand: the index of the first row of people, and which column holds which field."""

    first_row: int
    columns: dict[str, int]
    ignored: tuple[str, ...]
    """Headings that name nothing we keep."""


def field_of(heading: str, fields: Mapping[str, str] = _FIELD) -> str | None:
    """Our word for a heading, whatever line breaks, stars and brackets came with it."""
    return fields.get(plain_heading(heading))


def find_headings(rows: Sequence[Sequence[Cell]], fields: Mapping[str, str] = _FIELD) -> Headings | None:
    """The first row that has both a name and a number, or None. `fields`: what a roster's headings mean, or another's.

    Under a merged heading (联系方式) a second row may say more (电话 | 住址): it fills what the first left open.
    """
    for index, row in enumerate(islice(rows, _SEARCH_ROWS)):
        columns = _columns(row, fields)
        if NAME not in columns or ID not in columns:
            continue
        below = rows[index + 1] if index + 1 < len(rows) else ()
        if _is_second_row(columns, below, fields):
            names = {NAME: columns[NAME], ID: columns[ID]}
            return Headings(index + 2, {**columns, **_columns(below, fields), **names}, _ignored(row, fields))
        return Headings(index + 1, columns, _ignored(row, fields))
    return None


def heading_words(rows: Sequence[Sequence[Cell]], fields: Mapping[str, str] = _FIELD) -> set[str]:
    """Every field whose heading stands somewhere in the first rows: to say what is missing."""
    return {field for row in islice(rows, _SEARCH_ROWS) for field in _columns(row, fields)}


def plain_heading(heading: str) -> str:
    """A heading without brackets and what is in them, white space and marks, in capitals."""
    return _NOISE.sub("", _BRACKETS.sub("", unicodedata.normalize("NFKC", heading))).upper()


def _columns(row: Sequence[Cell], fields: Mapping[str, str]) -> dict[str, int]:
    """The first column for each field, so that a second 姓名 further right (a table beside it) is left alone."""
    columns: dict[str, int] = {}
    for index, cell in enumerate(row):
        if isinstance(cell, str) and (field := field_of(cell, fields)):
            columns.setdefault(field, index)
    return columns


def _is_second_row(columns: dict[str, int], below: Sequence[Cell], fields: Mapping[str, str]) -> bool:
    filled = [index for index, cell in enumerate(below) if not is_blank(cell)]
    free = not any(columns[field] in filled for field in (NAME, ID))
    return free and bool(filled) and all(field_of(text(below[index]), fields) for index in filled)


def _ignored(row: Sequence[Cell], fields: Mapping[str, str]) -> tuple[str, ...]:
    words = ["".join(text(cell).split()) for cell in row]
    return tuple(
        word for word in words if word and field_of(word, fields) is None and plain_heading(word) not in _SERIAL
    )
