"""Giving a coupon: each friend holds it once, each code is one person's.

Many friends are one statement. Whoever gives to the same friend at the same moment waits, and finds that they
have it. Codes of the shop are taken past those that others are just taking; only when no other is left does
one wait, to know that they are really all given.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.utils import timezone

from accounts import current
from accounts.errors import AppError
from coupons import codes, warning
from coupons.errors import NotHeld, NotRunning, UsedUp, Withdrawn
from coupons.models import Coupon, Ticket
from coupons.rewards import Key, keys_of
from events import timeline, versions
from events.timeline import NewEvent
from friends.models import Friend
from linking.models import Link

ADDRESS = "address"  # the key, and the source, of what is given to whoever opens their address
TOPIC = "coupons"  # the data version that grows with whoever gets, uses or loses one
ENTER = """
INSERT INTO coupons_ticket (coupon_id, friend_id, key, source, code, got_at, ends_at)
SELECT %s, given.friend, given.key, %s, given.code, %s, %s
FROM unnest(%s::int[], %s::text[], %s::text[]) AS given (friend, key, code)
ORDER BY given.friend
ON CONFLICT (coupon_id, friend_id) WHERE withdrawn_at IS NULL DO NOTHING RETURNING id, friend_id"""
TAKE = """
WITH free AS (
    SELECT id, code, row_number() OVER (ORDER BY id) AS place FROM (
        SELECT id, code FROM coupons_code WHERE coupon_id = %s AND ticket IS NULL
        ORDER BY id LIMIT %s FOR UPDATE{skip}) AS locked),
wanted AS (SELECT ticket, place FROM unnest(%s::bigint[]) WITH ORDINALITY AS given (ticket, place)),
taken AS (
    UPDATE coupons_code SET ticket = wanted.ticket FROM free JOIN wanted USING (place)
    WHERE coupons_code.id = free.id RETURNING coupons_code.ticket, coupons_code.code)
