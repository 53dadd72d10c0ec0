"""The command line's grammar. Each verb names the function that does it; design's contract is the list below."""

import argparse
from typing import Any

from sync.cli import callbacks, classes, county, door, node, notices, operators, review, sealed, teachers
from sync.cli.context import Verb, Window
from sync.cli.usage import Parser
from sync.jobs import calendar, decisions
from sync.jobs.teachers import EMPLOYMENTS
from sync.jobs.travel import STATES
from sync.seal.keys import ALGORITHMS
from sync.training.callbacks import OUTCOMES

__all__ = ["Window", "parser"]


def parser() -> argparse.ArgumentParser:
    """The parser of `xiangpei`; a parsed namespace has `verb`, the function to call."""
    top = Parser(prog="xiangpei", description="乡培通：离线花名册、二维码签到、课时和签名上报。")
    _globals(top, default=True)
    top.set_defaults(verb=node.desktop)
    verbs = top.add_subparsers(metavar="VERB")

    _verb(verbs, "desktop", node.desktop, "打开窗口")
    init = _verb(verbs, "init", node.init, "新建一份台账")
    init.add_argument("--name", required=True, help="培训点或电脑的名称")
    init.add_argument("--alg", choices=ALGORITHMS, default=ALGORITHMS[0], help="签名算法；sm2 需另装国密组件")
    init.add_argument("--signer", default="", metavar="F", help="签名钥匙在外部设备里：写明签名程序的设置文件")
    _enrol(verbs)
    _classes(verbs)
    _door(verbs)
    _sealed(verbs)
    _county(verbs)
    _verb(verbs, "status", node.status, "本机已记多少，县里已收多少")
    check = _verb(verbs, "check", node.check, "检查哈希链和数据表")
    check.add_argument("--repair", action="store_true", help="按变更流重建数据表")
    backup = _verb(verbs, "backup", node.backup, "备份台账")
    backup.add_argument("file", metavar="F")
    restore = _verb(verbs, "restore", node.restore, "从备份恢复到新的文件夹")
    restore.add_argument("file", metavar="F")
    restore.add_argument("--key", default="", metavar="FILE", help="钥匙文件（ledger.key）")
    _verb(verbs, "selftest", node.selftest, "检查这台电脑能不能用")
    return top


def _globals(target: argparse.ArgumentParser, *, default: bool) -> None:
    # Before or after the verb; a verb's own copy must not overwrite what stood before it.
    missing: Any = None if default else argparse.SUPPRESS
    target.add_argument("--data", metavar="DIR", default=missing, help="数据文件夹")
    target.add_argument(
        "--operator",
        metavar="NAME",
        default=missing,
        help="以这位值班人的名义；口令从环境变量 XIANGPEI_PIN 取，或在终端输入",
    )
    target.add_argument("--json", action="store_true", default=False if default else argparse.SUPPRESS, help="机器回答")


def _verb(verbs: Any, name: str, run: Verb, words: str) -> argparse.ArgumentParser:
    made: argparse.ArgumentParser = verbs.add_parser(name, help=words, description=words)
    _globals(made, default=False)
    made.set_defaults(verb=run)
    return made


def _group(verbs: Any, name: str, words: str) -> Any:
    made = verbs.add_parser(name, help=words, description=words)
    _globals(made, default=False)
    return made.add_subparsers(metavar="VERB", required=True)


def _enrol(verbs: Any) -> None:
    group = _group(verbs, "enrol", "向县里登记这台电脑")
    request = _verb(group, "request", node.enrol_request, "导出登记申请")
    request.add_argument("--to", required=True, metavar="F", help="名称以 .png 结尾就做成二维码图片")
    accept = _verb(group, "accept", node.enrol_accept, "导入县里的授权")
    accept.add_argument("files", nargs="+", metavar="F", help="授权文件，或它的二维码的图片（可以几张）")
    accept.add_argument("--preview", action="store_true", help="只看是哪个县的，先不接受")


