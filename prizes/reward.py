"""A turn in a lottery, and an entry in a point campaign, as rewards: `{"kind": "lottery", "lottery": 3}`."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.errors import AppError
from accounts.reasons import Reason
from coupons.errors import NoSuchReward
from coupons.rewards import NOBODY, Given, Key, Reward, RewardKind
from friends import personal
from prizes.errors import NotAmong, Over
from prizes.lotteries import turns
from prizes.models import Lottery, PointCampaign, PointEntry
from prizes.points import entering

LOTTERY, POINTS = "lottery", "points"  # also the kinds of personal addresses


def _lotteries() -> list[tuple[Reward, str]]:
    rows = Lottery.objects.exclude(status=Lottery.Status.CLOSED).filter(ends_at__gt=timezone.now())
    return [({"kind": LOTTERY, LOTTERY: each.pk}, each.name) for each in rows]


def _say_turn(reward: Reward) -> str:
    found = _found_lottery(reward)
    return _("A turn in the lottery: %(name)s") % {"name": found.name if found else _("deleted")}


def _check_turn(reward: Reward) -> None:
    lottery = _lottery(reward)
    if lottery.status == Lottery.Status.CLOSED or lottery.ends_at <= timezone.now():
        raise Over


def _give_turns(reward: Reward, friend_ids: list[int], *, key: Key, source: str) -> dict[int, Given]:
    lottery = _lottery(reward)
    try:
        _check_turn(reward)
    except AppError as refusal:
        return {friend: Given(problem=Reason.of(refusal)) for friend in friend_ids}
    known = turns.give(lottery, friend_ids, key=key, source=source)
    own = personal.addresses(LOTTERY, lottery.pk, known) if known else {}
    words = _("A turn in the lottery: %(name)s") % {"name": lottery.shown_title}
    return {friend: Given(words, own[friend]) if friend in known else _nobody() for friend in friend_ids}


def _campaigns() -> list[tuple[Reward, str]]:
    rows = PointCampaign.objects.exclude(status=PointCampaign.Status.CLOSED)
    rows = rows.filter(ends_at__gt=timezone.now())
    return [({"kind": POINTS, POINTS: each.pk}, each.name) for each in rows]


def _say_entry(reward: Reward) -> str:
    found = _found_campaign(reward)
    return _("An entry in the point campaign: %(name)s") % {"name": found.name if found else _("deleted")}


def _check_entry(reward: Reward) -> None:
    entering.check_time(_campaign(reward), timezone.now())


def _enter(reward: Reward, friend_ids: list[int], *, key: Key, source: str) -> dict[int, Given]:
    """Entering is once for each friend, so the key says nothing more."""
    campaign = _campaign(reward)
    try:
        entered = entering.enter_many(campaign, friend_ids, way=PointEntry.Way.REWARD, source=source)
    except AppError as refusal:
        return {friend: Given(problem=Reason.of(refusal)) for friend in friend_ids}
    own = personal.addresses(POINTS, campaign.pk, entered) if entered else {}
    words = _("An entry in the point campaign: %(name)s") % {"name": campaign.shown_title}
    refused = Given(problem=Reason.of(NotAmong()))
    return {friend: Given(words, own[friend]) if friend in entered else refused for friend in friend_ids}


def _nobody() -> Given:
    return Given(problem=NOBODY)


def _found_lottery(reward: Reward) -> Lottery | None:
    return Lottery.objects.filter(pk=_number(reward.get(LOTTERY))).first()


def _found_campaign(reward: Reward) -> PointCampaign | None:
    return PointCampaign.objects.filter(pk=_number(reward.get(POINTS))).first()


def _lottery(reward: Reward) -> Lottery:
    found = _found_lottery(reward)
    if found is None:
        raise NoSuchReward
    return found


def _campaign(reward: Reward) -> PointCampaign:
    found = _found_campaign(reward)
    if found is None:
        raise NoSuchReward
    return found


def _number(value: object) -> int:
    """0, which nothing has, for what is no number."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and 0 < value < personal.MOST
    return int(str(value)) if is_number else 0


TURN = RewardKind(
    LOTTERY, gettext_lazy("A turn in a lottery"), _lotteries, _say_turn, _check_turn, _give_turns
)
ENTRY = RewardKind(
    POINTS, gettext_lazy("An entry in a point campaign"), _campaigns, _say_entry, _check_entry, _enter
)
