"""Packs the tested bundle as a Debian package: /opt/xiangpei, a command, a menu entry and its icon."""

import shutil
import subprocess
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ICON = ROOT / "resources" / "icons" / "xiangpei.svg"

# The bundle carries Qt's libraries; these belong to the machine's own graphics and C library.
DEPENDS = "libc6 (>= {glibc}), libgl1, libegl1"
DESKTOP = """[Desktop Entry]
Type=Application
Name=乡培通
Name[en]=Xiangpei
Comment=送培训下乡：花名册、扫码签到、课时
Exec=/opt/xiangpei/xiangpei desktop
Icon=xiangpei
Terminal=false
Categories=Education;Office;
"""
CONTROL = """Package: xiangpei
Version: {version}
Architecture: {architecture}
Maintainer: Xiangpei maintainers <maintainers@xiangpei.invalid>
Installed-Size: {kilobytes}
Depends: {depends}
Section: education
Priority: optional
Description: {description}
 Rosters, QR attendance and class hours in an encrypted ledger that works offline,
 and sealed batches that a county verifies.
"""


def build(bundle: Path, into: Path) -> Path:
    """The path of the .deb made. Raises CalledProcessError when dpkg-deb refuses."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    architecture = _say("dpkg", "--print-architecture")
    tree = ROOT / "build" / "deb"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(bundle, tree / "opt" / "xiangpei", symlinks=True)
    _write(tree / "usr/share/applications/xiangpei.desktop", DESKTOP)
    _write(tree / "usr/share/icons/hicolor/scalable/apps/xiangpei.svg", ICON.read_text("utf-8"))
    _write(tree / "usr/share/doc/xiangpei/copyright", (ROOT / "LICENSE").read_text("utf-8"))
    (tree / "usr/bin").mkdir(parents=True)
    (tree / "usr/bin/xiangpei").symlink_to("/opt/xiangpei/xiangpei")
    kilobytes = sum(file.lstat().st_size for file in tree.rglob("*") if not file.is_dir()) // 1024
    depends = DEPENDS.format(glibc=_say("getconf", "GNU_LIBC_VERSION").split()[1])
    facts = {"version": project["version"], "architecture": architecture, "description": project["description"]}
    _write(tree / "DEBIAN/control", CONTROL.format(kilobytes=kilobytes, depends=depends, **facts))
    package = into / f"xiangpei_{project['version']}_{architecture}.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(tree), str(package)], check=True)
    return package


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def _say(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
