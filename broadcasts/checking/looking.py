"""Looking through the messages of a broadcast, and keeping what was found."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.utils import timezone

from broadcasts.checking import line_says, own_pages, pages, pictures
from broadcasts.checking.findings import (
    DEAD,
    ENDED,
    GONE,
    HALF_VARIABLE,
    INWARD,
    NO_COUPON,
    NO_TAP,
    NOT_BEGUN,
    OLD_TAP,
    Finding,
    Kind,
)
from broadcasts.checking.pages import Picture
from broadcasts.errors import LineRefuses
from broadcasts.models import Broadcast, Inspection
from composing import content, taps
from composing.variables import VARIABLE
from library import media
from library.models import LineCoupon
from taps import starts
from taps.models import TapAction

HOLDS_FOR = timedelta(hours=12)  # pages go away
BRACES = re.compile(r"(?:\{\{|｛｛)[^{}｛｝]{0,60}(?:\}\}|｝｝)?")


def present(broadcast: Broadcast) -> Inspection | None:
    """The newest look at the present version; None if there is none, or it is too old to rely on."""
    since = timezone.now() - HOLDS_FOR
    return broadcast.inspections.filter(version=broadcast.version, at__gt=since).first()


def inspect(broadcast: Broadcast) -> Inspection:
    """Look through it now: asks LINE, every address and every picture, which may take seconds."""
    found, is_asked = line_says.ask(broadcast)
    for letter, messages in line_says.texts(broadcast):
        found += [*_addresses(messages, letter), *_pictures(messages, letter)]
        found += [*_taps(messages, letter), *_variables(messages, letter)]
        found += _coupons(messages, letter, broadcast.send_at)
    kept = [finding.kept() for finding in _once(found)]
    return Inspection.objects.create(
        broadcast=broadcast, version=broadcast.version, findings=kept, line_said=is_asked
    )


def require(broadcast: Broadcast) -> None:
    """Raise LineRefuses if LINE would refuse the messages. If LINE cannot be asked, it is not in the way."""
    known = present(broadcast)
    if known and known.line_said:
        found = [Finding.read(each) for each in known.findings]
    else:
        found, _is_asked = line_says.ask(broadcast)
    refused = [finding for finding in found if finding.kind == Kind.LINE and finding.is_error]
    if refused:
        raise LineRefuses(text=refused[0].text)


def findings(inspection: Inspection) -> list[Finding]:
    """What it found, and what stands in the way now of the pages of friends' own to which it leads; errors
    first.
    """
    found = [Finding.read(each) for each in inspection.findings] + own_pages.findings(inspection.broadcast)
    return sorted(found, key=lambda finding: not finding.is_error)


def _once(found: Iterable[Finding]) -> list[Finding]:
    seen: list[Finding] = []
    for finding in found:
        if finding not in seen:
            seen.append(finding)
    return seen


def _addresses(messages: list[dict], letter: str) -> Iterator[Finding]:
    where: dict[str, int] = {}
    for bubble, message in enumerate(messages, 1):
        where |= dict.fromkeys(content.addresses([message]), bubble) | where
    for page in pages.look(where):
        if page.why:
            facts = {"url": page.url, "why": page.why, "status": page.status, "seconds": int(pages.SECONDS)}
            text = INWARD if page.is_private else DEAD
            yield Finding(Kind.ADDRESS, text, where[page.url], letter, True, facts)


def _pictures(messages: list[dict], letter: str) -> Iterator[Finding]:
    shown = [(n, each) for n, message in enumerate(messages, 1) for each in pictures.of(message) if each.url]
    known = {each.url: size for _n, each in shown if (size := _ours(each.url))}
    strangers = {each.url for _n, each in shown} - known.keys()
    known |= {picture.url: picture for picture in pages.measure(sorted(strangers))}
    for bubble, each in shown:
        if each.url in known:
            yield from pictures.judged(each, known[each.url], bubble, letter)


def _ours(url: str) -> Picture | None:
    found = media.size(url)
    return Picture(url, found[0], found[1], found[3]) if found and found[0] else None


def _taps(messages: list[dict], letter: str) -> Iterator[Finding]:
    for bubble, message in enumerate(messages, 1):
        codes = taps.codes([message])
        codes -= starts.known(codes).keys()
        known = {action.code: action for action in TapAction.objects.filter(code__in=codes)}
        for code in sorted(codes):
            if code not in known:
                yield Finding(Kind.TAP, NO_TAP, bubble, letter, True)
            elif known[code].archived_at:
                yield Finding(Kind.TAP, OLD_TAP, bubble, letter, facts={"name": known[code].name})


def _coupons(messages: list[dict], letter: str, at: datetime | None) -> Iterator[Finding]:
    """At the time of sending, if that is known: a coupon may end before. One never read here may be new."""
    for bubble, message in enumerate(messages, 1):
        if message.get("type") != "coupon":
            continue
        coupon = LineCoupon.objects.filter(coupon_id=message.get("couponId", "")).first()
        if coupon is None:
            yield Finding(Kind.COUPON, NO_COUPON, bubble, letter, facts={"id": message.get("couponId", "")})
        elif text := COUPONS.get(coupon.state(at)):
            is_lost = text != NOT_BEGUN
            yield Finding(Kind.COUPON, text, bubble, letter, is_lost, {"name": coupon.title})


COUPONS = {
    LineCoupon.State.ENDED: ENDED,
    LineCoupon.State.GONE: GONE,
    LineCoupon.State.COMING: NOT_BEGUN,
}


def _variables(messages: list[dict], letter: str) -> Iterator[Finding]:
    """Braces that are none of ours: a variable that was mistyped would be sent as it is."""
    for bubble, message in enumerate(messages, 1):
        for text in content.texts(message):
            for found in BRACES.findall(VARIABLE.sub("", text)):
                yield Finding(Kind.VARIABLE, HALF_VARIABLE, bubble, letter, facts={"text": found})
