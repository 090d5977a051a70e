"""QR codes of links, to print and to show."""

import io

import qrcode
from django.utils.safestring import SafeString
from PIL import Image

QUIET_ZONE = 4  # modules of white around; ISO/IEC 18004 demands four
LEVELS = {
    "L": qrcode.constants.ERROR_CORRECT_L,
    "M": qrcode.constants.ERROR_CORRECT_M,
    "Q": qrcode.constants.ERROR_CORRECT_Q,
    "H": qrcode.constants.ERROR_CORRECT_H,
}
SIZES = (300, 600, 1200, 2400)


def svg(text: str, *, level: str = "M") -> SafeString:
    """A drawing of any size, black on white whatever is behind it."""
    rows = _modules(text, level)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
    )
    size = len(rows)
    return SafeString(  # noqa: S308  (made of numbers alone)
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" shape-rendering="crispEdges">'
        f'<rect width="{size}" height="{size}" fill="#fff"/><path d="{path}" fill="#000"/></svg>'
    )


def png(text: str, *, size: int, level: str = "M") -> bytes:
    """A picture of `size` by `size` pixels. Modules are whole pixels; what is left over is white around."""
    rows = _modules(text, level)
    scale = max(1, size // len(rows))
    code = Image.new("1", (len(rows), len(rows)), 1)
    code.putdata([not is_dark for row in rows for is_dark in row])
    code = code.resize((len(rows) * scale,) * 2, Image.Resampling.NEAREST)
    side = max(size, code.width)
    sheet = Image.new("1", (side, side), 1)
    sheet.paste(code, ((side - code.width) // 2,) * 2)
    file = io.BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _modules(text: str, level: str) -> list[list[bool]]:
    """True is dark; the quiet zone is included."""
    code = qrcode.QRCode(error_correction=LEVELS[level], border=QUIET_ZONE)
    code.add_data(text)
    code.make(fit=True)
    return code.get_matrix()
