"""The `xiangpei` command: the window for no verb or `desktop`, the command line for every other verb."""

import sys


def main() -> int:
    """Answers the exit code. Qt is imported only for the window, so that verbs start quickly."""
    # A village machine's console may not speak UTF-8; answers always do.
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    if sys.stdin is not None and hasattr(sys.stdin, "reconfigure"):
        # A scanner's stray byte spoils its own line only.
        sys.stdin.reconfigure(encoding="utf-8", errors="replace")
    from sync.cli.main import run
    from sync.cli.parser import Window

    # The two things that only Qt can do are handed to the command line from here; sync never imports Qt.
    return run(sys.argv[1:], Window(open=_open_window, read_video=_read_video, selftest=_selftest))


def _open_window(folder: str) -> int:
    from desktop.app import run

    return run(folder)


def _read_video(path: str) -> list[str]:
    from desktop.checkin.video import read_video

    return read_video(path)


def _selftest() -> dict[str, object]:
    from desktop.selftest import run

    return run()


if __name__ == "__main__":
    sys.exit(main())
