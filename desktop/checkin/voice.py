"""The name, spoken, where this computer has a Chinese voice; silent everywhere else."""

from PySide6.QtCore import QLocale, QObject

MUTE_ENGINES = frozenset({"mock"})


class Voice(QObject):
    """Loaded when the page is first shown. `say` interrupts what is being said: the queue goes on."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._speech = self._load()

    @property
    def speaks(self) -> bool:
        return self._speech is not None

    def say(self, name: str) -> None:
        if self._speech is not None and name:
            self._speech.stop()
            self._speech.say(name)

    def _load(self):  # type: ignore[no-untyped-def]  # the module may be missing
        try:
            from PySide6.QtTextToSpeech import QTextToSpeech
        except ImportError:
            return None
        for engine in QTextToSpeech.availableEngines():
            if engine in MUTE_ENGINES:
                continue
            speech = QTextToSpeech(engine, self)
            chinese = [one for one in speech.availableLocales() if one.language() == QLocale.Language.Chinese]
            if chinese:
                # Of several the one of the mainland, if there is one.
                speech.setLocale(next((one for one in chinese if one.territory() == QLocale.Country.China), chinese[0]))
                return speech
            speech.deleteLater()
        return None
