"""How the window looks: large calm text for old laptops in bright rooms, and a theme of high contrast."""

from dataclasses import dataclass

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from desktop.shell.fonts import app_font
from desktop.shell.settings import ThemeName


@dataclass(frozen=True, slots=True)
class Colours:
    """Each pair of text and ground that is used together has a contrast of 4.5 or more; 7 in the contrast theme."""

    ground: str
    sheet: str
    ink: str
    quiet: str
    line: str
    accent: str
    on_accent: str
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    nav: str
    on_nav: str


CALM = Colours(
    ground="#f4f3ee", sheet="#ffffff", ink="#20282c", quiet="#5a646a", line="#d3d2ca",
    accent="#1c6b5a", on_accent="#ffffff", accent_soft="#dcebe5",
    good="#1d6b34", good_soft="#e1f0e3", warn="#7a4d00", warn_soft="#fbefd2", bad="#a3261c", bad_soft="#fbe3df",
    nav="#24403a", on_nav="#e9f1ee",
)  # fmt: skip
CONTRAST = Colours(
    ground="#ffffff", sheet="#ffffff", ink="#000000", quiet="#2b2b2b", line="#000000",
    accent="#00337f", on_accent="#ffffff", accent_soft="#cfe0ff",
    good="#004d1a", good_soft="#ffffff", warn="#5c3200", warn_soft="#fff4c2", bad="#8a0000", bad_soft="#ffffff",
    nav="#000000", on_nav="#ffffff",
)  # fmt: skip
THEMES: dict[ThemeName, Colours] = {"calm": CALM, "contrast": CONTRAST}


def colours(name: ThemeName) -> Colours:
    """For what is painted by hand."""
    return THEMES[name]


def apply(app: QApplication, name: ThemeName, pixels: int) -> None:
    """Sets style, palette, font and style sheet of the whole application."""
    chosen = THEMES[name]
    app.setStyle("Fusion")
    app.setPalette(_palette(chosen))
    app.setFont(app_font(pixels))
    app.setStyleSheet(_sheet(chosen, pixels))


def _palette(c: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, colour in (
        (role.Window, c.ground), (role.WindowText, c.ink), (role.Base, c.sheet), (role.AlternateBase, c.ground),
        (role.Text, c.ink), (role.Button, c.sheet), (role.ButtonText, c.ink), (role.Highlight, c.accent),
        (role.HighlightedText, c.on_accent), (role.PlaceholderText, c.quiet), (role.ToolTipBase, c.sheet),
        (role.ToolTipText, c.ink), (role.Link, c.accent), (role.Mid, c.line), (role.Accent, c.accent),
    ):  # fmt: skip
        palette.setColor(which, QColor(colour))
    for which in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(c.quiet))
    return palette


