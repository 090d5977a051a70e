"""Files as cameras and recorders write them, as small as can be."""

import struct
from io import BytesIO

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from library import services
from library.models import MediaFile


def picture(kind: str = "PNG", size: tuple[int, int] = (900, 600), color: str = "teal", **given) -> bytes:
    content = BytesIO()
    Image.new("RGB", size, color).save(content, kind, **given)
    return content.getvalue()


def box(name: str, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, name.encode()) + body


def film(
    seconds: float = 3, size: tuple[int, int] = (640, 360), *, turned: bool = False, brand: str = "isom"
) -> bytes:
    """An MP4 file with an empty picture track."""
    one = 1 << 16
    matrix = (0, one, 0, -one, 0, 0, 0, 0, 1 << 30) if turned else (one, 0, 0, 0, one, 0, 0, 0, 1 << 30)
    head = bytes(40) + struct.pack(">9i", *matrix) + struct.pack(">HHHH", size[0], 0, size[1], 0)
    return _mp4(seconds, box("tkhd", head), "vide", brand)


def sound(seconds: float = 3) -> bytes:
    """An M4A file with an empty track of sound."""
    return _mp4(seconds, box("tkhd", bytes(84)), "soun", "M4A ")


def _mp4(seconds: float, head: bytes, handler: str, brand: str) -> bytes:
    timing = box("mvhd", bytes(12), struct.pack(">II", 1000, round(seconds * 1000)), bytes(80))
    media = box("mdia", box("hdlr", bytes(8), handler.encode(), bytes(13)))
    moov = box("moov", timing, box("trak", head, media))
    return box("ftyp", brand.encode(), bytes(4), b"mp42") + box("mdat", bytes(1000)) + moov


def mp3(frames: int = 100, title: int = 0) -> bytes:
    """Frames of MPEG 1, layer III, 128 kbit/s at 44,100 Hz: 26.12 ms each, after a title of so many bytes."""
    tag = b"ID3\4\0\0" + bytes((title >> shift) & 0x7F for shift in (21, 14, 7, 0)) + bytes(title)
    return (tag if title else b"") + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def upload(content: bytes, name: str = "shop.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def make_file(content: bytes | None = None, name: str = "shop.png", **given: object) -> MediaFile:
    """A file of the present tenant's library; another one each time by its colour, if none is given."""
    if content is None:
        number = MediaFile.objects.count()
        content = picture(color=f"#{number % 256:02x}4060")
    return services.add_file(upload(content, name), **({"by": None} | given))
