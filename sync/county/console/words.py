"""What the console calls things: kinds of change, roles, and why a sealed file was refused or is held."""

from sync.jobs import moment
from sync.jobs.classes import plain
from sync.jobs.conflict_words import SUBJECTS
from sync.ledger.ledger import COUNTY, LAPTOP

KINDS = {
    **SUBJECTS,
    "feed.open": "变更流开头",
    "card.issue": "补发学员证",
    "stamp": "签到签退",
    "void": "作废签到",
    "leave": "请假",
    "leave.void": "撤销请假",
    "rollcall.commit": "点名抽签的承诺",
    "rollcall.draw": "点名抽取",
    "rollcall.mark": "点名结果",
    "identity.check": "核对本人",
    "photo": "照片",
    "lesson.close": "课次结束",
    "reveal": "显示完整证件号",
    "online.hours": "线上学时",
    "clock.state": "校正时间",
    "device.recovery": "台账钥匙托管",
    "device.certify": "设备证书",
    "device.revoke": "注销设备",
    "branch.accept": "认可另一支",
    "clock.accept": "认可时钟不对的记录",
    "anchor.received": "收到存证码",
    "county.address": "县级服务的地址",
    "pack.publish": "规则包",
    "calendar.day": "县日历",
    "class.approve": "开班批复",
    "class.return": "退回",
    "class.verdict": "审核结论",
    "notice.post": "公示",
    "return.answer": "机构对退回的答复",
    "teacher.employ": "教师任职",
    "callback.draw": "电话回访抽取",
    "callback.result": "电话回访结果",
}
ROLES = {"trainer": "教师", "clerk": "机构经办", LAPTOP: "培训电脑", COUNTY: "县局", "officer": "县局经办"}
VIA_CONTACT = {"http": "网络", "usb": "U盘或文件"}
VIA_STAMP = {
    "camera": "摄像头扫证",
    "scanner": "扫码枪",
    "image": "照片识别",
    "search": "手工签到",
    "correction": "更正补签",
}
STATES = {"held": "暂存待接", "refused": "已拒收"}
RECEIVED = {"received": "已收", "held": "暂存", "refused": "拒收", "here": "本县所记"}
"""Where a change is, as `sync.jobs.travel` says it at the county."""
LESSON_KINDS = {"theory": "理论", "practice": "实操"}
LESSON_MODES = {"onsite": "线下", "online": "线上"}

REASONS = {
    "not-sealed": "不是乡培通的批次文件，或者文件没有拷全",
    "not-for-us-or-damaged": "打不开：不是发给本县的，或者文件已损坏",
    "bad-envelope": "文件外层读不出来，可能已损坏",
    "wrong-type": "文件种类不对，不是批次",
    "bad-header": "批次头读不出来或不合理",
    "newer-version": "由更新版本的程序生成，请先升级县局程序",
    "wrong-key": "签名的钥匙与所称的设备不符",
    "bad-signature": "签名验不过：文件被改动过，或不是所称的设备签的",
    "unknown-algorithm": "签名算法本程序不认识，请先升级县局程序",
    "bad-gzip": "压缩内容已损坏或不完整",
    "no-sm2": "用国密（SM2）签名，本机没有装国密组件，验不了",
    "too-large": "解压后过大，超过允许的长度",
    "bad-chain": "哈希链或条数对不上",
    "bad-change": "有读不懂的变更",
    "bad-body": "有内容不合规定的变更",
    "line-too-long": "有超过允许长度的变更",
    "unknown-device": "出自县里没有登记的设备，请先为它办理登记",
    "wrong-feed": "变更流不属于签名的设备",
    "not-allowed": "含有只能由县局发布的内容",
    "rotated": "用县里已换掉的密钥签名",
    "cross-institution": "改动了别的培训机构的内容",
    "other-institution": "县里发给别的培训机构的内容，本机不收",
    "fork": "同一个变更流出现两个分支（可能是拷贝或恢复过的台账），两份都已保留，待核查",
    "gap": "前面缺一段，收到缺的那段后自动接上",
    "revoked": "设备注销之后的记录，作为证据保留，不计入",
    "certificate-expired": "设备证书已过期，续期后自动计入",
    "clock-ahead": "电脑的时钟比县里的快太多，核实并认可（county accept-clock）后计入",
    "too-many-recipients": "收件人名单太长，不是乡培通的批次",
    "usurped": "含有只能由县局作出的登记、注销或认可",
    "double-key": "有一条变更把同一项写了两次，说法不一",
    "wrong-count": "条数与批次头不符，可能被截短",
    "no-room": "暂存的文件已经太多，没有留下",
}

