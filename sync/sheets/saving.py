"""Where sheets are written."""

from pathlib import Path

from sync.errors import BadInput
from sync.ledger.outputs import save

__all__ = ["must_be_xlsx", "save"]


def must_be_xlsx(path: Path) -> None:
    """Raises BadInput for a name that promises another kind of file than we write."""
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"只能导出为 Excel 表格，文件名要以 .xlsx 结尾：{path.name}。", "not-xlsx")
