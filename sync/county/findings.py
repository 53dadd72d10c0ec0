"""Findings (问题线索) about feeds: forks, anchors that a feed contradicts, devices beyond their certificate.

Each is computed from what the county holds, so that it goes when its cause does. `level` 3 is the highest.
"""

import base64
import binascii
from datetime import datetime
from typing import Any

from sync.county.county import parting
from sync.county.public import need_county
from sync.errors import BadInput, Refused
from sync.jobs import moment
from sync.jobs.find import rows
from sync.ledger.ledger import Ledger
from sync.seal import batch, kinds
from sync.seal.change import read


def receive_anchor(ledger: Ledger, code: str, channel: str, time: str) -> dict[str, Any]:
    """Enters a 存证码 as it came; answers what it says so far. Raises BadInput for what is no code or no time."""
    need_county(ledger)
    letters = "".join(character for character in code.upper() if character.isalnum())
    try:
        well_formed = len(base64.b32decode(letters)) == 10
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
    body = kinds.AnchorReceived(letters, channel.strip(), int(received.timestamp()))
    with ledger.writing() as w:
        made = w.fact("anchor.received", body)
    return {"anchor": made, **_judged(ledger, letters, body.received)}


def findings(ledger: Ledger) -> list[dict[str, Any]]:
    """Everything that looks wrong about feeds, the gravest first."""
    need_county(ledger)
    found = [*_forks(ledger), *_anchors(ledger), *_held(ledger)]
    return sorted(found, key=lambda one: -one["level"])


def _forks(ledger: Ledger) -> list[dict[str, Any]]:
    found = []
    for row in rows(ledger.conn, "SELECT sha256, feed, first, last, at, source, file FROM aside WHERE reason = 'fork'"):
        try:
            first, _ = parting(ledger, row["file"])
        except Refused:
            continue
        ours = ledger.position(row["feed"])
        found.append(
            {
                "kind": "fork",
                "level": 3,
                "feed": row["feed"],
                "sha256": row["sha256"],
                "heads": [ours.hash, _head_of(ledger, row["file"])],
                "since": first.change.seq,
                "sentence": f"变更流 {row['feed']} 从第 {first.change.seq} 条起有两个分支，两份都已保留，请核查。",
            }
        )
    for row in rows(ledger.conn, "SELECT DISTINCT feed FROM changes WHERE feed LIKE '%~%' ORDER BY feed"):
        feed = row["feed"].partition("~")[0]
        heads = [ledger.position(feed).hash, ledger.position(row["feed"]).hash]
        sentence = f"变更流 {feed} 曾经分叉，另一支已认可计入。"
        found.append({"kind": "fork-accepted", "level": 1, "feed": feed, "heads": heads, "sentence": sentence})
    return found


def _head_of(ledger: Ledger, data: bytes) -> str:
    signed = batch.unseal(data, ledger.age_identity) if data.startswith(b"age-") else data
    return batch.claim(signed).header.head


def _anchors(ledger: Ledger) -> list[dict[str, Any]]:
    found = []
    for row in rows(ledger.conn, "SELECT code, received FROM anchors ORDER BY received, id"):
        judged = _judged(ledger, row["code"], row["received"])
        if judged["state"] != "matches":
            level = 3 if judged["state"] == "contradicts" else 1
            found.append({"kind": f"anchor-{judged['state']}", "level": level, "code": row["code"], **judged})
    return found


def _judged(ledger: Ledger, code: str, received: int) -> dict[str, Any]:
    """What an anchor says: it `matches` a change, is `unknown` so far, or `contradicts` what is claimed of its time."""
    row = ledger.conn.execute("SELECT feed, seq, raw FROM changes WHERE id = ?", (code,)).fetchone()
    when = moment.iso(received)
    if row is None:
        state, sentence = "unknown", f"存证码 {code}（{when} 收到）在已收的变更流里还没有对应的记录。"
        return {"state": state, "sentence": sentence}
    wall = read(row[2]).change.wall // 1000
    if wall > received + 600:
        sentence = f"存证码 {code} 在 {when} 就已收到，对应的记录却自称 {moment.iso(wall)} 才做，时间不符。"
        return {"state": "contradicts", "feed": row[0], "seq": row[1], "sentence": sentence}
    sentence = f"存证码 {code} 与变更流 {row[0]} 第 {row[1]} 条相符，{when} 之前的记录未被改写。"
    return {"state": "matches", "feed": row[0], "seq": row[1], "sentence": sentence}


def _held(ledger: Ledger) -> list[dict[str, Any]]:
    words = {
        "revoked": ("revoked-device", 2, "已注销的设备仍送来记录，作为证据保留"),
        "certificate-expired": ("expired-device", 1, "证书过期的设备送来记录，续期后计入"),
        "unknown-device": ("unknown-device", 2, "没有登记的设备送来批次，已拒收"),
        "wrong-feed": ("forged-feed", 3, "批次冒用别的设备的变更流，已拒收"),
        "bad-signature": ("bad-signature", 3, "批次的签名验不过，已拒收"),
        "not-allowed": ("forged-county", 3, "设备冒充县局发布内容，已拒收"),
        "rotated": ("old-county-key", 3, "批次用县里已换掉的密钥签名，已拒收"),
        "wrong-key": ("bad-signature", 3, "批次的签名与所称的密钥不符，已拒收"),
        "bad-chain": ("malformed", 2, "批次的内容与它自己的批次头不符，已拒收"),
        "bad-change": ("malformed", 2, "批次里有读不懂的变更，已拒收"),
        "bad-body": ("malformed", 2, "批次里有不合规定的内容，已拒收"),
        "gap": ("gap", 1, "前面的批次还没有收到，这一批先保留"),
        "line-too-long": ("malformed", 2, "批次里有过长的变更，已拒收"),
    }
    found = []
    for row in rows(ledger.conn, "SELECT sha256, reason, feed, first, last, source, at FROM aside ORDER BY at"):
        if row["reason"] in words:
            kind, level, text = words[row["reason"]]
            sentence = f"{text}（{row['source']}，{moment.iso(row['at'])}）。"
            found.append(
                {"kind": kind, "level": level, "feed": row["feed"], "sha256": row["sha256"], "sentence": sentence}
            )
    return found
