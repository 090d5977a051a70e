"""Commands on auto-replies and business hours."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts import activity
from accounts.models import User
from autoreplies import hours
from autoreplies.errors import HoursOverlap, NoWords, ReservedWord, WordTaken
from autoreplies.hours import Stretch
from autoreplies.models import AutoReply, ClosedDay, OpeningHours
from composing import content
from friends import replies
from friends.models import Tag

LONGEST_WORD = 100
MOST_WORDS = 50


@transaction.atomic
def save_auto_reply(
    rule: AutoReply, *, tags: Iterable[Tag] | None = None, by: User | None = None, **fields: Any
) -> AutoReply:
    """Change a rule, or make one that is not saved yet; it is tried last.

    Raises InvalidMessages, and for keywords NoWords, ReservedWord, WordTaken.
    """
    is_new = rule.pk is None
    for name, value in fields.items():
        setattr(rule, name, value)
    content.check(rule.messages)
    if rule.trigger == AutoReply.Trigger.KEYWORD:
        rule.words = _clean(rule.words)
        _check_free(rule)
    else:
        rule.words = []
    if is_new:
        rule.position = (AutoReply.objects.aggregate(last=Max("position"))["last"] or 0) + 1
    rule.save()
    if tags is not None:
        rule.tags.set(tags)
    activity.record("auto_reply.created" if is_new else "auto_reply.changed", rule, by=by, name=rule.name)
    return rule


@transaction.atomic
def switch(rule: AutoReply, *, is_on: bool, by: User | None = None) -> None:
    """Have it answer, or not. Raises WordTaken if another answers the word meanwhile."""
    rule.is_on = is_on
    if is_on and rule.trigger == AutoReply.Trigger.KEYWORD:
        _check_free(rule)
    rule.save(update_fields=["is_on"])
    activity.record("auto_reply.switched", rule, by=by, name=rule.name, is_on=is_on)


@transaction.atomic
def move_up(rule: AutoReply, *, by: User | None = None) -> None:
    """Try it before the one of its kind that was tried before it."""
    same = list(AutoReply.objects.select_for_update().filter(trigger=rule.trigger))
    place = next(index for index, each in enumerate(same) if each.pk == rule.pk)
    if place == 0:
        return
    same[place - 1], same[place] = same[place], same[place - 1]
    positions = sorted(each.position for each in same)
    for position, each in zip(positions, same, strict=True):
        each.position = position
    AutoReply.objects.bulk_update(same, ["position"])
    activity.record("auto_reply.moved", rule, by=by, name=rule.name)


@transaction.atomic
def delete_auto_reply(rule: AutoReply, *, by: User | None = None) -> None:
    activity.record("auto_reply.deleted", rule, by=by, name=rule.name)
    rule.delete()


@transaction.atomic
def save_hours(week: Iterable[Stretch], closed: Iterable[date], *, by: User | None = None) -> None:
    """Say when the client is there; none at all means always. Raises HoursOverlap."""
    stretches = sorted(set(week))
    if wrong := hours.overlapping(stretches):
        row = OpeningHours(weekday=wrong[0], opens=wrong[1], closes=wrong[2])
        raise HoursOverlap(day=row.get_weekday_display(), opens=f"{wrong[1] // 60:02}:{wrong[1] % 60:02}")
    days = sorted(set(closed))
    OpeningHours.objects.all().delete()
    ClosedDay.objects.all().delete()
    OpeningHours.objects.bulk_create(
        OpeningHours(weekday=weekday, opens=opens, closes=closes) for weekday, opens, closes in stretches
    )
    ClosedDay.objects.bulk_create(ClosedDay(on=day) for day in days)
    activity.record("business_hours.changed", "business_hours", by=by, week=stretches, closed=len(days))


def _clean(words: Iterable[str]) -> list[str]:
    """Each once, as typed; two that are compared alike are one."""
    found = {replies.plain(word): word.strip() for word in reversed(list(words)) if replies.plain(word)}
    cleaned = list(reversed(found.values()))
    if not 0 < len(cleaned) <= MOST_WORDS or max(map(len, cleaned)) > LONGEST_WORD:
        raise NoWords(longest=LONGEST_WORD)
    return cleaned


def _check_free(rule: AutoReply) -> None:
    """Two rules that answer exactly the same word at the same time: the second would never be heard."""
    for word in rule.words:
        if replies.is_reserved(word):
            raise ReservedWord(word=word)
    if rule.match != AutoReply.Match.EXACT or not rule.is_on:
        return
    own = {replies.plain(word): word for word in rule.words}
    others = AutoReply.objects.on([AutoReply.Trigger.KEYWORD]).exclude(pk=rule.pk).filter(match=rule.match)
    for other in others:
        taken = own.keys() & {replies.plain(word) for word in other.words}
        if taken and _meet(rule.when, other.when):
            raise WordTaken(word=own[taken.pop()], name=other.name)


def _meet(when: str, other: str) -> bool:
    return when == other or AutoReply.When.ALWAYS in (when, other)
