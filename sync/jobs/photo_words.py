"""What window and command line say of photos on their way."""

from typing import TYPE_CHECKING

from sync.carry.photo_stick import StickPhotos
from sync.carry.standing import Counts

if TYPE_CHECKING:
    # HTTP takes half a second to import.
    from sync.carry.photos import PhotoSync


def count_words(now: Counts) -> str:
    """Empty where no photo was taken."""
    if not now.taken:
        return ""
    said = f"照片：已拍 {now.taken} 张，县里已收 {now.delivered} 张"
    said += f"，待传 {now.waiting} 张" if now.waiting else ""
    said += f"，{now.missing} 张在本机找不到了，县里也没有" if now.missing else ""
    return f"{said}。"


def http_words(done: "PhotoSync") -> list[str]:
    said = []
    if done.sent:
        said.append(f"照片送达 {done.sent} 张，县里已签收。")
    if done.received:
        said.append(f"从县里取回照片 {done.received} 张。")
    return [*said, *_problems(done.refused, done.missing, done.trouble)]


def stick_words(done: StickPhotos) -> list[str]:
    said = []
    if done.written:
        said.append(f"照片写到U盘 {done.written} 张。")
    if done.left:
        said.append(f"U盘空间不够，还有 {done.left} 张照片没有写上：清出空间，或等县里收下这一批后再写一次。")
    if done.received:
        said.append(f"从U盘取回照片 {done.received} 张。")
    return [*said, *_problems(done.refused, done.missing, done.trouble)]


def _problems(refused: list[dict[str, str]], missing: int, trouble: str) -> list[str]:
    said = []
    if refused:
        said.append(f"有 {len(refused)} 张照片没有收下：{refused[0]['message']}")
    if missing:
        said.append(f"有 {missing} 张照片在本机找不到或已损坏，县里也没有；记录不受影响。如有备份，可从备份里恢复。")
    if trouble:
        said.append(f"照片这次没有传完：{trouble}")
    return said
