"""The rules of a programme: what counts, what is given, how much of it. JSON, as it stands in a `RuleSet`.

{"action": {"kind": "bought", "amount": 3000}, "hold_days": 7, "within_days": 30, "link_days": 7,
 "each": {"reward": {"kind": "coupon", "coupon": 3}, "cost_yen": 500}, "invited": {…},
 "tiers": [{"at": 3, "reward": {…}, "cost_yen": 1000}],
 "most": 100, "most_per_inviter": 10, "budget_yen": 100000, "review": "flagged", "review_from": 5}
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coupons import rewards
from referrals import actions
from referrals.actions import Action
from referrals.errors import InvalidRules

FLAGGED, EVERY, NEVER = "flagged", "all", "never"
REVIEWS = {
    FLAGGED: gettext_lazy("Those from a crowded network"),
    EVERY: gettext_lazy("Every invitation, before it is rewarded"),
    NEVER: gettext_lazy("None"),
}
MOST_DAYS, MOST_WITHIN, MOST_LINK = 90, 365, 90
MOST_TIERS, MOST_FRIENDS, MOST_YEN = 10, 100_000, 100_000_000
RANGE_TIMES = 3  # a whole range of addresses is crowded only by so many times more
DEFAULTS: dict[str, Any] = {"hold_days": 3, "within_days": 30, "link_days": 7, "review_from": 5}
NAMES = {
    *("action", "hold_days", "within_days", "link_days", "each", "invited", "tiers"),
    *("most", "most_per_inviter", "budget_yen", "review", "review_from"),
}


@dataclass(frozen=True)
class Prize:
    """A reward, and what one costs the client."""

    reward: dict[str, Any]
    cost_yen: int = 0

    def as_json(self) -> dict[str, Any]:
        return {"reward": self.reward, "cost_yen": self.cost_yen}

    @property
    def words(self) -> str:
        return rewards.say(self.reward)


@dataclass(frozen=True)
class Rules:
    """What is read of the JSON. `tiers` are by number of counted friends, rising."""

    action: Action = field(default_factory=lambda: Action("followed"))
    hold_days: int = 3
    within_days: int = 30
    link_days: int = 7
    each: Prize | None = None
    invited: Prize | None = None
    tiers: tuple[tuple[int, Prize], ...] = ()
    most: int | None = None
    most_per_inviter: int | None = None
    budget_yen: int | None = None
    review: str = FLAGGED
    review_from: int = 5

    @property
    def hold(self) -> timedelta:
        return timedelta(days=self.hold_days)

    @property
    def within(self) -> timedelta:
        return timedelta(days=self.within_days)

    @property
    def prizes(self) -> list[Prize]:
        found = [self.each, self.invited, *(prize for _at, prize in self.tiers)]
        return [each for each in found if each]

    def as_json(self) -> dict[str, Any]:
        said: dict[str, Any] = {
            "action": self.action.as_json(),
            "hold_days": self.hold_days,
            "within_days": self.within_days,
            "link_days": self.link_days,
            "each": self.each.as_json() if self.each else None,
            "invited": self.invited.as_json() if self.invited else None,
            "tiers": [{"at": at, **prize.as_json()} for at, prize in self.tiers],
            "most": self.most,
            "most_per_inviter": self.most_per_inviter,
            "budget_yen": self.budget_yen,
            "review": self.review,
            "review_from": self.review_from,
        }
        return said


def read(raw: object) -> Rules:
    """Raises InvalidRules, saying what is wrong where."""
    if not isinstance(raw, Mapping):
        raise InvalidRules(problem=_("They must be an object."))
    if unknown := set(raw) - NAMES:
        raise InvalidRules(problem=_("“%(name)s” is not known.") % {"name": sorted(map(str, unknown))[0]})
    return Rules(
        action=actions.read(raw.get("action", {"kind": "followed"})),
        hold_days=_whole(raw, "hold_days", 0, MOST_DAYS) or 0,
        within_days=_whole(raw, "within_days", 1, MOST_WITHIN) or 0,
        link_days=_whole(raw, "link_days", 1, MOST_LINK) or 0,
        each=_prize(raw.get("each"), "each"),
        invited=_prize(raw.get("invited"), "invited"),
        tiers=_tiers(raw.get("tiers") or []),
        most=_whole(raw, "most", 1, MOST_FRIENDS),
        most_per_inviter=_whole(raw, "most_per_inviter", 1, MOST_FRIENDS),
        budget_yen=_whole(raw, "budget_yen", 0, MOST_YEN),
        review=_review(raw.get("review", FLAGGED)),
        review_from=_whole(raw, "review_from", 2, MOST_FRIENDS) or 0,
    )


def says_of(rules: Rules) -> list[str]:
    """The rules in sentences, as friends read them."""
    said = [_("A friend counts who %(action)s.") % {"action": actions.words(rules.action, rules.within_days)}]
    if rules.hold_days:
        text = _("It counts %(days)s days later, if they have not blocked us and nothing was cancelled.")
        said.append(text % {"days": rules.hold_days})
    said.append(_("Only people who have never been friends of this account before count."))
    text = _("The first link that somebody opens counts, for %(days)s days.")
    said.append(text % {"days": rules.link_days})
    return said + _limits(rules)


def says_to_invited(rules: Rules) -> list[str]:
    """What somebody who is invited should know before they add the account."""
    said = []
    if rules.invited:
        text = _("You get your present if you %(action)s.")
        said.append(text % {"action": actions.words(rules.action, rules.within_days, is_you=True)})
    if rules.invited and rules.hold_days:
        said.append(_("You get it %(days)s days later.") % {"days": rules.hold_days})
    said.append(_("It is for people who have never been friends of this account."))
    said.append(_("Your friend sees only how many people came by their link, not who."))
    return said


def _limits(rules: Rules) -> list[str]:
    said = []
    if rules.most_per_inviter is not None and rules.each:
        text = _("You get the reward for up to %(count)s friends. More friends count, without it.")
        said.append(text % {"count": f"{rules.most_per_inviter:,}"})
    if rules.prizes and (rules.most is not None or rules.budget_yen is not None):
        said.append(
            _(
                "The rewards are limited. As soon as a friend of yours adds the account, one is held for "
                "you; once all are held, this page says so."
            )
        )
    return said


def _prize(raw: object, name: str) -> Prize | None:
    if raw is None:
        return None
    reward = raw.get("reward") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not isinstance(reward, dict) or set(raw) - {"reward", "cost_yen"}:
        raise InvalidRules(problem=_("“%(name)s” needs a reward, and may have cost_yen.") % {"name": name})
    if not isinstance(reward.get("kind"), str):
        raise InvalidRules(problem=_("The reward of “%(name)s” needs a kind.") % {"name": name})
    return Prize(reward, _whole(raw, "cost_yen", 0, MOST_YEN) or 0)


def _tiers(raw: object) -> tuple[tuple[int, Prize], ...]:
    if not isinstance(raw, list) or len(raw) > MOST_TIERS:
        raise InvalidRules(problem=_("There can be at most %(most)s steps.") % {"most": MOST_TIERS})
    found: dict[int, Prize] = {}
    for each in raw:
        at = _whole(each, "at", 1, MOST_FRIENDS) if isinstance(each, Mapping) else None
        if at is None or at in found:
            raise InvalidRules(problem=_("Each step needs a number of friends of its own."))
        prize = _prize({name: value for name, value in each.items() if name != "at"}, "tiers")
        if prize:
            found[at] = prize
    return tuple(sorted(found.items(), key=lambda pair: pair[0]))


def _review(raw: object) -> str:
    if not isinstance(raw, str) or raw not in REVIEWS:
        raise InvalidRules(problem=_("review must be one of: %(options)s") % {"options": ", ".join(REVIEWS)})
    return raw


def _whole(raw: Mapping, name: str, least: int, most: int) -> int | None:
    value = raw.get(name, DEFAULTS.get(name))
    if value is None and name not in DEFAULTS:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        said = {"name": name, "least": least, "most": f"{most:,}"}
        raise InvalidRules(problem=_("%(name)s must be a whole number from %(least)s to %(most)s.") % said)
    return value