def _sheet(c: Colours, pixels: int) -> str:
    big, title, small = round(pixels * 1.25), round(pixels * 1.5), round(pixels * 0.9)
    pad = round(pixels * 0.4)
    return f"""
QFrame#nav {{ background: {c.nav}; }}
QFrame#nav QPushButton {{
    background: transparent; color: {c.on_nav}; border: none; border-left: 4px solid transparent;
    text-align: left; padding: {pad + 4}px {pad + 6}px; font-size: {big}px; border-radius: 0;
}}
QFrame#nav QPushButton:hover {{ background: rgba(255, 255, 255, 28); }}
QFrame#nav QPushButton:checked {{ background: {c.ground}; color: {c.ink}; border-left-color: {c.accent}; }}
QFrame#nav QPushButton:focus {{ border: 2px solid {c.on_nav}; }}
QFrame#nav QPushButton#small {{ font-size: {small}px; padding: {pad - 2}px {pad + 6}px; }}
QFrame#nav QLabel {{ color: {c.on_nav}; font-size: {big}px; font-weight: bold; padding: {pad + 4}px; }}
QLabel#title {{ font-size: {title}px; font-weight: bold; }}
QLabel#subtitle, QLabel#hint, QLabel[quiet="true"] {{ color: {c.quiet}; }}
QLabel#fieldError {{ color: {c.bad}; }}
QLabel#fieldGood {{ color: {c.good}; }}
QLabel#big {{ font-size: {big}px; font-weight: bold; }}
QLabel#figure {{ font-size: {title + pad * 2}px; font-weight: bold; }}
QPushButton {{
    background: {c.sheet}; color: {c.ink}; border: 1px solid {c.line}; border-radius: 5px;
    padding: {pad}px {pad * 2}px;
}}
QPushButton:hover {{ border-color: {c.accent}; }}
QPushButton:pressed {{ background: {c.accent_soft}; }}
QPushButton:checked {{ background: {c.ink}; color: {c.sheet}; border-color: {c.ink}; font-weight: bold; }}
QPushButton:focus {{ border: 2px solid {c.accent}; padding: {pad - 1}px {pad * 2 - 1}px; }}
QPushButton:disabled {{ color: {c.quiet}; background: {c.ground}; }}
QPushButton#primary {{ background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-weight: bold; }}
QPushButton#primary:focus {{ border: 2px solid {c.ink}; }}
QPushButton#primary:disabled {{ background: {c.ground}; color: {c.quiet}; border-color: {c.line}; }}
QPushButton#huge {{
    background: {c.accent}; color: {c.on_accent}; border-color: {c.accent}; font-size: {big}px; font-weight: bold;
    padding: {pad * 2}px {pad * 4}px;
}}
QPushButton#huge:focus {{ border: 2px solid {c.ink}; }}
QPushButton#link {{ background: transparent; border: none; color: {c.accent}; text-decoration: underline; }}
QPushButton#link:focus {{ border: 2px solid {c.accent}; }}
QLineEdit, QPlainTextEdit {{
    background: {c.sheet}; color: {c.ink}; border: 1px solid {c.line}; border-radius: 5px; padding: {pad - 1}px {pad}px;
    selection-background-color: {c.accent}; selection-color: {c.on_accent};
    placeholder-text-color: {c.quiet};
}}
QLineEdit:focus, QPlainTextEdit:focus {{ border: 2px solid {c.accent}; padding: {pad - 2}px {pad - 1}px; }}
QLineEdit[wrong="true"] {{ border: 2px solid {c.bad}; }}
QComboBox QLineEdit, QAbstractSpinBox QLineEdit, QComboBox QLineEdit:focus, QAbstractSpinBox QLineEdit:focus {{
    border: none; padding: 0; background: transparent;
}}
QTableView, QListView {{
    background: {c.sheet}; alternate-background-color: {c.ground}; border: 1px solid {c.line};
    gridline-color: {c.line}; selection-background-color: {c.accent_soft}; selection-color: {c.ink};
}}
QTableView::item {{ padding: 0 6px; }}
QTableView::item:selected {{ background: {c.accent_soft}; color: {c.ink}; }}
QTableView {{ outline: 0; }}
QTableView:focus, QListView:focus {{ border: 2px solid {c.accent}; }}
QHeaderView::section {{
    background: {c.ground}; color: {c.ink}; border: none; border-bottom: 1px solid {c.line};
    border-right: 1px solid {c.line}; padding: {pad}px; font-weight: bold;
}}
QTableCornerButton::section {{
    background: {c.ground}; border: none; border-bottom: 1px solid {c.line}; border-right: 1px solid {c.line};
}}
QLabel#corner {{ font-weight: bold; }}
QFrame#card {{ background: {c.sheet}; border: 1px solid {c.line}; border-radius: 8px; }}
QFrame#notice {{ background: {c.warn_soft}; border: 1px solid {c.warn}; border-radius: 6px; }}
QFrame#notice QLabel {{ color: {c.warn}; }}
QFrame#banner {{ border-radius: 6px; border: 1px solid {c.line}; background: {c.sheet}; }}
QFrame#banner[level="info"] {{ background: {c.good_soft}; border-color: {c.good}; }}
QFrame#banner[level="info"] QLabel {{ color: {c.good}; }}
QFrame#banner[level="warning"] {{ background: {c.warn_soft}; border-color: {c.warn}; }}
QFrame#banner[level="warning"] QLabel {{ color: {c.warn}; }}
QFrame#banner[level="error"] {{ background: {c.bad_soft}; border-color: {c.bad}; }}
QFrame#banner[level="error"] QLabel {{ color: {c.bad}; }}
QFrame#banner[level="question"] {{ background: {c.accent_soft}; border-color: {c.accent}; }}
QLabel#bannerSign {{ font-size: {big}px; font-weight: bold; }}
QTabWidget::pane {{ border: 1px solid {c.line}; background: {c.sheet}; }}
QTabBar::tab {{
    background: {c.ground}; color: {c.ink}; border: 1px solid {c.line}; padding: {pad}px {pad * 2}px;
    border-bottom: none;
}}
QTabBar::tab:selected {{ background: {c.sheet}; color: {c.accent}; font-weight: bold; }}
QTabBar::tab:focus {{ border: 2px solid {c.accent}; }}
QStatusBar {{ background: {c.sheet}; border-top: 1px solid {c.line}; }}
QStatusBar QLabel {{ color: {c.ink}; padding: 2px 8px; }}
QPushButton#doubt {{ color: {c.warn}; font-weight: bold; border: none; padding: 2px 8px; }}
QStatusBar::item {{ border: none; }}
QProgressBar {{ border: 1px solid {c.line}; border-radius: 5px; text-align: center; background: {c.ground}; }}
QProgressBar::chunk {{ background: {c.accent_soft}; }}
QToolTip {{ background: {c.sheet}; color: {c.ink}; border: 1px solid {c.line}; padding: 4px; }}
QMenu {{ background: {c.sheet}; color: {c.ink}; border: 1px solid {c.line}; }}
QMenu::item {{ padding: {pad}px {pad * 3}px; }}
QMenu::item:selected {{ background: {c.accent_soft}; color: {c.ink}; }}
"""
