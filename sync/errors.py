"""What can go wrong, as one tree.

    Exception
    ├── UserError                what a person or the environment did; told in Chinese, with what to do next
    │   ├── BadInput             a file, a form or an argument that can't be taken as it is
    │   │   └── NotFound         it names something that this node doesn't know
    │   ├── StorageError         disk full, read-only, damaged, newer than the program, in use
    │   ├── KeyProblem           the ledger's key is missing or does not fit
    │   ├── NotEnrolled          needs the county's grant first
    │   ├── CarrierError         the network or the USB folder did not do its part; try again later
    │   └── Refused              a sealed file, receipt or grant that does not verify: has a `reason` word
    └── anything else            our bug: a crash report, and the app lives on

`reason` words are stable, for `--json` and for tests; the message is for people.
"""

import errno


class UserError(Exception):
    """The user or the environment did something that the message, in Chinese, explains."""

    reason = "error"

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.message = message
        if reason:
            self.reason = reason


class BadInput(UserError):
    reason = "bad-input"


class NotFound(BadInput):
    reason = "not-found"


class StorageError(UserError):
    reason = "storage"


class KeyProblem(UserError):
    reason = "key"


class NotEnrolled(UserError):
    reason = "not-enrolled-node"


class CarrierError(UserError):
    reason = "carrier"


class Refused(UserError):
    """A sealed file, receipt or grant did not verify."""

    reason = "refused"


_FULL = "磁盘满了，请清出空间，或换一个位置"
_NO_RIGHT = "没有权限，或者它正在别的程序里打开着；请关掉那个程序，或换一个位置"
_GONE = "文件或文件夹不存在，请核对路径；在U盘上的，看看U盘是否已拔出"
_OS_WORDS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: "文件太大，这个磁盘存不下，请换一个位置",
    errno.EROFS: "那个磁盘是只读的，请换一个位置；U盘请看看写保护开关",
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.ENODEV: _GONE,
    errno.ENXIO: _GONE,
    errno.EISDIR: "那里是一个文件夹，不是文件，请换一个文件名",
    errno.EEXIST: "那里已有同名的文件或文件夹，请换一个名称",
    errno.ENOTEMPTY: "那个文件夹不是空的，请换一个",
    errno.EACCES: _NO_RIGHT,
    errno.EPERM: _NO_RIGHT,
    errno.EBUSY: "它正被别的程序占用，请稍后再试",
    errno.ETXTBSY: "它正被别的程序占用，请稍后再试",
    errno.EIO: "读写出错，磁盘可能坏了或接触不良，请换一个位置，并尽快备份",
    errno.ENAMETOOLONG: "名称太长，请改短一些",
    errno.EINVAL: "名称里有这里不能用的字符，或这里不支持，请换一个名称或位置",
    errno.ELOOP: "链接绕成了圈，请换一个位置",
    errno.EXDEV: "不能跨磁盘移动，请换一个位置",
    errno.EMFILE: "打开的文件太多，请关掉一些程序再试",
    errno.ENFILE: "打开的文件太多，请关掉一些程序再试",
    errno.ENOMEM: "内存不足，请关掉一些程序再试",
    errno.EADDRINUSE: "这个端口已被占用，请换一个端口",
    errno.EADDRNOTAVAIL: "这台电脑没有这个网络地址，请核对",
    errno.ECONNREFUSED: "对方没有开着，请稍后再试",
    errno.ETIMEDOUT: "等得太久没有回应，请稍后再试",
}


def os_words(error: OSError) -> str:
    """What the system says, in Chinese, with what to do; without a full stop, to stand in any sentence."""
    number = error.errno or 0
    return _OS_WORDS.get(number, f"系统报告 {errno.errorcode.get(number, '未知错误')}，请换一个位置再试")