def _classes(verbs: Any) -> None:
    _verb(_group(verbs, "course", "培训项目目录"), "list", classes.course_list, "列出培训项目")
    group = _group(verbs, "class", "班次")
    add = _verb(group, "add", classes.class_add, "新建班次")
    for name, meta in (("code", "C"), ("course", "K"), ("name", "N"), ("from", "D"), ("to", "D")):
        add.add_argument(f"--{name}", required=True, metavar=meta, dest=f"class_{name}")
    add.add_argument("--site", default="", help="培训点")
    _verb(group, "list", classes.class_list, "列出班次，和县里批复、退回、审核到哪一步")
    answer = _verb(group, "answer", review.answer, "答复县里的退回：看到了，或已补正")
    answer.add_argument("notice", metavar="RETURN", help="退回的编号（class list --json 里有）")
    answer.add_argument("--mended", action="store_true", help="要求补正的都补好了")
    answer.add_argument("--note", default="", metavar="N", help="补正说明")
    days = _group(verbs, "calendar", "县日历")
    _verb(days, "list", review.calendar_list, "列出停课日和调休上课日")
    posted = _group(verbs, "notice", "公示")
    _verb(posted, "list", notices.notice_list, "列出县里的公示：到哪天，找谁")

    group = _group(verbs, "roster", "花名册")
    take = _verb(group, "import", classes.roster_import, "导入花名册")
    take.add_argument("file", metavar="F")
    take.add_argument("--class", required=True, metavar="C", dest="class_name")
    take.add_argument("--preview", action="store_true", help="只看结果，不导入")
    export = _verb(group, "export", classes.roster_export, "导出花名册")
    export.add_argument("class_name", metavar="C")
    export.add_argument("--to", required=True, metavar="F.xlsx")
    leave = _verb(group, "withdraw", classes.roster_withdraw, "学员退班")
    leave.add_argument("--class", required=True, metavar="C", dest="class_name")
    leave.add_argument("--trainee", required=True, metavar="T")
    leave.add_argument("--reason", required=True, metavar="R")

    take = _verb(_group(verbs, "online", "线上学时"), "import", classes.online_import, "导入学习平台的导出表")
    take.add_argument("file", metavar="F")
    take.add_argument("--class", required=True, metavar="C", dest="class_name")
    take.add_argument("--preview", action="store_true", help="只看结果，不导入")

    group = _group(verbs, "lesson", "课次")
    add = _verb(group, "add", classes.lesson_add, "排一个课次")
    add.add_argument("--class", required=True, metavar="C", dest="class_name")
    for name, meta in (("date", "D"), ("start", "HH:MM"), ("end", "HH:MM"), ("hours", "H")):
        add.add_argument(f"--{name}", required=True, metavar=meta)
    add.add_argument("--kind", required=True, choices=("theory", "practice"))
    add.add_argument("--mode", default="onsite", choices=("onsite", "online"))
    add.add_argument("--teacher", default="", metavar="T")
    add.add_argument("--topic", required=True, metavar="T")
    listed = _verb(group, "list", classes.lesson_list, "列出课次")
    listed.add_argument("class_name", metavar="C")
    move = _verb(group, "move", classes.lesson_move, "课次改期")
    cut = _verb(group, "cut", classes.lesson_cut, "课次提前结束")
    cancel = _verb(group, "cancel", classes.lesson_cancel, "取消课次")
    edit = _verb(group, "edit", classes.lesson_edit, "修改还没有开始的课次")
    edit.add_argument("lesson", metavar="L")
    for name, meta in (("topic", "T"), ("teacher", "T"), ("hours", "H")):
        edit.add_argument(f"--{name}", metavar=meta)
    for verb in (move, cut, cancel):
        verb.add_argument("lesson", metavar="L")
        verb.add_argument("--reason", required=True, metavar="R")
    move.add_argument("--date", default="", metavar="D")
    move.add_argument("--start", default="", metavar="HH:MM")
    for verb in (move, cut):
        verb.add_argument("--end", default="", metavar="HH:MM")

    _teachers(_group(verbs, "teacher", "教师"))

    hours = _verb(verbs, "hours", classes.hours, "班次的课时")
    hours.add_argument("class_name", metavar="C")
    hours.add_argument("--teachers", action="store_true", help="教师的课时")
    _verb(verbs, "findings", classes.findings, "班次的问题线索").add_argument("class_name", metavar="C")
    paper = _verb(verbs, "print", classes.print_form, "打印成 PDF")
    paper.add_argument("form", metavar="FORM", help="roster cards sign-in timetable hours notice")
    paper.add_argument("--class", required=True, metavar="C", dest="class_name")
    paper.add_argument("--lesson", default="", metavar="L")
    paper.add_argument("--show-identity", action="store_true", help="花名册上印完整证件号")
    paper.add_argument("--to", required=True, metavar="F.pdf")


