"""A made-up class with the names that break pages."""

from datetime import UTC, date, datetime

from sync.paper.forms import (
    Card,
    Cards,
    Heading,
    Hours,
    HoursRow,
    LessonHours,
    LessonLine,
    Notice,
    NoticeRow,
    Roster,
    RosterRow,
    SignIn,
    SignInRow,
    Timetable,
)

NAMES = (
    "马䶮",
    "㛃𬱖𠮷𰻝",
    "阿卜杜拉·买买提",
    "迪丽拜尔·阿不都热合曼·吐尔逊",
    '李#"雷\\$*_@<a>[b]//',
    "巴音才次克·那木吉拉道尔吉·乌云其其格斯琴塔娜高娃",
    "孟根其其格日勒图雅乌云",
    "Zhang Wei-Alexander",
)
"""The longest has 25 characters, as many as the ministries' notice on names with dots wants room for."""

MORNING = int(datetime(2026, 11, 21, 0, 30, tzinfo=UTC).timestamp())
"""2026-11-21 08:30 in Beijing, a Saturday."""

HEADING = Heading(
    institution="青山县职业技能培训中心",
    class_code="QS2026-017",
    class_name="清溪镇中式烹调师初级班",
    course="中式烹调师 五级",
    site="清溪镇石板村党群服务中心二楼",
    starts=date(2026, 11, 16),
    ends=date(2026, 11, 27),
    printed_at=MORNING + 86_399,
)


def name(i: int) -> str:
    return NAMES[i % len(NAMES)]


def id_number(i: int) -> str:
    """Shaped like an identity number; nobody's, its area code was never given out."""
    return f"999999196503{i:05d}X"


def lesson(i: int, *, cancelled: bool = False) -> LessonLine:
    start = MORNING + 86_400 * (i // 2) + 18_000 * (i % 2)
    return LessonLine(
        start,
        start + 10_800,
        350 + 50 * (i % 2),
        topic=f"第{i + 1}讲 鱼香、麻辣、怪味的调制",
        kind="theory" if i % 2 == 0 else "practice",
        teacher=name(i + 2),
        place="石板村党群服务中心二楼",
        textbook="《中式烹调师》",
        cancelled=cancelled,
    )


def cards(count: int) -> Cards:
    return Cards(HEADING, tuple(Card(f"{i * 1234567890123457:017d}"[-17:], name(i)) for i in range(count)))


def roster(count: int, *, show_identity: bool = False) -> Roster:
    rows = (
        RosterRow(
            name(i), id_number(i), f"139{i:08d}", "女", "维吾尔族", "农村转移就业劳动者", "农业户口", 30, "石板村3组"
        )
        for i in range(count)
    )
    return Roster(HEADING, tuple(rows), show_identity)


def sign_in(count: int, *, anchor: str = "") -> SignIn:
    rows = (SignInRow(name(i), id_number(i), MORNING - 600 + i, MORNING + 10_860, "迟到") for i in range(count))
    return SignIn(HEADING, (lesson(0), lesson(1)), tuple(rows), count, 0, 0, "0800-123456", anchor)


def timetable(count: int) -> Timetable:
    return Timetable(HEADING, tuple(lesson(i, cancelled=i == 1) for i in range(count)))


def hours(count: int, lessons: int) -> Hours:
    late = LessonHours("迟到、早退", 400, 306, 300, "08:42才到，比开始晚12分钟")
    full = LessonHours("正常", 400, 400, 400)
    rows = (
        HoursRow(
            name(i),
            id_number(i),
            400 * lessons,
            None if i == 1 else 375 * lessons,
            300 * lessons,
            0.79999,
            tuple(late if (i + j) % 7 == 0 else full for j in range(lessons)),
        )
        for i in range(count)
    )
    return Hours(HEADING, tuple(lesson(i) for i in range(lessons)), tuple(rows))


def notice(count: int) -> Notice:
    """Every seventh is not settled; the others get 1200.50 yuan each."""
    rows = (
        NoticeRow(name(i), "女", id_number(i), "小河村", 8000, None if i % 7 == 6 else 120050) for i in range(count)
    )
    return Notice(
        HEADING, tuple(rows), "中式烹调师", "五级", "2026-11-23", "2026-11-27", 5,
        "青山县人社局职业能力建设股", "青山县人民路 12 号", "999000", "0800-654321",
    )  # fmt: skip
