"""Answering a friend: by the free reply while its token lives, by a push that costs after that."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import board, current
from accounts.models import User
from billing import forecast
from billing.forecast import Forecast
from channels.models import Channel
from chats import services
from chats.errors import CostsMoney, FriendBlocked, NotConnected, NothingToSend, WrongState
from chats.models import Conversation, Media, Message, Sending
from composing.errors import InvalidMessages
from friends.models import Friend, Reply
from line import messages as line_messages

KIND = "chat_sending"  # on the work board
KEY_LIFE = timedelta(hours=23)  # LINE remembers a retry key for 24 h; after that a repeat is a new push
Way = Sending.Way
State = Sending.State


@dataclass(frozen=True)
class Offer:
    """What an answer would cost now: nothing until `free_until`, or what `forecast` says of one push."""

    free_until: datetime | None
    forecast: Forecast
    is_connected: bool
    receives: bool

    @property
    def is_free(self) -> bool:
        return self.free_until is not None

    @property
    def can_push(self) -> bool:
        return self.forecast.fits


def offer(conversation: Conversation) -> Offer:
    """Asked for the page; what holds is asked again when it is sent."""
    now = timezone.now()
    channel = Channel.objects.filter(tenant=current.tenant().pk).first()
    return Offer(
        free_until=_free_until(conversation, now),
        forecast=forecast.forecast(current.tenant().pk, messages=1, at=now),
        is_connected=channel is not None,
        receives=channel is None or channel.receives,
    )


def send(
    friend: Friend, messages: list[dict], *, client_token: str, may_push: bool, by: User | None
) -> Sending:
    """Answer a friend with 1 to 5 messages, soon after the transaction commits.

    The same `client_token` again for the same friend gives the sending of the first time. Raises
    NothingToSend, InvalidMessages, NotConnected, FriendBlocked, WrongState; without the free reply
    CostsMoney unless `may_push`, and PlanExceeded.
    """
    if known := _known(friend, client_token):
        return known
    _check(friend, messages)
    try:
        return _write(friend, messages, client_token, may_push, by)
    except IntegrityError:  # the same form came twice at once, and the other was first
        if known := _known(friend, client_token):
            return known
        raise


def _known(friend: Friend, client_token: str) -> Sending | None:
    """What this form has sent before. Raises WrongState if that went to somebody else."""
    known = Sending.objects.filter(client_token=client_token).first()
    if known and known.conversation_id != friend.pk:
        raise WrongState
    return known


@transaction.atomic
def send_again(sending: Sending, *, by: User | None) -> Sending:
    """Push what was not sent, or perhaps not; not twice as long as LINE knows the key of a first push.

    Raises WrongState, FriendBlocked, NotConnected, PlanExceeded.
    """
    held = services.hold(sending.conversation)
    found = Sending.objects.get(pk=sending.pk)
    if found.state not in {State.FAILED, State.UNKNOWN}:
        raise WrongState
    _check_friend(held.friend)
    forecast.check(current.tenant().pk, 1, timezone.now(), is_bulk=False)
    if not _is_known_to_line(found):
        found.retry_key, found.first_tried_at, found.is_uncertain = uuid4(), None, False
    found.way, found.may_push, found.reply_token = Way.PUSH, True, ""
    found.state, found.error = State.PENDING, ""
    found.attempts, found.due_at = 0, timezone.now()
    found.save()
    found.messages.update(version=held.version)
    services.add(held, Message.Sender.HANDLING, "sent_again", {}, by=by)
    board.call(KIND)
    return found


def _is_known_to_line(sending: Sending) -> bool:
    """Whether LINE would know a repeat of this push by its key, should it have taken it."""
    if sending.state != State.UNKNOWN or sending.way != Way.PUSH or sending.first_tried_at is None:
        return False
    return timezone.now() < sending.first_tried_at + KEY_LIFE


@transaction.atomic
def _write(
    friend: Friend, messages: list[dict], client_token: str, may_push: bool, by: User | None
) -> Sending:
    now = timezone.now()
    held = services.hold(Conversation(friend=friend))
    is_free = _free_until(held, now) is not None
    if not is_free and not may_push:
        raise CostsMoney
    if not is_free:
        forecast.check(current.tenant().pk, 1, now, is_bulk=False)
    sending = Sending.objects.create(
        conversation=held,
        client_token=client_token,
        by_id=by.pk if by else None,
        way=Way.REPLY if is_free else Way.PUSH,
        may_push=may_push,
        reply_token=held.reply_token if is_free else "",
        retry_key=uuid4(),
        body=line_messages.push_body(friend.line_user_id, messages),
        created_at=now,
        due_at=now,
    )
    _show(held, sending, messages, by, now)
    board.call(KIND)
    return sending


def _show(held: Conversation, sending: Sending, messages: list[dict], by: User | None, now: datetime) -> None:
    """In the talk at once; who answers has it in hand."""
    held.last_at = max(held.last_at, now)
    held.reply_token = "" if sending.way == Way.REPLY else held.reply_token
    held.state, held.alert_at = (
        (Conversation.State.IN_PROGRESS if held.state == Conversation.State.UNREAD else held.state),
        None,
    )
    if held.assignee_id is None and by:
        held.assignee_id = by.pk
    held.save(update_fields=["last_at", "reply_token", "state", "alert_at", "assignee_id"])
    for message in messages:
        entry = services.add(
            held, Message.Sender.PERSON, message["type"], message, by=by, at=now, sending=sending
        )
        _claim_picture(entry)


def _claim_picture(entry: Message) -> None:
    """A picture that was uploaded for this message is kept from now on."""
    token = str(entry.content.get("originalContentUrl", "")).rstrip("/").rpartition("/")[2]
    if entry.type == "image" and token:
        Media.objects.filter(token=token, message=None).update(message=entry, due_at=None)


def _free_until(conversation: Conversation, now: datetime) -> datetime | None:
    """Until when the newest event can be answered free; None if that is over, or an answer of ours has it."""
    token, until = conversation.reply_token, conversation.reply_until
    if not token or until is None or until <= now or Reply.objects.filter(token=token).exists():
        return None
    return until


def _check(friend: Friend, messages: list[dict]) -> None:
    if not messages:
        raise NothingToSend
    problems = line_messages.validate(messages)
    if problems:
        raise InvalidMessages(
            [{"path": each.path, "text": _(each.message) % {"limit": each.limit}} for each in problems]
        )
    _check_friend(friend)


def _check_friend(friend: Friend) -> None:
    if not Channel.objects.filter(tenant=current.tenant().pk).exists():
        raise NotConnected
    if friend.status == Friend.Status.BLOCKED:
        raise FriendBlocked(friend=str(friend))