def _teachers(group: Any) -> None:
    listed = _verb(group, "list", teachers.teacher_list, "列出教师，和各人当年的课次")
    listed.add_argument("--year", type=int, default=0, metavar="YYYY", help="哪一年的课次，不写是今年")
    add = _verb(group, "add", teachers.teacher_add, "登记一位教师")
    add.add_argument("--name", required=True, metavar="N")
    change = _verb(group, "set", teachers.teacher_set, "修改教师的登记；没有写的不改，写成空的就去掉")
    change.add_argument("teacher", metavar="T", help="编号，或不重名的姓名")
    change.add_argument("--name", metavar="N")
    for verb in (add, change):
        verb.add_argument("--id-number", metavar="I", help="18 位证件号码")
        verb.add_argument("--employment", choices=("", *EMPLOYMENTS), help="专职、兼职，或不再任职")
        verb.add_argument("--since", metavar="D", help="从哪天起；不写：改了的从今天起；写成空的：一直如此")
        verb.add_argument("--certificate", metavar="C", help="资格证编号")


def _door(verbs: Any) -> None:
    reissue = _verb(_group(verbs, "card", "学员证"), "reissue", door.card_reissue, "补办学员证，旧证作废")
    reissue.add_argument("--class", required=True, metavar="C", dest="class_name")
    reissue.add_argument("--trainee", required=True, metavar="T")

    scan = _verb(verbs, "scan", door.scan, "刷卡：数字、图片或视频；- 从标准输入逐行读")
    scan.add_argument("--lesson", required=True, metavar="L")
    scan.add_argument("--kind", default="auto", choices=("auto", "in", "out"))
    scan.add_argument("inputs", nargs="+", metavar="INPUT")

    stamp = _verb(verbs, "stamp", door.stamp, "手工签到签退或补签")
    stamp.add_argument("--kind", required=True, choices=("in", "out"))
    stamp.add_argument("--time", default="", metavar="HH:MM")
    stamp.add_argument("--witness", default="", metavar="W")
    leave = _verb(verbs, "leave", door.leave, "请假，或撤销请假")
    for verb in (stamp, leave):
        verb.add_argument("--lesson", required=True, metavar="L")
        verb.add_argument("--trainee", required=True, metavar="T")
    leave.add_argument("--void", action="store_true", help="撤销登记过的请假")
    leave.add_argument("--reason", required=True, metavar="R")
    stamp.add_argument("--reason", default="", metavar="R", help="学员必须写；教师没有卡，不用写")
    void = _verb(verbs, "void", door.void, "作废一条签到")
    void.add_argument("stamp", metavar="STAMP")
    void.add_argument("--reason", required=True, metavar="R")
    void.add_argument("--witness", required=True, metavar="W")

    state = _verb(_group(verbs, "clock", "时间"), "state", door.clock_state, "说明现在的正确时间")
    state.add_argument("time", metavar="HH:MM:SS", help="也可写成“2026-11-21 09:30:00”")
    state.add_argument("--reason", required=True, metavar="R")

    group = _group(verbs, "operator", "值班人和口令（口令从标准输入读一行）")
    _verb(group, "list", operators.operator_list, "列出值班人")
    for name, run, words in (
        ("add", operators.operator_add, "添加值班人"),
        ("pin", operators.operator_pin, "为忘了口令的值班人重设"),
        ("retire", operators.operator_retire, "停用值班人"),
    ):
        _verb(group, name, run, words).add_argument("name", metavar="NAME")

    group = _group(verbs, "rollcall", "课中点名")
    draw = _verb(group, "draw", door.rollcall_draw, "抽人点名")
    draw.add_argument("--count", type=int, default=5, metavar="N")
    mark = _verb(group, "mark", door.rollcall_mark, "记下在不在")
    mark.add_argument("--trainee", required=True, metavar="T")
    mark.add_argument("--present", required=True, choices=("yes", "no"))
    anchor = _verb(verbs, "anchor", door.anchor, "存证码")
    anchor.add_argument("--lesson", default="", metavar="L")
    for verb in (draw, mark):
        verb.add_argument("--lesson", required=True, metavar="L")


def _sealed(verbs: Any) -> None:
    sync = _verb(verbs, "sync", sealed.sync, "上报")
    where = sync.add_mutually_exclusive_group()
    where.add_argument("--server", metavar="URL")
    where.add_argument("--folder", metavar="DIR")
    sync.add_argument("--proxy", metavar="URL", help="这一次经过的代理，none 为不用；不写就按本机的设置")
    listed = _verb(verbs, "changes", sealed.changes, "每条记录在哪里：本机、已送出、县里已收、拒收、暂存")
    listed.add_argument("--state", default="", metavar="S", help=" ".join(STATES))
    listed.add_argument("--feed", default="", metavar="FEED", help="只看一个变更流")
    listed.add_argument("--each", action="store_true", help="逐条列出")
    group = _group(verbs, "conflict", "两处改动不一致的内容")
    _verb(group, "list", sealed.conflict_list, "列出")
    settle = _verb(group, "settle", sealed.conflict_settle, "选定用哪一个")
    settle.add_argument("id", metavar="ID")
    for name in ("field", "change", "reason"):
        settle.add_argument(f"--{name}", required=True)
    verify = _verb(verbs, "verify", sealed.verify, "验证签名文件")
    verify.add_argument("file", metavar="F")
    verify.add_argument("--key", metavar="HEX", default="", help="公钥（十六进制）；不写就用本机信任的")
    unseal = _verb(verbs, "unseal", sealed.unseal, "打开加密的批次，取出签名信封")
    unseal.add_argument("file", metavar="F")
    unseal.add_argument("--to", required=True, metavar="F")


