"""QR cards read from pictures, by zxing-cpp.

Only QR Code Model 2 is asked for: plain QRCode also reads Micro QR, and finds phantoms of it in noise. A frame in
which nothing is found is tried again at half its size, which averages sensor noise away; and a dark one once more with
its few grey levels spread first, because an average of few levels is rounded to fewer.
"""

from io import BytesIO
from pathlib import Path
from typing import Any, cast

import zxingcpp
from PIL import Image, ImageFilter, ImageOps, UnidentifiedImageError

from sync.errors import BadInput

CARD = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCodeModel2])

MAX_PIXELS = 64_000_000
"""What read_image takes at most: a phone's largest photo, and no decompression bomb."""

FEW_LEVELS = 128
"""A picture whose brightest and darkest pixels are nearer to each other than this was taken in the dark."""

FORMATS = ("PNG", "JPEG", "BMP")


def read_cards(plane: bytes | bytearray | memoryview, width: int, height: int, stride: int) -> list[str]:
    """The texts of all QR codes in a plane of 8-bit luminance, without repeats; any camera's Y plane will do.

    `stride` is the length of a row in bytes. The GIL is released while it looks. Raises ValueError when the plane is
    shorter than it is said to be.
    """
    view: Any = memoryview(plane).cast("B")  # Any: the stubs ask for numpy arrays where any buffer does
    if width < 1 or height < 1 or stride < width or len(view) < stride * (height - 1) + width:
        raise ValueError(f"no plane of {width}×{height} at stride {stride} in {len(view)} bytes")
    rows = min(height, len(view) // stride)  # a last row without its padding is left out: zxing-cpp wants whole ones
    if not rows:
        return []
    # ImageView borrows `view` without holding it: the name must outlive the call.
    found = _texts(zxingcpp.ImageView(view, width, rows, zxingcpp.ImageFormat.Lum, stride, 1))
    if found:
        return found
    picture = Image.frombuffer("L", (width, rows), view, "raw", "L", stride, 1)
    found = _texts(picture.reduce(2))
    darkest, brightest = cast("tuple[int, int]", picture.getextrema())  # of one channel, so one pair
    if found or brightest - darkest >= FEW_LEVELS:
        return found
    return _texts(ImageOps.autocontrast(picture).reduce(2).filter(ImageFilter.BoxBlur(0.5)))


def read_image(path: Path) -> list[str]:
    """The texts of all QR codes in a picture file (PNG, JPEG or BMP).

    EXIF's word on which way is up is not needed: a code is found however it lies, mirrored too.
    Raises BadInput when the file is missing, broken, too large or no such picture.
    """
    plane = _plane(path, path.name)
    return read_cards(plane.tobytes(), plane.width, plane.height, plane.width)


def read_sheet(data: bytes, name: str) -> list[str]:
    """The texts of all QR codes in a picture that may show many, as a photo of an A4 print does.

    In the noise of a dim room the whole size shows some and half of it others. `name` is for words only.
    Raises BadInput as `read_image` does.
    """
    plane = _plane(BytesIO(data), name)
    return list(dict.fromkeys([*_texts(plane), *_texts(plane.reduce(2))]))


def _plane(source: Path | BytesIO, name: str) -> Image.Image:
    try:
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise BadInput(f"图片太大（超过 {MAX_PIXELS // 1_000_000} 百万像素）：{name}。请缩小或裁剪后再试。")
            return _on_white(picture).convert("L")
    except FileNotFoundError:
        raise BadInput(f"找不到图片：{name}。请检查文件名和位置。") from None
    except UnidentifiedImageError:
        raise BadInput(f"这不是能识别的图片：{name}。请使用 PNG、JPG 或 BMP 图片。") from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BadInput(f"图片打不开，可能已损坏或太大：{name}。请重新拍照或重新导出。") from error


def _on_white(picture: Image.Image) -> Image.Image:
    """A transparent background counts as paper: a code exported without one is black on nothing."""
    if not picture.has_transparency_data:
        return picture
    rgba = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)


def _texts(image: zxingcpp.ImageView | Image.Image) -> list[str]:
    barcodes = zxingcpp.read_barcodes(image, formats=CARD)
    return list(dict.fromkeys(barcode.text for barcode in barcodes))
