"""Coupons as a reward: `{"kind": "coupon", "coupon": 3}`."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.reasons import Reason
from coupons import giving, words
from coupons.errors import NoSuchReward
from coupons.models import Coupon
from coupons.rewards import NOBODY, Given, Key, Reward, RewardKind
from friends import personal

PAGE = "coupon"  # the kind of personal addresses, and of the reward


def choices() -> list[tuple[Reward, str]]:
    rows = Coupon.objects.running()
    return [(_reward(each), _named(each)) for each in rows]


def say(reward: Reward) -> str:
    found = _found(reward)
    return _("Coupon: %(coupon)s") % {"coupon": _named(found) if found else _("deleted")}


def check(reward: Reward) -> None:
    giving.check(_coupon(reward))


def give(reward: Reward, friend_ids: list[int], *, key: Key, source: str) -> dict[int, Given]:
    coupon = _coupon(reward)
    told = giving.give(coupon, friend_ids, key=key, source=source)
    having = [friend for friend, got in told.items() if got.ticket]
    addresses = personal.addresses(PAGE, coupon.pk, having) if having else {}
    return {friend: _given(got, addresses.get(friend, "")) for friend, got in told.items()}


def titles(numbers: set[int]) -> dict[int, str]:
    """These, also those that are over, as the results of what led to their pages name them."""
    rows = Coupon.objects.filter(pk__in=numbers).values_list("pk", "name")
    return {number: _("Coupon: %(coupon)s") % {"coupon": name} for number, name in rows}


def _given(got: giving.Got, address: str) -> Given:
    if got.ticket is None:
        return Given(problem=Reason.of(got.refusal) if got.refusal else NOBODY)
    coupon, end = got.ticket.coupon, got.ticket.until
    said = {"coupon": _named(coupon), "until": words.last_minute(end)}
    told = _("Coupon: %(coupon)s (until %(until)s)") if end else _("Coupon: %(coupon)s")
    return Given(told % said, address)


def _named(coupon: Coupon) -> str:
    gives = words.gives(coupon)
    return coupon.name if not gives or gives in coupon.name else f"{coupon.name} ({gives})"


def _reward(coupon: Coupon) -> Reward:
    return {"kind": PAGE, "coupon": coupon.pk}


def _found(reward: Reward) -> Coupon | None:
    number = reward.get("coupon")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < personal.MOST:
        return None
    return Coupon.objects.filter(pk=number).first()


def _coupon(reward: Reward) -> Coupon:
    found = _found(reward)
    if found is None:
        raise NoSuchReward
    return found


KIND = RewardKind(PAGE, gettext_lazy("Coupon"), choices, say, check, give)