def _county(verbs: Any) -> None:
    group = _group(verbs, "county", "县级服务")
    init = _verb(group, "init", county.init, "新建县级数据")
    init.add_argument("--name", required=True, metavar="N")
    serve = _verb(group, "serve", county.serve, "启动县级服务")
    serve.add_argument("--host", default="127.0.0.1", help="默认只在本机开放")
    serve.add_argument("--port", type=int, default=8700, metavar="P")
    serve.add_argument("--database", default="", metavar="URL")
    serve.add_argument("--tls", action="store_true", help="加密（https），证书自动生成，放在数据文件夹里")
    serve.add_argument("--certificate", default="", metavar="F", help="用这个证书加密（PEM，连同证书链）")
    serve.add_argument("--key", default="", metavar="F", help="证书的密钥（PEM，不带密码）")
    address = _verb(group, "address", county.address, "发布县级服务的地址和证书指纹，各电脑随后自动得知")
    address.add_argument("--url", action="append", default=[], metavar="URL", help="可写几个，最好的在前；不写就只看")
    address.add_argument(
        "--pin", action="append", default=[], metavar="PIN", help="证书公钥的指纹或证书文件；换证书时新旧都写上"
    )
    address.add_argument("--trusted", action="store_true", help="证书是电脑都认识的，不用指纹")
    enrol = _verb(group, "enrol", county.enrol, "为一台电脑签发授权")
    enrol.add_argument("files", nargs="+", metavar="F", help="登记申请文件，或它的二维码的图片（可以几张）")
    enrol.add_argument("--institution", required=True, metavar="I")
    enrol.add_argument("--days", type=int, metavar="N", help="证书有效多少天，不写是 400")
    enrol.add_argument("--to", required=True, metavar="F")
    enrol.add_argument("--codes", default="", metavar="F.png", help="另把授权做成二维码图片，给没有U盘和网络的电脑扫")
    take = _verb(group, "import", county.import_files, "收U盘里的批次，放回回执")
    take.add_argument("paths", nargs="+", metavar="PATH")
    take.add_argument("--receipts", required=True, metavar="DIR")
    accept = _verb(group, "accept-branch", county.accept_branch, "认可分叉的变更流的另一支")
    accept.add_argument("sha256", metavar="SHA256", help="暂存文件的编号（county findings 里有）")
    accept.add_argument("--reason", required=True, metavar="R")
    accept = _verb(group, "accept-clock", county.accept_clock, "认可时钟快太多的电脑送来的记录")
    accept.add_argument("sha256", metavar="SHA256", help="暂存文件的编号（county findings 里有）")
    accept.add_argument("--reason", required=True, metavar="R")
    _verb(group, "rotate", county.rotate, "更换县里的密钥，由旧密钥签字")
    revoke = _verb(group, "revoke", county.revoke, "注销一台电脑")
    revoke.add_argument("device", metavar="D", help="名称、变更流、指纹或密钥编号")
    revoke.add_argument("--last", type=int, required=True, metavar="N", help="最后认可到第几条")
    revoke.add_argument("--reason", required=True, metavar="R")
    recover = _verb(group, "recover", county.recover, "取出一台电脑托管的台账钥匙")
    recover.add_argument("device", metavar="D", help="名称、变更流、指纹或密钥编号")
    recover.add_argument("--to", required=True, metavar="F")
    key = _verb(group, "key", county.key, "把县里自己的钥匙存成文件，锁进保险柜")
    key.add_argument("--to", required=True, metavar="F")
    people = _group(group, "account", "控制台的账号")
    _verb(people, "list", county.account_list, "列出账号")
    for name, run, words in (
        ("add", county.account_add, "添加账号，密码只显示一次"),
        ("reset", county.account_reset, "为忘了密码的人重设，密码只显示一次"),
        ("remove", county.account_remove, "删除账号"),
    ):
        _verb(people, name, run, words).add_argument("name", metavar="NAME")
    _review(group)
    _callbacks(group)
    _verb(group, "findings", county.findings, "问题线索")
    month = _verb(_group(group, "report", "报表"), "month", county.report_month, "月报")
    month.add_argument("month", metavar="YYYY-MM")
    month.add_argument("--to", required=True, metavar="F.xlsx")
    anchor = _verb(group, "anchor", county.anchor, "登记收到的存证码")
    anchor.add_argument("code", metavar="CODE")
    anchor.add_argument("--channel", required=True, metavar="X", help="怎么收到的：短信、微信、电话……")
    anchor.add_argument("--time", required=True, metavar="T", help="何时收到，例如 2026-11-21T17:05")
    hours = _verb(group, "hours", classes.hours, "按县里收到的记录计算课时")
    hours.add_argument("class_name", metavar="C")
    hours.add_argument("--teachers", action="store_true", help="教师的课时")


