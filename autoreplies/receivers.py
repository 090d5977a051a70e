"""Who added the account or wrote to it is answered; who of them gets a tag by it has it at once."""

from collections import defaultdict
from collections.abc import Callable

from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from autoreplies import matching
from autoreplies.models import AutoReply
from channels import handlers
from channels.handlers import Received
from friends import replies, services, signals
from friends.replies import Given

GREETING, ANSWER = "autoreplies.greeting", "autoreplies.answer"
RETURNED = 1  # what a greeting is about


@handlers.register("follow")
def on_follow(events: list[Received]) -> None:
    """The greeting is chosen when it is given: by then the route of the friend may be known."""
    answerable = [event for event in events if event.is_direct and event.reply_token]
    numbers = services.know(event.line_user_id for event in answerable)
    returned = [event for event in answerable if is_return(event)]
    replies.owe(GREETING, returned, numbers, about=RETURNED)
    replies.owe(GREETING, [event for event in answerable if not is_return(event)], numbers)
    if answerable:
        rules = matching.rules(matching.ADDED)
        _tag(answerable, numbers, lambda event: rules.for_follow(event.at, is_return=is_return(event)))


@handlers.register("message")
def on_message(events: list[Received]) -> None:
    answerable = [event for event in events if event.is_direct and event.reply_token]
    rules = matching.rules(matching.WRITTEN) if answerable else None
    if not rules or not rules.rules:
        return
    awaited = replies.awaited(answerable)
    answerable = [event for event in answerable if event.id not in awaited]
    numbers = services.know(event.line_user_id for event in answerable)
    in_hand = matching.in_hand(set(numbers.values()))

    def choose(event: Received) -> AutoReply | None:
        text = event.payload["message"].get("text")
        rule = rules.for_text(text, event.at) if isinstance(text, str) else rules.for_anything(event.at)
        is_left = rule and rule.trigger == rule.Trigger.ANYTHING and numbers[event.line_user_id] in in_hand
        return None if is_left else rule

    for number, fitting in _tag(answerable, numbers, choose).items():
        replies.owe(ANSWER, fitting, numbers, about=number)


@receiver(signals.replied)
def count(given: list[Given], **_kwargs: object) -> None:
    """How often each rule has answered."""
    counts: defaultdict[int, int] = defaultdict(int)
    for each in given:
        if each.composer == ANSWER and each.about is not None:
            counts[each.about] += 1
    for number, times in counts.items():
        AutoReply.objects.filter(pk=number).update(
            given_count=F("given_count") + times, given_at=timezone.now()
        )


def is_return(event: Received) -> bool:
    return bool(event.payload.get("follow", {}).get("isUnblocked"))


def _tag(
    events: list[Received], numbers: dict[str, int], choose: Callable[[Received], AutoReply | None]
) -> dict[int, list[Received]]:
    """The events by the number of the rule chosen for each; friends get the tags of the rule."""
    chosen: dict[int, list[Received]] = {}
    rules: dict[int, AutoReply] = {}
    for event in events:
        if rule := choose(event):
            rules[rule.pk] = rule
            chosen.setdefault(rule.pk, []).append(event)
    for number, fitting in chosen.items():
        for tag in rules[number].tags.all():
            services.tag_friends(sorted({numbers[event.line_user_id] for event in fitting}), tag)
    return chosen
