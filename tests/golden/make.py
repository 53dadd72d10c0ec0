"""Makes the golden sealed files: `python -m tests.golden.make FOLDER`.

Run once for each version of a format, into a new folder; what is there is read by tests for ever and never made again.
The people are made up, and the keys are for these files only.
"""

import json
import sys
from pathlib import Path

from sync.carry.outgoing import parcels
from sync.county import county as county_side
from sync.county import devices
from sync.jobs import checkin, enrol
from sync.jobs.classes import NewLesson, add_class, add_lesson
from sync.jobs.hours import answer, hours_of
from sync.jobs.moment import instant, parse_day, parse_time
from sync.jobs.rosters import enrol_one, roster_of
from sync.ledger.check import digests
from sync.ledger.intake import take
from sync.ledger.ledger import Ledger
from sync.sheets.roster import Entry
from tests.nodes import HandClock

NAMES = ("马䶮", "赵𰻝", "阿卜杜拉·买买提", "郑𬀪")
NUMBERS = ("110101199003070011", "110101199003070038", "110101199003070054", "110101199003070070")


def make(folder: Path, work: Path) -> None:
    clock = HandClock()
    county = county_side.create(work / "county", "云岭县人社局", clock)
    laptop = Ledger.create(work / "laptop", "红旗村培训点", clock=clock)
    request = enrol.request(laptop)
    grant, _ = devices.enrol(county, request, "春风职业培训学校")
    enrol.accept(laptop, grant)
    day = "2026-11-23"
    add_class(laptop, "A1", "ZSPT-5", "中式烹调师初级班", day, "2026-12-04", "红旗村")
    for name, number in zip(NAMES, NUMBERS, strict=True):
        enrol_one(laptop, "A1", Entry(0, name, number, "13800000000", {"sex": "女"}))
    plan = NewLesson(
        parse_day(day), parse_time("09:00"), parse_time("10:30"), 200, "theory", teacher="李老师", topic="刀工"
    )
    lesson, _ = add_lesson(laptop, "A1", plan)
    for at in ("08:55", "10:20"):
        clock.wall = instant(parse_day(day), parse_time(at)) * 1000
        desk = checkin.open_desk(laptop, lesson)
        for row in roster_of(laptop, desk.lesson.class_id)[:3]:
            checkin.scan(laptop, desk, row["card"], "camera")
    clock.wall = instant(parse_day(day), parse_time("12:00")) * 1000
    (parcel,) = parcels(laptop)
    intake = take(county, parcel.data, "golden.xpb", "usb")
    assert intake.state == "taken", intake
    files = {
        "request.xpq": request,
        "grant.xpg": grant,
        "batch.xpb": parcel.data,
        "receipt.xpr": county_side.receipt_for(county, [parcel.feed], [intake]),
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    told = {
        "county_age_identity": county.age_identity,
        "county_key": county.signer.public.raw,
        "laptop_key": laptop.signer.public.raw,
        "feed": parcel.feed,
        "last": parcel.last,
        "head": laptop.position(parcel.feed).hash,
        "hours": answer(hours_of(county, "A1")),
        "tables": sorted(digests(county.conn)),
    }
    (folder / "told.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
    laptop.close()
    county.close()


if __name__ == "__main__":
    import tempfile

    out = Path(sys.argv[1])
    out.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        make(out, Path(name))
