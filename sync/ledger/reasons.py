"""Why something was refused or is held, and what to do: by the reason words that receipts and the ledger keep."""

REASONS = {
    "gap": "前面的一段还没有收到。先留着，收到前面的就会自动接上。",
    "revoked": "设备已被县里注销，注销之后的记录作为证据保留。请联系县局。",
    "certificate-expired": "设备的证书已过期。记录先留着，县里续期后自动计入。",
    "fork": "同一编号有两个不同的版本，可能用过拷贝或恢复的台账。两份都已留下，请联系县局核对。",
    "county-ahead": "县里收到的比本机多，这台电脑可能用了旧的备份。请联系县局核对。",
    "unknown-device": "出自县里没有登记的设备。请先为那台设备办理登记。",
    "not-for-us-or-damaged": "打不开：不是给本机的，或者文件已损坏。请重新拷贝一份。",
    "not-sealed": "不是加密的批次文件。请核对文件。",
    "not-allowed": "里面有只能由县局发布的内容。请联系县局。",
    "wrong-key": "不是本县签发的。请核对文件来自哪里。",
    "wrong-type": "文件种类不对。请核对文件。",
    "bad-signature": "签名对不上，文件被改过或已损坏。请重新拷贝一份。",
    "too-large": "文件太大，不是乡培通的文件。",
    "newer-version": "是更新版本的程序做的。请先升级程序。",
    "unknown-algorithm": "签名的算法本程序不认识。请先升级程序。",
    "clock-ahead": "记录时电脑的日期比县里快了两天以上。请先校正本机的日期和时间；"
    "快得不多的，过几天再报就会计入，等不及就请县局认可。",
    "cross-institution": "里面改动了别的培训机构的内容。请联系县局。",
    "not-held": "县里没有说明原因。请联系县局。",
}
OTHER_REASON = "内容不合规定或已损坏。请重新拷贝一份，还不行就联系县局。"


def reason_words(reason: str) -> str:
    """A sentence or two; the same for every reason that nobody can do anything else about."""
    return REASONS.get(reason, OTHER_REASON)
