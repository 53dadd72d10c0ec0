"""A paper of enrolment out of what people hand over: its file, or pictures of its QR codes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from sync.carry.folder import read_file
from sync.errors import BadInput, Refused
from sync.reading.reader import read_sheet
from sync.seal.parts import Collection

PICTURES = (".png", ".jpg", ".jpeg", ".bmp")
_PICTURES = (b"\x89PNG", b"\xff\xd8", b"BM")
"""How their contents begin, whatever their names are: phones and chat programs rename."""


def read_paper(paths: Sequence[Path]) -> bytes:
    """The paper in one file, or in any number of pictures. Raises CarrierError and what `paper_of` says."""
    return paper_of([(path.name, read_file(path)) for path in paths])


def paper_of(files: Sequence[tuple[str, bytes]]) -> bytes:
    """The same for files in hand, as (name, contents).

    Raises BadInput for pictures without a code, of which one is broken, or which leave parts out (missing-parts);
    Refused for damaged parts and for parts of two papers.
    """
    if len(files) == 1 and not files[0][1].startswith(_PICTURES):
        return files[0][1]
    collection = Collection()
    for name, text in _codes(files):
        try:
            collection.add(text)
        except Refused as error:
            raise Refused(f"{name}：{error.message}", error.reason) from error
    if collection.paper is None:
        raise BadInput(missing_words(collection), "missing-parts")
    return collection.paper


def _codes(files: Sequence[tuple[str, bytes]]) -> Iterator[tuple[str, str]]:
    """Every code of ours in the pictures; a stranger's beside them is passed over."""
    for name, data in files:
        if not data.startswith(_PICTURES):
            raise BadInput(f"{name} 不是图片。请只选一个文件，或者只选二维码的图片。")
        texts = read_sheet(data, name)
        ours = [text for text in texts if text.startswith("XP")]
        if not ours:
            found = "里面的二维码不是登记用的" if texts else "里面没有找到二维码"
            raise BadInput(f"{name}：{found}。请把二维码拍得大一些、正一些、清楚一些再试。", "no-code")
        yield from ((name, text) for text in ours)


def missing_words(collection: Collection) -> str:
    """Which codes are still to come."""
    listed = "、".join(str(number) for number in collection.missing)
    return f"还缺第 {listed} 张二维码（共 {collection.count} 张）。请把缺的也拍下来，一起选上。"
