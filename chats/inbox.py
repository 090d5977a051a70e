"""The list of conversations: newest first, in pages, by how far we are and who takes care."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from chats import people
from chats.models import Conversation, ConversationQuerySet, Message
from friends import replies
from friends.models import Friend

SIZE = 40
MOST_FOUND = 500  # conversations that a search finds by their messages: the newest
MOST_COUNTED = 99
State = Conversation.State
TABS = {
    "unread": _("Unread"),
    "in_progress": _("In progress"),
    "done": _("Done"),
    "all": _("All"),
    "mine": _("Mine"),
}


@dataclass(frozen=True)
class Row:
    """A conversation in the list, the message its line shows, and who takes care of it."""

    conversation: Conversation
    newest: Message | None
    assignee: str


@dataclass(frozen=True)
class Inbox:
    """A page of the list. `next` begins the page after; `mark` changes when anything that is shown does."""

    rows: list[Row]
    next: str | None
    mark: str


def narrow(tab: str, *, user_id: int | None, assignee: str = "", text: str = "") -> ConversationQuerySet:
    """Conversations of a tab, of an assignee (a number, or `nobody`), found by name or message text."""
    found = Conversation.objects.all()
    if tab in State.values:
        found = found.filter(state=tab)
    elif tab == "mine":
        found = found.filter(assignee_id=user_id)
    if assignee == "nobody":
        found = found.filter(assignee_id=None)
    elif assignee.isdecimal():
        found = found.filter(assignee_id=int(assignee[:9]))
    return found.filter(friend__in=_found(text.strip())) if text.strip() else found


def in_hand(friend_ids: set[int]) -> set[int]:
    """Of these friends, those whose conversation a person has in progress."""
    talks = Conversation.objects.filter(friend__in=friend_ids, state=State.IN_PROGRESS)
    return set(talks.values_list("friend_id", flat=True))


def page(found: ConversationQuerySet, before: str = "") -> Inbox:
    """The page that begins after `before`, the `next` of the one above; the top for what is no such place."""
    if place := _place(before):
        at, pk = place
        found = found.filter(Q(last_at__lt=at) | Q(friend__lt=pk), last_at__lte=at)
    ordered = found.with_newest().select_related("friend").order_by("-last_at", "-friend_id")
    rows = list(ordered[: SIZE + 1])
    shown = rows[:SIZE]
    following = f"{shown[-1].last_at.isoformat()}_{shown[-1].pk}" if len(rows) > SIZE else None
    return Inbox(_filled(shown), following, _mark(rows))


def counts(user_id: int | None) -> dict[str, int]:
    """How many wait, for the tabs that somebody works off; at most one more than MOST_COUNTED."""
    return {
        "unread": _count(Conversation.objects.filter(state=State.UNREAD)),
        "in_progress": _count(Conversation.objects.filter(state=State.IN_PROGRESS)),
        "mine": _count(Conversation.objects.filter(assignee_id=user_id).exclude(state=State.DONE)),
    }


def unread_count() -> int:
    return _count(Conversation.objects.filter(state=State.UNREAD))


def _count(found: QuerySet) -> int:
    return found.order_by()[: MOST_COUNTED + 1].count()


def _found(text: str) -> QuerySet:
    """Friends by the beginning of their name, or by any words of the talk, whatever their width and case."""
    named = Friend.objects.search(text).order_by().values("pk")
    said = Message.objects.filter(words__contains=replies.plain(text)).order_by("-pk")
    talks = said.values("conversation")[:MOST_FOUND]
    return Friend.objects.filter(Q(pk__in=named) | Q(pk__in=talks)).values("pk")


def _filled(conversations: list[Conversation]) -> list[Row]:
    newest = Message.objects.select_related("sending").in_bulk(
        [each.newest_id for each in conversations if each.newest_id]  # type: ignore[attr-defined]  # annotated
    )
    names = people.names(each.assignee_id for each in conversations)
    return [
        Row(each, newest.get(each.newest_id), names.get(each.assignee_id or 0, ""))  # type: ignore[attr-defined]
        for each in conversations
    ]


def _mark(conversations: list[Conversation]) -> str:
    shown = ",".join(f"{each.pk}:{each.version}" for each in conversations)
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _place(before: str) -> tuple[datetime, int] | None:
    moment, _underscore, number = before.rpartition("_")
    try:
        return datetime.fromisoformat(moment), int(number)
    except ValueError:
        return None
