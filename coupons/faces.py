"""What stands on a friend's coupon: what it gives, until when, and the codes that a till reads."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from cards import symbols
from cards.errors import NotEncodable
from cards.models import CardSettings
from coupons import codes, words
from coupons.models import Coupon, Ticket
from routes import qr

Symbol = CardSettings.Symbol


@dataclass(frozen=True)
class Face:
    """One friend's coupon. `code` as people read it, `plain` as programs take it.

    `square` is the personal code as QR, for the shop's scan page; `bars` are what the till reads: the shop's
    own code. Each is "" where it is of no use.
    """

    coupon: Coupon
    ticket: Ticket
    state: str
    gives: str
    until: str
    since: str
    code: str
    plain: str
    square: SafeString | str
    bars: SafeString | str
    left: int | None

    @property
    def is_valid(self) -> bool:
        return self.state == Ticket.State.VALID

    @property
    def can_be_tapped(self) -> bool:
        return self.is_valid and self.coupon.by_tap


def of(ticket: Ticket) -> Face:
    coupon = ticket.coupon
    state = ticket.state()
    is_shown = state in (Ticket.State.VALID, Ticket.State.COMING)
    plain = coupon.shared_code if not coupon.is_personal else ticket.code
    own = coupon.codes != Coupon.Codes.MADE
    return Face(
        coupon=coupon,
        ticket=ticket,
        state=state,
        gives=words.gives(coupon),
        until=words.last_minute(ticket.until),
        since=words.moment(coupon.starts_at),
        code=codes.shown(plain),
        plain=plain,
        square=qr.svg(ticket.code) if is_shown and coupon.at_till else "",
        bars=_bars(plain) if is_shown and coupon.at_till and own else "",
        left=ticket.left,
    )


def _bars(code: str) -> SafeString | str:
    """As JAN where the code is one, else as CODE 128, else not at all."""
    for symbol in (Symbol.EAN13, Symbol.CODE128):
        try:
            return symbols.draw(symbol, code)
        except NotEncodable:
            continue
    return ""
