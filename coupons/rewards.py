"""What can be given to friends for something they did: a coupon, a turn in a lottery, an entry for points.

An app that has something to give registers its kind as it is loaded. A reward is JSON, `{"kind": "coupon",
"coupon": 3}`; giving takes a key, so that giving twice is giving once.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from accounts.reasons import Reason, reason
from composing import uses
from coupons.errors import NoSuchReward

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NOTHING = Reason()
NOBODY = reason(gettext_noop("There is no such person any more."))
Reward = dict[str, object]
Key = str | Mapping[int, str]  # one for all, or each friend’s own


@dataclass(frozen=True, slots=True)
class Given:
    """What a friend got: words to tell them, and their own address of it. `problem`: why they got nothing."""

    words: str = ""
    address: str = ""
    problem: Reason = NOTHING


@dataclass(frozen=True)
class RewardKind:
    """One kind of reward, by the name that stands in its JSON.

    `choices` are those that can be given, as JSON and words, for a form. `say` tells one in words, also one
    that is gone. `check` raises AppError where it cannot be given (there is none, it has ended, all are
    given). `give(reward, friend_ids, key=…, source=…)` gives it to each of many in the caller's transaction,
    idempotent by key and friend; every friend is in the answer.
    """

    kind: str
    label: "StrOrPromise"
    choices: Callable[[], list[tuple[Reward, str]]]
    say: Callable[[Reward], str]
    check: Callable[[Reward], None]
    give: Callable[..., dict[int, Given]]


Giver = Callable[[Reward], list[uses.Use]]
_kinds: dict[str, RewardKind] = {}
_givers: list[Giver] = []


def register(kind: RewardKind) -> None:
    _kinds[kind.kind] = kind


def register_giver(find: Giver) -> Giver:
    """Make known who gives rewards: asked with one, before it is closed. To be used as a decorator."""
    _givers.append(find)
    return find


def kinds() -> list[RewardKind]:
    return list(_kinds.values())


def choices() -> "list[tuple[StrOrPromise, list[tuple[Reward, str]]]]":
    """All that can be given at present, by kind, for a form; kinds with nothing to give are left out."""
    found = [(kind.label, kind.choices()) for kind in _kinds.values()]
    return [(label, offered) for label, offered in found if offered]


def say(reward: Reward) -> str:
    """The reward in words; "" for one of a kind that nobody has."""
    kind = _kinds.get(str(reward.get("kind")))
    return kind.say(reward) if kind else ""


def check(reward: Reward) -> None:
    """Raise an AppError, whose message says why, where the reward cannot be given at present."""
    _kind(reward).check(reward)


def give(reward: Reward, friend_ids: Iterable[int], *, key: Key, source: str) -> dict[int, Given]:
    """Give it to these friends, in the caller's transaction; what each got, or why they got nothing.

    The same `key` (at most 120 signs) gives a friend the same again; it may be another for each. `source` is
    what gives it as the ledger names it, `survey:4`. Raises NoSuchReward for what is not there.
    """
    return _kind(reward).give(reward, list(friend_ids), key=key, source=source)


def givers(reward: Reward) -> list[uses.Use]:
    """Whatever gives it now or may come to, as far as it is not over."""
    return [use for find in _givers for use in find(reward) if not use.is_over]


def keys_of(key: Key, friend_ids: Iterable[int]) -> dict[int, str]:
    """The key of each friend."""
    return {friend: key if isinstance(key, str) else key[friend] for friend in friend_ids}


def _kind(reward: Reward) -> RewardKind:
    kind = _kinds.get(str(reward.get("kind")))
    if kind is None:
        raise NoSuchReward
    return kind