UPDATE coupons_ticket SET code = taken.code FROM taken WHERE coupons_ticket.id = taken.ticket
RETURNING coupons_ticket.id"""
PASSING, WAITING = TAKE.format(skip=" SKIP LOCKED"), TAKE.format(skip="")


@dataclass(frozen=True, slots=True)
class Got:
    """What became of one friend: the ticket they hold now, or why they hold none. `is_new`: just given."""

    ticket: Ticket | None = None
    refusal: AppError | None = None
    is_new: bool = False


def check(coupon: Coupon) -> None:
    """Raise NotRunning or UsedUp if nobody can get it at present."""
    state = coupon.state()
    if state not in (Coupon.State.RUNNING, Coupon.State.COMING):
        raise NotRunning(name=coupon.name, state=state.label)
    if codes.left(coupon) == 0:
        raise UsedUp(name=coupon.name)


@transaction.atomic
def give(coupon: Coupon, friend_ids: Iterable[int], *, key: Key, source: str) -> dict[int, Got]:
    """Give the coupon to each of these friends, unless they hold it; what each holds, or why they do not.

    `key` is one for all, or each friend's own. Who holds it already keeps what they have. From whom it was
    taken back gets none by the same key.
    """
    keys = keys_of(key, friend_ids)
    ids = sorted(keys)
    coupon = _locked(coupon)
    found = _held(coupon, ids) | _withdrawn(coupon, keys)
    missing = [each for each in ids if each not in found]
    refusal = _refusal(coupon) if missing else None
    if refusal is None and missing:
        new = _entered(coupon, missing[: _room(coupon, len(missing))], keys, source)
        found |= _held(coupon, missing, new)
        _note(coupon, new, source)
        refusal = UsedUp(name=coupon.name)
    return {each: found.get(each) or Got(refusal=refusal) for each in ids}


def claim(coupon: Coupon, friend_id: int) -> Ticket:
    """What a friend holds who opens their own address; where the coupon allows it, they get it now.

    Raises Withdrawn (however they had got it), NotHeld, NotRunning, UsedUp.
    """
    known = list(Ticket.objects.filter(coupon=coupon, friend=friend_id).select_related("coupon__picture"))
    if held := next((ticket for ticket in known if ticket.withdrawn_at is None), None):
        return held
    if known:
        raise Withdrawn
    if not coupon.by_address:
        raise NotHeld
    got = give(coupon, [friend_id], key=ADDRESS, source=ADDRESS)[friend_id]
    if got.ticket is None:
        raise got.refusal or NotHeld
    return got.ticket


def ends_at(coupon: Coupon, now: datetime) -> datetime | None:
    """Until when a coupon that is got now can be used, where days count: the end of the last of them."""
    if coupon.valid_days is None:
        return None
    zone = ZoneInfo(current.tenant().time_zone)
    day = now.astimezone(zone).date() + timedelta(days=coupon.valid_days + 1)
    return datetime.combine(day, time.min, zone)


def _locked(coupon: Coupon) -> Coupon:
    """As it is now. Where there is a limit, others wait until we have counted."""
    rows = Coupon.objects.filter(pk=coupon.pk)
    return rows.get() if coupon.most is None else rows.select_for_update().get()


def _held(coupon: Coupon, ids: list[int], new: Iterable[int] = ()) -> dict[int, Got]:
    numbers = set(new)
    rows = Ticket.objects.held().filter(coupon=coupon, friend__in=ids).select_related("coupon")
    return {row.friend_id: Got(row, is_new=row.pk in numbers) for row in rows}


def _withdrawn(coupon: Coupon, keys: dict[int, str]) -> dict[int, Got]:
    rows = Ticket.objects.filter(coupon=coupon, friend__in=keys).exclude(withdrawn_at=None)
    held = Ticket.objects.held().filter(coupon=coupon, friend__in=keys).values("friend")
    lost = rows.exclude(friend__in=held).values_list("friend", "key")
    return {friend: Got(refusal=Withdrawn()) for friend, key in lost if keys[friend] == key}


def _refusal(coupon: Coupon) -> AppError | None:
    state = coupon.state()
    if state in (Coupon.State.RUNNING, Coupon.State.COMING):
        return None
    return NotRunning(name=coupon.name, state=state.label)


def _room(coupon: Coupon, wanted: int) -> int:
    return wanted if coupon.most is None else max(min(wanted, coupon.most - coupon.given_count), 0)


def _entered(coupon: Coupon, ids: list[int], keys: dict[int, str], source: str) -> list[int]:
    """The tickets that were made, by number; of the shop's codes only as many as there are."""
    now = timezone.now()
    present = list(Friend.objects.filter(pk__in=ids).order_by("pk").values_list("pk", flat=True))
    own = [keys[friend] for friend in present]
    given: list = [coupon.pk, source, now, ends_at(coupon, now), present, own, codes.made(len(present))]
    with connection.cursor() as cursor:
        cursor.execute(ENTER, given)
        tickets = [number for number, _friend in cursor.fetchall()]
    return _with_codes(coupon, tickets) if coupon.codes == Coupon.Codes.POOL else tickets


def _with_codes(coupon: Coupon, tickets: list[int]) -> list[int]:
    """Of these tickets those that got a code of the shop; the others are gone again."""
    having: list[int] = []
    with connection.cursor() as cursor:
        for statement in (PASSING, WAITING):
            waiting = sorted(set(tickets) - set(having))
            if waiting:
                cursor.execute(statement, [coupon.pk, len(waiting), waiting])
                having += [number for (number,) in cursor.fetchall()]
    Ticket.objects.filter(pk__in=set(tickets) - set(having)).delete()
    return having


def _note(coupon: Coupon, tickets: list[int], source: str) -> None:
    """Count, tell the timeline, and look whether codes run low."""
    if coupon.most is not None and tickets:
        coupon.given_count += len(tickets)
        coupon.save(update_fields=["given_count"])
    rows = dict(Ticket.objects.filter(pk__in=tickets).values_list("pk", "friend"))
    customers = customers_of(rows.values())
    said = {"coupon": str(coupon.pk), "name": coupon.name, "source": source}
    timeline.record(
        NewEvent(
            "coupon_got", timezone.now(), friend, customers.get(friend), said, key=f"coupon_got:{ticket}"
        )
        for ticket, friend in rows.items()
    )
    if rows:
        versions.touch(TOPIC, friends=list(rows.values()))
        warning.look(coupon)


def customers_of(friend_ids: Iterable[int]) -> dict[int, int]:
    """Whose customer each friend is at present."""
    rows = Link.objects.active().filter(friend__in=list(friend_ids))
    return dict(rows.values_list("friend", "customer"))
