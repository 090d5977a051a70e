"""Commands on conversations: how far we are, who takes care, what we note. Nothing reaches the friend."""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts import activity, board
from accounts.models import User
from chats import answers, people
from chats.errors import EmptyNote, NotAMember
from chats.models import Conversation, Message, Preference, SavedReply, Sending
from friends.models import Friend

READING = "chat_reading"  # on the work board
LONGEST_NOTE = 5_000
State = Conversation.State


def open_conversation(friend: Friend) -> Conversation:
    """The conversation with a friend, begun if there was none."""
    found, _ = Conversation.objects.get_or_create(friend=friend, defaults={"last_at": timezone.now()})
    return found


def hold(conversation: Conversation) -> Conversation:
    """The row, locked until the transaction ends, with the version that what follows is written under."""
    if not Conversation.objects.filter(pk=conversation.pk).update(version=F("version") + 1):
        open_conversation(conversation.friend)
    return Conversation.objects.select_related("friend").get(pk=conversation.pk)


@transaction.atomic
def move(conversation: Conversation, to: str, *, by: User | None) -> Conversation:
    """Say how far we are with it; repeated, it changes nothing."""
    held = hold(conversation)
    if held.state != to:
        _move(held, State(to), by, timezone.now())
    return held


@transaction.atomic
def see(conversation: Conversation, *, by: User | None) -> Conversation:
    """Somebody who may answer has opened it: it is no longer unread, and LINE shows the friend so."""
    if conversation.state != State.UNREAD and not conversation.read_token:
        return conversation
    held = hold(conversation)
    if held.state == State.UNREAD:
        _read(held, by)
    if held.read_token:
        held.read_due_at = timezone.now()
        held.save(update_fields=["read_due_at"])
        board.call(READING)
    return held


@transaction.atomic
def assign(conversation: Conversation, user_id: int | None, *, by: User | None) -> Conversation:
    """Give it to somebody, or to nobody. Raises NotAMember."""
    names = {user.pk: str(user) for user in people.members()}
    if user_id is not None and user_id not in names:
        raise NotAMember
    held = hold(conversation)
    if held.assignee_id != user_id:
        held.assignee_id, held.alert_at = user_id, _alert_at(held, user_id)
        held.save(update_fields=["assignee_id", "alert_at"])
        add(held, Message.Sender.HANDLING, "assigned", {"to": names.get(user_id or 0, "")}, by=by)
    return held


@transaction.atomic
def add_note(conversation: Conversation, text: str, *, by: User | None) -> Message:
    """Keep a note among us in the talk; it is never sent. Raises EmptyNote."""
    text = text.replace("\r\n", "\n").strip()
    if not 0 < len(text) <= LONGEST_NOTE:
        raise EmptyNote(longest=LONGEST_NOTE)
    return add(hold(conversation), Message.Sender.NOTE, "text", {"text": text}, by=by)


def add(
    held: Conversation,
    sender: str,
    type_: str,
    content: dict,
    *,
    by: User | None,
    at: datetime | None = None,
    sending: Sending | None = None,
) -> Message:
    """Write an entry into a talk that `hold` has locked."""
    return Message.objects.create(
        conversation=held,
        sender=sender,
        at=at or timezone.now(),
        version=held.version,
        type=type_,
        content=content,
        words=answers.words_of(content),
        author=author_of(by),
        sending=sending,
    )


def author_of(by: User | None) -> str:
    """The name that stays with what somebody did, also when they have left."""
    return str(by)[:100] if by else ""


@transaction.atomic
def save_reply(saved_reply: SavedReply, *, title: str, text: str, by: User | None) -> SavedReply:
    """Keep a new saved reply, or change one."""
    verb = "saved_reply.changed" if saved_reply.pk else "saved_reply.created"
    saved_reply.title, saved_reply.text = title, text
    saved_reply.save()
    activity.record(verb, saved_reply, by=by, title=title)
    return saved_reply


@transaction.atomic
def delete_saved_reply(saved_reply: SavedReply, *, by: User | None) -> None:
    activity.record("saved_reply.deleted", saved_reply, by=by, title=saved_reply.title)
    SavedReply.objects.filter(pk=saved_reply.pk).delete()


@transaction.atomic
def set_alerts(minutes: int | None, *, by: User | None) -> None:
    """After how many unread minutes the assignee gets an e-mail; None: never."""
    preference, _ = Preference.objects.update_or_create(pk=1, defaults={"alert_minutes": minutes})
    activity.record("chat_settings.changed", preference, by=by, alert_minutes=minutes)


def _read(held: Conversation, by: User | None) -> None:
    """Who reads one message after the other is named once."""
    held.state, held.alert_at = State.IN_PROGRESS, None
    held.save(update_fields=["state", "alert_at"])
    ours = held.messages.filter(sender__in=[Message.Sender.HANDLING, Message.Sender.PERSON])
    if ours.order_by("-at", "-pk").values_list("author", flat=True).first() != author_of(by):
        add(held, Message.Sender.HANDLING, "read", {}, by=by)


def _move(held: Conversation, to: State, by: User | None, now: datetime) -> None:
    before, held.state, held.alert_at = held.state, to, None
    held.save(update_fields=["state", "alert_at"])
    add(held, Message.Sender.HANDLING, "moved", {"from": before, "to": to.value}, by=by, at=now)


def _alert_at(held: Conversation, user_id: int | None) -> datetime | None:
    """When the new assignee is told; soon enough is from now on."""
    preference = Preference.objects.first()
    if user_id is None or held.state != State.UNREAD or not (preference and preference.alert_after):
        return None
    moment = timezone.now() + preference.alert_after
    board.call("chat_alerts", moment)
    return moment