LEVELS = {3: "严重", 2: "应核查", 1: "留意"}
FINDINGS = {
    "fork": "变更流分叉",
    "fork-accepted": "分叉已认可",
    "anchor-contradicts": "与存证码不符",
    "anchor-unknown": "存证码无对应",
    "forged-feed": "冒用变更流",
    "forged-county": "冒充县局",
    "usurped": "冒行县局权限",
    "old-county-key": "用了旧密钥",
    "cross-institution": "改动别家机构",
    "bad-signature": "签名不符",
    "revoked-device": "设备已注销",
    "unknown-device": "设备未登记",
    "expired-device": "证书已过期",
    "clock-ahead": "时钟快太多",
    "turned-away": "没有留下的文件",
    "aside-full": "暂存的文件太多",
    "malformed": "内容不合规定",
    "unreadable": "文件打不开",
    "newer-program": "本县程序收不了",
    "gap": "前面缺一段",
    "other-refusal": "没有计入的文件",
    "not-computed": "课时算不出",
    "overlap": "同时在两个课次",
    "identity-doubt": "不是本人",
    "identity-coverage": "没有核对身份",
    "missed-rollcall": "点名未到",
    "cut-hours": "提前结束未减课时",
    "closed-day": "停课日上课",
    "photo-claimed-twice": "照片两家都用",
    "photo-reused": "照片重复使用",
    "photo-missing": "照片一直没到",
    "clock-jump": "电脑时间跳动",
    "clock-apart": "电脑时间与县里不符",
    "clock-stated": "校正过时间",
    "manual-stamps": "手工签到",
    "age": "年龄",
    "yearly-trainings": "当年培训次数",
    "same-course": "同工种同等级重复",
    "callback-due": "电话回访没做够",
    "callback-denied": "回访说的与记录不符",
    "callback-wrong-number": "登记的电话不对",
    "class-size": "班级人数",
    "hour-shares": "理论实操比例",
    "teacher-share": "专职教师比例",
    "teacher-institutions": "教师任职机构数",
    "teacher-fulltime-twice": "两家都登记专职",
    "teacher-unrecorded": "教师没有登记全",
    "outside-window": "时段之外的记录",
}


def reason_words(reason: str) -> str:
    return REASONS.get(reason, f"其他原因（{reason}）")


def time_words(at: int) -> str:
    """Seconds since 1970 as Beijing time to the minute: 2026-11-21 09:00."""
    return moment.iso(at)[:16].replace("T", " ")


def clock_words(at: int) -> str:
    return time_words(at)[11:]


def day_words(at: int) -> str:
    """2026-11-21 周六."""
    day = moment.day_of(at)
    return f"{day.isoformat()} 周{'一二三四五六日'[day.weekday()]}"


def hours_words(hundredths: int | None) -> str:
    """Class hours; an unknown figure is said to be unknown, not shown as nothing."""
    return "不明" if hundredths is None else f"{plain(hundredths)}"


def size_words(size: int) -> str:
    return f"{size} 字节" if size < 1024 else f"{size / 1024:.1f} KB"


def head_words(digest: str) -> str:
    """A short name in groups of four letters, as two people read it to each other."""
    return "-".join(digest[i : i + 4] for i in range(0, len(digest), 4))
