"""The fonts that every rare name needs come with the program: a village machine may have no Chinese font at all."""

from pathlib import Path

from PySide6.QtGui import QFont, QFontDatabase

import resources

FAMILIES = ["Noto Sans SC", "HanaMinB"]
_FOLDER = Path(resources.__file__).parent / "fonts"
_FILES = ("NotoSansSC-Regular.otf", "HanaMinB.ttf")


def load_fonts() -> None:
    for name in _FILES:
        if QFontDatabase.addApplicationFont(str(_FOLDER / name)) == -1:
            raise FileNotFoundError(_FOLDER / name)


def app_font(pixels: int) -> QFont:
    """HanaMinB has the characters beyond the Basic Plane that Noto lacks; Qt mixes the two by character."""
    font = QFont()
    font.setFamilies(FAMILIES)
    font.setPixelSize(pixels)
    return font
