"""What a conflict is about, in words: whose field it is, and each value as a screen may show it."""

from typing import Any

from sync.jobs import moment
from sync.jobs.classes import plain
from sync.ledger.ledger import Ledger
from sync.training import identity

SUBJECTS = {
    "institution": "培训机构",
    "course": "培训项目",
    "class": "班次",
    "trainee": "学员",
    "enrollment": "报名",
    "teacher": "教师",
    "operator": "值班人",
    "lesson": "课次",
}
FIELDS = {
    "name": "名称",
    "id_number": "证件号码",
    "phone": "电话",
    "sex": "性别",
    "ethnicity": "民族",
    "education": "文化程度",
    "category": "人员类别",
    "hukou": "户籍地址",
    "address": "住址",
    "more": "其他栏",
    "code": "编号",
    "course": "培训项目",
    "level": "等级",
    "date_from": "开班日期",
    "date_to": "结束日期",
    "site": "培训点",
    "training_class": "班次",
    "trainee": "学员",
    "status": "报名状态",
    "card": "学员证号",
    "teacher": "教师",
    "certificate": "资格证编号",
    "active": "是否在用",
    "start": "上课时间",
    "end": "下课时间",
    "cut_end": "提前结束的时间",
    "cancelled": "是否取消",
    "hours": "课时",
    "subsidy": "补贴标准",
    "kind": "课程类型",
    "mode": "授课方式",
    "topic": "课程内容",
}
_NAMED = {
    "teacher": "SELECT name FROM teachers WHERE id = ?",
    "course": "SELECT name FROM courses WHERE id = ?",
    "trainee": "SELECT name FROM trainees WHERE id = ?",
    "training_class": "SELECT coalesce(code, name) FROM classes WHERE id = ?",
}
_WORDS = {
    "enrolled": "在班",
    "withdrawn": "已退班",
    "theory": "理论",
    "practice": "实操",
    "onsite": "线下",
    "online": "线上",
    True: "是",
    False: "否",
}
_SUBJECT = {
    "course": "SELECT name FROM courses WHERE id = ?",
    "institution": "SELECT name FROM institutions WHERE id = ?",
    "class": "SELECT coalesce(code, '') || ' ' || coalesce(name, '') FROM classes WHERE id = ?",
    "trainee": "SELECT name FROM trainees WHERE id = ?",
    "teacher": "SELECT name FROM teachers WHERE id = ?",
    "operator": "SELECT name FROM operators WHERE id = ?",
    "enrollment": "SELECT t.name || '（' || c.code || '）' FROM enrollments e JOIN trainees t ON t.id = e.trainee"
    " JOIN classes c ON c.id = e.training_class WHERE e.id = ?",
    "lesson": "SELECT c.code || ' ' || coalesce(l.topic, '') FROM lessons l JOIN classes c ON c.id = l.training_class"
    " WHERE l.id = ?",
}


def label_of(entity: str, field: str) -> str:
    """What people call the field."""
    if field == "name" and entity in ("trainee", "teacher", "operator"):
        return "姓名"
    return FIELDS.get(field, field)


def subject_of(ledger: Ledger, entity: str, entity_id: str) -> str:
    """Whose field it is, by the name that is shown now."""
    sql = _SUBJECT.get(entity)
    row = ledger.conn.execute(sql, (entity_id,)).fetchone() if sql else None
    return str(row[0] or "") if row else ""


def value_words(ledger: Ledger, field: str, value: Any) -> str:
    """A value for the screen: ids as names, instants as times, identity numbers masked."""
    if value is None or value == "":
        return "（空）"
    if field in _NAMED:
        row = ledger.conn.execute(_NAMED[field], (value,)).fetchone()
        return str(row[0]) if row and row[0] else str(value)
    if field == "id_number":
        return identity.mask(str(value))
    if field in ("start", "end", "cut_end"):
        return moment.iso(value)[:16].replace("T", " ")
    if field == "hours":
        return f"{plain(value)} 课时"
    if field == "subsidy":
        return f"{value / 100:g} 元"
    if isinstance(value, dict):
        return "，".join(f"{heading}：{text}" for heading, text in value.items())
    return _WORDS.get(value, str(value)) if isinstance(value, (bool, str)) else str(value)
