"""Customer numbers as codes that a till scans: bars and QR, drawn in black on white."""

import re

import barcode
from django.utils.safestring import SafeString

from cards.errors import NotEncodable
from cards.models import CardSettings
from routes import qr

Symbol = CardSettings.Symbol
QUIET_ZONE = 11  # narrow bars of white on both sides; EAN-13 asks for 11, the others for 10
HEIGHT = 40
# What each can say. Small letters would be read as capitals from CODE 39, so they are refused there.
FITS = {
    Symbol.QR: re.compile(r"[^\x00-\x1f]{1,100}"),
    Symbol.CODE128: re.compile(r"[\x20-\x7e]{1,40}"),
    Symbol.EAN13: re.compile(r"[0-9]{12,13}", re.ASCII),
    Symbol.NW7: re.compile(r"[0-9$:/.+-]{1,30}", re.ASCII),
    Symbol.CODE39: re.compile(r"[A-Z0-9 $%+./-]{1,25}", re.ASCII),
}


def draw(symbol: str, number: str) -> SafeString:
    """An SVG of any size. Raises NotEncodable.

    A number of twelve digits gets its check digit as EAN-13; NW-7 is framed by A, as tills in Japan expect.
    """
    kind = Symbol(symbol)
    if not FITS[kind].fullmatch(number):
        raise NotEncodable(number=number, symbol=kind.label)
    return qr.svg(number) if kind == Symbol.QR else _bars(modules(kind, number))


def modules(symbol: Symbol, number: str) -> str:
    """Dark and white narrow bars as 1 and 0. Raises NotEncodable for a wrong check digit."""
    if symbol == Symbol.EAN13:
        code = barcode.get("ean13", number)
        if not code.get_fullcode().startswith(number):
            raise NotEncodable(number=number, symbol=symbol.label)
    elif symbol == Symbol.NW7:
        code = barcode.get("codabar", f"A{number}A")
    elif symbol == Symbol.CODE39:
        code = barcode.get("code39", number, options={"add_checksum": False})
    else:
        code = barcode.get("code128", number)
    return code.build()[0].replace("G", "1")


def _bars(pattern: str) -> SafeString:
    width = len(pattern) + 2 * QUIET_ZONE
    path = "".join(
        f"M{QUIET_ZONE + found.start()} 0h{len(found.group())}v{HEIGHT}h-{len(found.group())}z"
        for found in re.finditer("1+", pattern)
    )
    return SafeString(  # noqa: S308  (made of numbers alone)
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT}" preserveAspectRatio="none"'
        f' shape-rendering="crispEdges"><rect width="{width}" height="{HEIGHT}" fill="#fff"/>'
        f'<path d="{path}" fill="#000"/></svg>'
    )
