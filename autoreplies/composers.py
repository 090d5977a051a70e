"""What is answered: the messages of a rule, with the friend's own name in them."""

from datetime import timedelta

from django.utils import timezone

from autoreplies import matching
from autoreplies.models import AutoReply
from autoreplies.receivers import RETURNED
from composing import content
from friends.models import Reply
from routes import arrivals

WAIT_FOR_NAME = timedelta(seconds=10)  # of a newcomer, whose profile is being fetched

Messages = dict[int, list[dict]]


def greetings(owed: list[Reply]) -> Messages:
    """The greeting of the route by which somebody came, otherwise the client's.

    While it could still become known by which route, nobody is answered.
    """
    friend_ids = [reply.friend_id for reply in owed]
    undecided = arrivals.undecided(friend_ids)
    of_route = arrivals.greetings_for(friend_ids)
    rules = matching.rules(matching.ADDED)
    said = {
        reply.pk: of_route.get(reply.friend_id)
        or _said(rules.for_follow(reply.asked_at, is_return=reply.about == RETURNED))
        for reply in owed
        if reply.friend_id not in undecided
    }
    return _personal(owed, said)


def answers(owed: list[Reply]) -> Messages:
    """Of the rule that was chosen when they wrote; nothing if it has been deleted or switched off since."""
    rules = AutoReply.objects.filter(is_on=True).in_bulk({reply.about for reply in owed})
    return _personal(owed, {reply.pk: _said(rules.get(reply.about)) for reply in owed})


def _said(rule: AutoReply | None) -> list[dict]:
    return rule.messages if rule else []


def _personal(owed: list[Reply], said: Messages) -> Messages:
    """With names filled in. Who has none yet is left out for a moment if the messages call them by it."""
    return {
        reply.pk: content.filled(said[reply.pk], reply.friend_id)
        for reply in owed
        if reply.pk in said and not _waits_for_name(reply, said[reply.pk])
    }


def _waits_for_name(reply: Reply, messages: list[dict]) -> bool:
    friend = reply.friend
    is_new = friend.profile_fetched_at is None and not friend.display_name
    return is_new and content.is_personal(messages) and timezone.now() - reply.asked_at < WAIT_FOR_NAME
