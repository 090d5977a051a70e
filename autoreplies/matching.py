"""Which rule answers: the first that fits what was written, when it was written."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from autoreplies import hours
from autoreplies.hours import BusinessHours
from autoreplies.models import AutoReply
from friends import replies

WRITTEN = (AutoReply.Trigger.KEYWORD, AutoReply.Trigger.ANYTHING)
ADDED = (AutoReply.Trigger.GREETING, AutoReply.Trigger.RETURN)

# Of these friends, those to whom a person is writing: only a keyword they type is answered by the account.
InHand = Callable[[set[int]], set[int]]
_in_hand: list[InHand] = []


def leave_to_people(in_hand: InHand) -> None:
    """Name who knows which friends a person of the client is talking with just now."""
    _in_hand.append(in_hand)


def in_hand(friend_ids: set[int]) -> set[int]:
    """The friends among these with whom a person is talking."""
    return set().union(*(known(friend_ids) for known in _in_hand))


@dataclass(frozen=True)
class Rules:
    """The client's rules that are on, in order, and its business hours."""

    rules: list[AutoReply]
    hours: BusinessHours

    def for_text(self, text: str, at: datetime) -> AutoReply | None:
        """What answers a text; None where nothing does, or an app answers this word itself.

        Keywords go before the answer to anything else.
        """
        if replies.is_reserved(text):
            return None
        plain = replies.plain(text)
        by_word = (rule for rule in self._at(AutoReply.Trigger.KEYWORD, at) if self._fits(rule, plain))
        return next(by_word, None) or self.for_anything(at)

    def for_anything(self, at: datetime) -> AutoReply | None:
        """What answers a sticker, a picture, or a text without a keyword."""
        return next(iter(self._at(AutoReply.Trigger.ANYTHING, at)), None)

    def for_follow(self, at: datetime, *, is_return: bool) -> AutoReply | None:
        """The greeting; who comes back gets that of a newcomer where there is no other."""
        returns = self._at(AutoReply.Trigger.RETURN, at) if is_return else []
        return next(iter([*returns, *self._at(AutoReply.Trigger.GREETING, at)]), None)

    def _at(self, trigger: AutoReply.Trigger, at: datetime) -> list[AutoReply]:
        is_open = self.hours.is_open(at)
        wrong = AutoReply.When.CLOSED if is_open else AutoReply.When.OPEN
        return [rule for rule in self.rules if rule.trigger == trigger and rule.when != wrong]

    def _fits(self, rule: AutoReply, plain: str) -> bool:
        words = self._plain_words[rule.pk]
        match rule.match:
            case AutoReply.Match.EXACT:
                return plain in words
            case AutoReply.Match.BEGINS:
                return plain.startswith(words)
            case _:
                return any(word in plain for word in words)

    @cached_property
    def _plain_words(self) -> dict[int, tuple[str, ...]]:
        return {rule.pk: tuple(map(replies.plain, rule.words)) for rule in self.rules}


def rules(triggers: tuple[AutoReply.Trigger, ...] = WRITTEN + ADDED) -> Rules:
    """The present client's."""
    return Rules(list(AutoReply.objects.on(triggers)), hours.of_client())
