"""Codes of coupons: made so that nobody can guess or misread one, or taken over from the shop."""

import re
import secrets
import unicodedata
from collections.abc import Iterable

from django.db import connection, transaction

from accounts import activity
from accounts.models import User
from coupons.errors import NoCodesKept, TooManyCodes
from coupons.models import Code, Coupon

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # without 0 and O, 1 and I
LENGTH = 12  # 60 bits
GROUP = 4
MOST_MADE = 100_000
FITS = re.compile(rf"[\x21-\x7e]{{1,{Coupon.CODE_LENGTH}}}")
# Codes that are there already, of whichever coupon, are left out.
ADD = """
INSERT INTO coupons_code (coupon_id, code)
SELECT %s, given.code FROM unnest(%s::text[]) WITH ORDINALITY AS given (code, place)
WHERE NOT EXISTS (SELECT FROM coupons_ticket WHERE coupons_ticket.code = given.code)
ORDER BY given.place
ON CONFLICT (code) DO NOTHING RETURNING code"""


def made(count: int) -> list[str]:
    """New codes, each of LENGTH signs from ALPHABET."""
    return ["".join(secrets.choice(ALPHABET) for _sign in range(LENGTH)) for _code in range(count)]


def shown(code: str) -> str:
    """A code as people read it out: those made here in groups of four."""
    if len(code) != LENGTH or not set(code) <= set(ALPHABET):
        return code
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def cleaned(text: str) -> str:
    """A code as a file or a scanner gives it: full-width signs narrow, no spaces around."""
    return unicodedata.normalize("NFKC", text.replace("\0", "")).strip()


def spellings(text: str) -> list[str]:
    """What somebody who typed this may have meant, best first: as it stands, or one that was made here."""
    plain = cleaned(text)[: Coupon.CODE_LENGTH * 2]
    tight = re.sub(r"[\s\-‐‑–—ー]", "", plain).upper()
    return list(dict.fromkeys([plain, plain.upper(), tight]))


@transaction.atomic
def add(coupon: Coupon, codes: Iterable[str], *, by: User | None = None) -> set[str]:
    """Put codes of the shop in the coupon's store; those that were new.

    What is there already, given or not, of this coupon or another, is left as it is. Raises NoCodesKept.
    """
    found = list(dict.fromkeys(codes))
    if coupon.codes != Coupon.Codes.POOL:
        raise NoCodesKept
    with connection.cursor() as cursor:
        cursor.execute(ADD, [coupon.pk, found])
        new = {code for (code,) in cursor.fetchall()}
    if new:
        Coupon.objects.filter(pk=coupon.pk).update(warned_at=None)
        activity.record("coupon.codes_added", coupon, by=by, count=len(new))
    return new


def make(coupon: Coupon, count: int, *, by: User | None = None) -> int:
    """Make new codes into the coupon's store, for a shop that takes them over; how many.

    Raises TooManyCodes, NoCodesKept.
    """
    if not 0 < count <= MOST_MADE:
        raise TooManyCodes(most=f"{MOST_MADE:,}")
    return len(add(coupon, made(count), by=by))


def left(coupon: Coupon) -> int | None:
    """How many can still be given; None: any number."""
    if coupon.codes == Coupon.Codes.POOL:
        free = Code.objects.free().filter(coupon=coupon).count()
        return free if coupon.most is None else min(free, max(coupon.most - coupon.given_count, 0))
    return None if coupon.most is None else max(coupon.most - coupon.given_count, 0)
