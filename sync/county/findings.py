"""The county's one inbox of what looks wrong (问题线索): feeds, sealed files, 存证码, and every class.

Each is computed from what the county holds, so that it goes when its cause does.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sync.county.callbacks import callback_findings
from sync.county.county import parting
from sync.county.photo_findings import photo_findings
from sync.county.public import need_county
from sync.errors import BadInput, Refused, UserError
from sync.jobs import moment, teaching
from sync.jobs.find import ClassRow, list_classes, rows
from sync.jobs.findings import findings_of
from sync.ledger.aside import turned_away
from sync.ledger.belonging import crossings
from sync.ledger.intake import NO_ROOM
from sync.ledger.ledger import Ledger
from sync.seal import batch, county_kinds
from sync.seal.change import letters, read, short

LEVELS = {
    # 3: somebody tampered, or one person was in two places
    "fork": 3,
    "anchor-contradicts": 3,
    "forged-feed": 3,
    "forged-county": 3,
    "usurped": 3,
    "cross-institution": 3,
    "old-county-key": 3,
    "bad-signature": 3,
    "aside-full": 3,
    "overlap": 3,
    "identity-doubt": 3,
    "photo-claimed-twice": 3,
    "callback-denied": 3,
    # 2: an officer should ask
    "revoked-device": 2,
    "unknown-device": 2,
    "malformed": 2,
    "turned-away": 2,
    "clock-ahead": 2,
    "not-computed": 2,
    "missed-rollcall": 2,
    "identity-coverage": 2,
    "cut-hours": 2,
    "photo-missing": 2,
    "photo-reused": 2,
    "closed-day": 2,
    "clock-jump": 2,
    "clock-apart": 2,
    "age": 2,
    "yearly-trainings": 2,
    "same-course": 2,
    "teacher-share": 2,
    "teacher-institutions": 2,
    "teacher-fulltime-twice": 2,
    "callback-wrong-number": 2,
    # 1: to be known
    "fork-accepted": 1,
    "anchor-unknown": 1,
    "expired-device": 1,
    "gap": 1,
    "unreadable": 1,
    "newer-program": 1,
    "other-refusal": 1,
    "manual-stamps": 1,
    "outside-window": 1,
    "clock-stated": 1,
    "class-size": 1,
    "hour-shares": 1,
    "teacher-unrecorded": 1,
    "callback-due": 1,
}
"""How grave each kind is, 3 the highest."""

ASIDE = {
    "revoked": ("revoked-device", "已注销的设备仍送来记录，作为证据保留"),
    "certificate-expired": ("expired-device", "证书过期的设备送来记录，续期后计入"),
    "unknown-device": ("unknown-device", "没有登记的设备送来批次，没有计入"),
    "wrong-feed": ("forged-feed", "批次冒用别的设备的变更流，已拒收"),
    "bad-signature": ("bad-signature", "批次的签名验不过，已拒收"),
    "wrong-key": ("bad-signature", "批次的签名与所称的密钥不符，已拒收"),
    "not-allowed": ("forged-county", "设备冒充县局发布内容，已拒收"),
    "cross-institution": ("cross-institution", "批次改动了别的培训机构的内容，已拒收"),
    "rotated": ("old-county-key", "批次用县里已换掉的密钥签名，已拒收"),
    "bad-chain": ("malformed", "批次的内容与它自己的批次头不符，已拒收"),
    "bad-header": ("malformed", "批次头读不出来或不合理，已拒收"),
    "bad-change": ("malformed", "批次里有读不懂的变更，已拒收"),
    "bad-body": ("malformed", "批次里有不合规定的内容，已拒收"),
    "line-too-long": ("malformed", "批次里有过长的变更，已拒收"),
    "too-large": ("malformed", "批次解压后过大，已拒收"),
    "gap": ("gap", "前面的批次还没有收到，这一批先保留"),
    "other-institution": ("other-refusal", "县里发给别的培训机构的内容，已拒收"),
    "not-sealed": ("unreadable", "不是批次文件，或没有拷全，已拒收"),
    "not-for-us-or-damaged": ("unreadable", "文件打不开：不是发给本县的，或已损坏，已拒收"),
    "bad-envelope": ("unreadable", "文件外层读不出来，可能已损坏，已拒收"),
    "bad-gzip": ("unreadable", "批次的压缩内容已损坏或不完整，已拒收"),
    "wrong-type": ("unreadable", "文件种类不对，不是批次，已拒收"),
    "newer-version": ("newer-program", "由更新版本的程序生成，本县程序升级后才能收"),
    "clock-ahead": ("clock-ahead", "记录的时间比县里的时钟快太多，先保留；核实并认可（county accept-clock）后计入"),
    "wrong-count": ("malformed", "批次里的条数与批次头不符，可能被截短，已拒收"),
    NO_ROOM: ("aside-full", "暂存的文件已经太多，请核查来源、清点后联系程序维护人员"),
    "too-many-recipients": ("unreadable", "收件人名单太长，没有打开，已拒收"),
    "usurped": ("usurped", "设备自行登记、注销或认可设备，冒行县局权限，已拒收"),
    "double-key": ("malformed", "批次里有一条变更把同一项写了两次，已拒收"),
    "no-sm2": ("newer-program", "用国密（SM2）签名，本县服务器装了国密组件才能验收"),
    "unknown-algorithm": ("newer-program", "签名算法本县程序不认识，升级后才能收"),
}
"""Reason why a file is kept aside → kind, and what to say of it. Forks have findings of their own."""

Row = dict[str, Any]


def receive_anchor(ledger: Ledger, code: str, channel: str, time: str) -> dict[str, Any]:
    """Enters a 存证码 as it came; answers what it says so far. Raises BadInput for what is no code or no time."""
    need_county(ledger)
    code = letters(code)
    try:
        well_formed = len(base64.b32decode(code)) == 10
    except binascii.Error:
        well_formed = False
    if not well_formed:
        raise BadInput("存证码是 16 个字母和数字（A–Z、2–7），请核对后再输。", "bad-anchor")
    if not channel.strip():
        raise BadInput("请写明存证码是怎么收到的，例如：短信。")
    try:
        received = datetime.fromisoformat(time)
    except ValueError as error:
        raise BadInput(f"时间“{time}”看不懂，请写成 2026-11-21T17:05 这样。") from error
    if received.tzinfo is None:
        received = received.replace(tzinfo=moment.BEIJING)
    moment.parse_day(received.date().isoformat())
    body = county_kinds.AnchorReceived(code, channel.strip(), int(received.timestamp()))
    with ledger.writing() as w:
        made = w.fact("anchor.received", body)
    return {"anchor": made, **_judged(ledger, code, body.received)}


def findings(ledger: Ledger) -> list[Row]:
    """Everything that looks wrong, the gravest first: kind, level, class (id) and class_code, person (id), sentence,
    evidence (ids of changes and lessons, or a file's SHA-256), and what else a kind has."""
    need_county(ledger)
    found = [
        *_forks(ledger),
        *_anchors(ledger),
        *_aside(ledger),
        *_turned_away(ledger),
        *_crossings(ledger),
        *_photos(ledger),
        *_classes(ledger),
        *_teachers(ledger),
        *_callbacks(ledger),
    ]
    return sorted(found, key=lambda one: -one["level"])


def _crossings(ledger: Ledger) -> Iterator[Row]:
    """What was taken before its entity's maker was known to be of another institution."""
    by_feed: dict[str, list[str]] = {}
    for change, feed in crossings(ledger.conn):
        by_feed.setdefault(feed, []).append(change)
    for feed, changes in by_feed.items():
        sentence = f"变更流 {feed} 改动了别的培训机构的内容（{len(changes)} 条），请核查。"
        yield _told("cross-institution", sentence, changes, feed=feed)


def _photos(ledger: Ledger) -> Iterator[Row]:
    for one in photo_findings(ledger):
        yield _told(one.kind, one.sentence, one.evidence, one.class_row)


def _teachers(ledger: Ledger) -> Iterator[Row]:
    """Of institutions and years: no class is to blame."""
    try:
        found = teaching.findings(ledger)
    except UserError as error:
        yield _told("not-computed", f"教师的专职兼职和任职机构算不出：{error.message}", [])
        return
    for one in found:
        yield _told(one.kind, one.sentence, one.evidence) | {"person": one.person or None}


def _told(kind: str, sentence: str, evidence: Sequence[str], class_row: ClassRow | None = None, **more: Any) -> Row:
    told = {"kind": kind, "level": LEVELS.get(kind, 2), "class": None, "class_code": None, "person": None}
    if class_row is not None:
        told |= {"class": class_row.id, "class_code": class_row.code}
    return told | {"sentence": sentence, "evidence": list(evidence), **more}


def _classes(ledger: Ledger) -> Iterator[Row]:
    """Of every class; one that can't be computed is a finding too, and hides no other."""
    for row in list_classes(ledger):
        try:
            found = findings_of(ledger, row.id)
        except UserError as error:
            yield _told("not-computed", f"{row.code} 班的记录算不出课时：{error.message}", [], row)
            continue
        for one in found:
            person = one.person or None
            yield _told(one.kind, f"{row.code} 班：{one.sentence}", one.evidence, row, person=person)


def _callbacks(ledger: Ledger) -> Iterator[Row]:
    for row, one in callback_findings(ledger):
        yield _told(one.kind, f"{row.code} 班：{one.sentence}", one.evidence, row, person=one.person or None)


def _forks(ledger: Ledger) -> Iterator[Row]:
    for row in rows(ledger.conn, "SELECT sha256, feed, file FROM aside WHERE reason = 'fork' ORDER BY at, sha256"):
        feed, digest = row["feed"], row["sha256"]
        try:
            first, _ = parting(ledger, row["file"])
        except Refused as error:
            sentence = f"变更流 {feed} 另有一份分支的文件：{error.message}"
            yield _told("fork", sentence, [digest], feed=feed, sha256=digest)
            continue
        heads = [ledger.position(feed).hash, _head_of(ledger, row["file"])]
        sentence = f"变更流 {feed} 从第 {first.change.seq} 条起有两个分支，两份都已保留，请核查。"
        yield _told("fork", sentence, [digest], feed=feed, sha256=digest, heads=heads, since=first.change.seq)
    for row in rows(ledger.conn, "SELECT DISTINCT feed FROM changes WHERE feed LIKE '%~%' ORDER BY feed"):
        feed = row["feed"].partition("~")[0]
        heads = [ledger.position(feed).hash, ledger.position(row["feed"]).hash]
        sentence = f"变更流 {feed} 曾经分叉，另一支已认可计入。"
        yield _told("fork-accepted", sentence, [short(head) for head in heads], feed=feed, heads=heads)


def _head_of(ledger: Ledger, data: bytes) -> str:
    signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
    return batch.claim(signed).header.head


def _anchors(ledger: Ledger) -> Iterator[Row]:
    for row in rows(ledger.conn, "SELECT code, received FROM anchors ORDER BY received, id"):
        judged = _judged(ledger, row["code"], row["received"])
        if judged["state"] != "matches":
            yield _told(f"anchor-{judged['state']}", evidence=[row["code"]], code=row["code"], **judged)


def _judged(ledger: Ledger, code: str, received: int) -> dict[str, Any]:
    """What an anchor says: it `matches` a change, is `unknown` so far, or `contradicts` what is claimed of its time."""
    row = ledger.conn.execute("SELECT feed, seq, raw FROM changes WHERE id = ?", (code,)).fetchone()
    when = _minute(received)
    if row is None:
        state, sentence = "unknown", f"存证码 {code}（{when} 收到）在已收的变更流里还没有对应的记录。"
        return {"state": state, "sentence": sentence}
    wall = read(row[2]).change.wall // 1000
    if wall > received + 600:
        sentence = f"存证码 {code} 在 {when} 就已收到，对应的记录却自称 {_minute(wall)} 才做，时间不符。"
        return {"state": "contradicts", "feed": row[0], "seq": row[1], "sentence": sentence}
    sentence = f"存证码 {code} 与变更流 {row[0]} 第 {row[1]} 条相符，{when} 之前的记录未被改写。"
    return {"state": "matches", "feed": row[0], "seq": row[1], "sentence": sentence}


def _minute(at: int) -> str:
    """Beijing time, as people read it."""
    return moment.iso(at)[:16].replace("T", " ")


def _aside(ledger: Ledger) -> Iterator[Row]:
    """Every file that is kept aside, whatever for."""
    sql = (
        "SELECT sha256, reason, feed, source, at FROM aside WHERE reason <> 'fork' AND state <> 'taken'"
        " ORDER BY at, sha256"
    )
    for row in rows(ledger.conn, sql):
        kind, text = ASIDE.get(row["reason"], ("other-refusal", f"文件没有计入（{row['reason']}）"))
        sentence = f"{text}（{row['source']}，{_minute(row['at'])}）。"
        yield _told(kind, sentence, [row["sha256"]], feed=row["feed"], sha256=row["sha256"])


def _turned_away(ledger: Ledger) -> Iterator[Row]:
    """What was not kept: no known key signed it, or there lies too much already."""
    for row in turned_away(ledger):
        _, text = ASIDE.get(row["reason"], ("", f"没有计入（{row['reason']}）"))
        kind = "aside-full" if row["reason"] == NO_ROOM else "turned-away"
        much = f"{row['count']} 份、共 {-(-row['bytes'] // 1024)} KB"
        sentence = f"{row['source']} 送来的文件没有留下，{much}，最近在 {moment.iso(row['last_at'])}：{text}。"
        yield _told(kind, sentence, [row["last_sha256"]])
