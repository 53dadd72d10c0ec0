"""What a public notice says of one trainee: how many class hours and how much subsidy, or that she is not on the list.

A verdict on her goes before the one on her class. Hours are in hundredths, subsidies in fen; what the county has not
settled yet is None, never a guess: a figure on a village's wall is read as a promise.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """审核结论: passed, cut or failed. None where nothing is said of hours or amount."""

    outcome: str
    hours: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    hours: int
    amount: int | None


def figures(
    credited: int, enough: bool, standard: int, of_class: Verdict | None, own: Verdict | None
) -> Figures | None:
    """None for somebody who is not announced: she failed, or gets nothing.

    `credited` are her hours by the facts, `enough` whether her attendance reaches the pack's rate, `standard` the
    course's subsidy a person. The class's own amount is the sum of all and says nothing of one; its hours are the most
    that anybody has. Who attended too little and of whom the county has said nothing is not settled.
    """
    said = own or of_class
    if said is not None and said.outcome == "failed":
        return None
    if own is not None and (own.amount == 0 or (own.amount is None and own.hours == 0)):
        return None
    hours = credited
    if own is not None and own.hours is not None:
        hours = own.hours
    elif of_class is not None and of_class.hours is not None:
        hours = min(credited, of_class.hours)
    if own is not None and own.amount is not None:
        return Figures(hours, own.amount)
    passed = said is not None and said.outcome == "passed" and (own is not None or enough)
    return Figures(hours, standard if passed and standard else None)


# Towns, districts and streets are called after villages, too: 周村区, 新村镇, 中关村街道, 东村路.
_VILLAGE = re.compile("[^0-9０-９]+?(?:村社区|(?<!农)村(?!区|镇|乡|街|路(?!口)|大道|大街|民小组)|社区|嘎查)")
_ABOVE = re.compile("[^省市县区乡镇旗盟0-9０-９]+?(?:自治[区州县旗]|地区|街道|市区|省|市|县|区|乡|镇|旗|盟)")
_HOUSE = re.compile("[0-9０-９]|[一二三四五六七八九十百]+(?:号|组|社|队|栋|幢|单元|室|楼|弄|巷)")


def village(address: str) -> str:
    """The village or neighbourhood (村、社区) of an address; where it has none, its township or what is above that.

    Of an address that names neither, what stands before any house number.
    """
    text = "".join(address.split())
    if found := _VILLAGE.match(text):
        name = found[0]
        while (above := _ABOVE.match(name)) and _VILLAGE.fullmatch(name[above.end() :]):
            name = name[above.end() :]
        return name
    end = 0
    while above := _ABOVE.match(text, end):
        end = above.end()
    house = _HOUSE.search(text)
    return text[: end or (house.start() if house else len(text))]
