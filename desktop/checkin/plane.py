"""The luminance of a video frame, as the card reader wants it, without a colour conversion where there is a way."""

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtMultimedia import QVideoFrame, QVideoFrameFormat

_Format = QVideoFrameFormat.PixelFormat
_Y_FIRST = {
    _Format.Format_NV12,
    _Format.Format_NV21,
    _Format.Format_YUV420P,
    _Format.Format_YUV422P,
    _Format.Format_YV12,
    _Format.Format_IMC1,
    _Format.Format_IMC2,
    _Format.Format_IMC3,
    _Format.Format_IMC4,
    _Format.Format_Y8,
}
# Two bytes a pixel, and which of them is the luminance (of 10 or 16 bits, the upper byte).
_EVERY_SECOND = {
    _Format.Format_YUYV: 0,
    _Format.Format_UYVY: 1,
    _Format.Format_Y16: 1,
    _Format.Format_P010: 1,
    _Format.Format_P016: 1,
}


@dataclass(frozen=True, slots=True)
class Plane:
    """8-bit luminance, its own copy: `stride` bytes from one row to the next."""

    data: bytes
    width: int
    height: int
    stride: int

    def picture(self, width: int) -> QImage:
        """A grey picture of at most that width, mirrored as people know themselves from a mirror."""
        whole = QImage(self.data, self.width, self.height, self.stride, QImage.Format.Format_Grayscale8)
        return whole.scaledToWidth(min(width, self.width)).flipped(Qt.Orientation.Horizontal)


def luminance(frame: QVideoFrame) -> Plane | None:
    """None for a frame that holds no picture, as the last one of a file does."""
    if not frame.isValid():
        return None
    pixels = frame.pixelFormat()
    if pixels not in _Y_FIRST and pixels not in _EVERY_SECOND:
        return _converted(frame)
    if not frame.map(QVideoFrame.MapMode.ReadOnly):
        return _converted(frame)
    try:
        stride = frame.bytesPerLine(0)
        data = bytes(frame.bits(0))
    finally:
        frame.unmap()
    if pixels in _EVERY_SECOND:
        data, stride = data[_EVERY_SECOND[pixels] :: 2], stride // 2
    return Plane(data, frame.width(), frame.height(), stride)


def _converted(frame: QVideoFrame) -> Plane | None:
    """Any other format by way of a picture, which is slow (21 ms at 720p) but always works."""
    image = frame.toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    if image.isNull():
        return None
    return Plane(bytes(image.constBits()), image.width(), image.height(), image.bytesPerLine())
