"""How resources/sounds/*.wav were made: `.venv/bin/python -m desktop.checkin.tones`. Run again only to replace them.

Told apart by pitch and by rhythm, so that nobody has to look up: in rises, out falls, again is two equal knocks, no
is long and low.
"""

import math
import struct
import wave
from pathlib import Path

import resources

FOLDER = Path(resources.__file__).parent / "sounds"
RATE = 22_050
FADE = 0.008
LOUD = 0.6

# Each note: hertz (0 is silence) and seconds.
TONES: dict[str, list[tuple[float, float]]] = {
    "in": [(880, 0.09), (1320, 0.16)],
    "out": [(1320, 0.09), (880, 0.16)],
    "again": [(660, 0.07), (0, 0.06), (660, 0.07)],
    "no": [(196, 0.42)],
}


def samples(notes: list[tuple[float, float]]) -> list[int]:
    made: list[int] = []
    for hertz, seconds in notes:
        count = int(seconds * RATE)
        for n in range(count):
            # Faded at both ends, or a loudspeaker clicks; the third harmonic carries through a noisy room.
            edge = min(1.0, n / RATE / FADE, (count - n) / RATE / FADE)
            turn = 2 * math.pi * hertz * n / RATE
            made.append(int(32767 * LOUD * edge * (0.75 * math.sin(turn) + 0.25 * math.sin(3 * turn))))
    return made


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, notes in TONES.items():
        found = samples(notes)
        with wave.open(str(FOLDER / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes(struct.pack(f"<{len(found)}h", *found))


if __name__ == "__main__":
    main()