def _review(group: Any) -> None:
    listed = _verb(group, "classes", review.classes, "各班次批复、退回、审核到哪一步")
    listed.add_argument("--state", default="", choices=("", *decisions.STATES), help=" ".join(decisions.STATES))
    approve = _verb(group, "approve", review.approve, "开班批复")
    approve.add_argument("--paper", default="", metavar="NO", help="文号")
    approve.add_argument("--hours", default="", metavar="H", help="批准的课时")
    approve.add_argument("--people", type=int, default=0, metavar="N", help="批准的人数")
    approve.add_argument("--conditions", default="", metavar="C", help="有条件同意的，写明条件")
    back = _verb(group, "return", review.send_back, "退回，要求补正")
    back.add_argument("--reason", action="append", required=True, metavar="R", help="可写几条")
    back.add_argument("--stage", default="process", choices=tuple(decisions.STAGES), help="在哪个环节退回")
    back.add_argument("--subject", default="", metavar="ID", help="只退回一个课次或一名学员的，写它的编号")
    back.add_argument("--until", default="", metavar="D", help="请在哪天之前补正")
    verdict = _verb(group, "verdict", review.verdict, "审核结论")
    verdict.add_argument("--outcome", required=True, choices=tuple(decisions.OUTCOMES), help="通过、核减、不通过")
    for name, words in (
        ("trainee", "只对一名学员的，写编号或证件号"),
        ("hours", "认定的课时"),
        ("amount", "认定的金额（元）"),
        ("rule", "依据的规则"),
        ("clause", "依据的条款"),
        ("note", "说明"),
    ):
        verdict.add_argument(f"--{name}", default="", help=words)
    for verb in (approve, back, verdict):
        verb.add_argument("class_name", metavar="CLASS")
    days = _group(group, "calendar", "县日历")
    add = _verb(days, "add", review.calendar_add, "写进县日历")
    add.add_argument("--date", required=True, metavar="D")
    add.add_argument("--to", default="", metavar="D", help="连续几天的，到哪天为止")
    add.add_argument("--kind", required=True, choices=(*calendar.KINDS, "none"), help="停课、调休上课、取消")
    add.add_argument("--name", default="", metavar="N", help="是什么日子")
    add.add_argument("--clause", default="", metavar="C", help="依据哪份文件")
    _verb(days, "list", review.calendar_list, "列出停课日和调休上课日")
    posted = _group(group, "notice", "公示")
    post = _verb(posted, "post", notices.notice_post, "公示一个审核过的班；不写的照上次公示的，写成空的就去掉")
    post.add_argument("class_name", metavar="CLASS")
    post.add_argument("--from", required=True, metavar="D", dest="first", help="从哪天起")
    for name, words in (("office", "受理部门"), ("address", "地址"), ("postcode", "邮编"), ("phone", "电话")):
        post.add_argument(f"--{name}", help=words)
    _verb(posted, "list", notices.notice_list, "列出公示")


def _callbacks(group: Any) -> None:
    group = _group(group, "callback", "电话回访")
    draw = _verb(group, "draw", callbacks.draw, "班次结束以后抽人：抽谁由县里的签名决定，谁也不能挑")
    listed = _verb(group, "list", callbacks.listed, "要打给谁、问什么、打得怎么样")
    record = _verb(group, "record", callbacks.record, "记下一次回访的结果")
    for verb in (draw, listed, record):
        verb.add_argument("class_name", metavar="CLASS")
    record.add_argument("--trainee", required=True, metavar="T", help="名单里写着的编号，或身份证号")
    words = "、".join(f"{one} {word}" for one, word in OUTCOMES.items())
    record.add_argument("--outcome", required=True, choices=tuple(OUTCOMES), help=words)
    record.add_argument("--note", default="", metavar="N", help="本人怎么说的")
