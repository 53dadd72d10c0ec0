"""登记学员: somebody who came without being on the list."""

from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QWidget

from desktop.shell.form import FormDialog, needed
from desktop.shell.page import Shell
from sync.errors import BadInput
from sync.jobs import moment
from sync.jobs.eligibility import remarks
from sync.jobs.rosters import enrol_one, late_enrolment
from sync.sheets.cells import is_phone, text, tidy_number, tidy_phone
from sync.sheets.roster import REASONS, Entry
from sync.training import identity
from sync.training.naming import tidy_name

LENGTH = 18
CATEGORIES = ("农村转移就业劳动者", "脱贫劳动力", "城镇登记失业人员", "高校毕业生", "企业职工", "其他")


class WalkInForm(FormDialog):
    """One person into a class; the number is judged while it is typed. `enrolled` has the trainee's id."""

    enrolled = Signal(str)

    def __init__(self, parent: QWidget, shell: Shell) -> None:
        super().__init__(parent, "登记学员", "登记入班")
        self._shell = shell
        self._class_id = ""
        self.name, self.number, self.phone, self.address = QLineEdit(), QLineEdit(), QLineEdit(), QLineEdit()
        self.name.setPlaceholderText("与身份证一致；少数民族姓名中间用“·”")
        self.number.setPlaceholderText("18 位")
        self.number.setInputMethodHints(Qt.InputMethodHint.ImhPreferNumbers | Qt.InputMethodHint.ImhNoPredictiveText)
        self.phone.setInputMethodHints(Qt.InputMethodHint.ImhDialableCharactersOnly)
        self.category = QComboBox()
        self.category.setEditable(True)
        self.category.addItems(CATEGORIES)
        self.category.setCurrentIndex(-1)
        self.late = QLabel()
        self.late.setObjectName("fieldError")
        self.late.setWordWrap(True)
        self.layout_of_fields.addRow(self.late)
        self.row("姓名", self.name, needed(self.name, "请填写姓名。"))
        self.row("身份证号", self.number, self._number_problem)
        self.row("联系电话", self.phone)
        self.row("人员类别", self.category)
        self.row("家庭住址", self.address)
        self.number.textEdited.connect(self._typed)
        self.phone.editingFinished.connect(self._phone_left)

    def open_for(self, class_id: str) -> None:
        self._class_id = class_id
        self.late.setText(late_enrolment(self._shell.ledger, class_id))
        self.late.setVisible(bool(self.late.text()))
        self.open()

    def save(self) -> None:
        number = tidy_number(text(self.number.text()))
        more = {"sex": identity.sex(number)}
        if category := self.category.currentText().strip():
            more["category"] = category
        if address := self.address.text().strip():
            more["address"] = address
        name = tidy_name(self.name.text())
        if not name:
            raise BadInput("请填写姓名。")
        entry = Entry(0, name, number, tidy_phone(self.phone.text().strip()), more)
        trainee = enrol_one(self._shell.ledger, self._class_id, entry)
        self._shell.messages.info(f"已登记 {name} 入班，学员证可以到“打印”页打印。")
        self._shell.did("trainee", "enrollment")
        self.enrolled.emit(trainee)

    def _number_problem(self) -> str:
        number = tidy_number(text(self.number.text()))
        problem = identity.problem(number, self._today())
        return "" if problem is None else f"{REASONS[problem]}。"

    def _typed(self, typed: str) -> None:
        number = tidy_number(text(typed))
        if len(number) < LENGTH:
            self.say(self.number, f"还差 {LENGTH - len(number)} 位" if number else "", wrong=False)
            return
        problem = identity.problem(number, self._today())
        if problem is not None:
            self.say(self.number, f"{REASONS[problem]}。", wrong=True)
        else:
            self.say(self.number, self._remark(number), wrong=False)

    def _remark(self, number: str) -> str:
        """What a sound number says, and who bears it already."""
        born = identity.birth_date(number)
        words = f"号码正确：{identity.sex(number)}，{born.year if born else ''} 年生。"
        row = self._shell.ledger.conn.execute(
            "SELECT name FROM trainees WHERE id_number = ? LIMIT 1", (number,)
        ).fetchone()
        if row and row[0] != tidy_name(self.name.text()):
            words += f"这个号码登记过，姓名是“{row[0]}”；登记后将改为本次填写的姓名，请核对。"
        size, odd = remarks(self._shell.ledger, self._class_id, [number])
        words += odd.get(number, "") + size
        if not identity.area_known(number):
            words += "开头不是已知的省份代码，请对照证件。"
        return words

    def _phone_left(self) -> None:
        phone = tidy_phone(self.phone.text().strip())
        self.say(self.phone, "" if not phone or is_phone(phone) else "不像电话号码，请核对。", wrong=False)

    def _today(self) -> date:
        return moment.day_of(moment.now(self._shell.ledger).at)
