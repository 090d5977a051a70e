"""A talk as a page shows it: our own entries and those of other apps in the order of time, day by day."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from chats import sources
from chats.models import Conversation, Media, Message
from chats.sources import Entry

SIZE = 50
LATEST = timedelta(days=1)  # LINE's clock may be ahead of ours


@dataclass(frozen=True)
class Line:
    """One entry to show: a message of the talk, or messages from elsewhere."""

    at: datetime
    message: Message | None = None
    entry: Entry | None = None
    media: Media | None = None

    @property
    def key(self) -> str:
        """Its name on the page."""
        return f"m{self.message.pk}" if self.message else f"s{self.at.timestamp():.6f}"

    @property
    def day(self) -> date:
        return timezone.localtime(self.at).date()


@dataclass(frozen=True)
class Talk:
    """Some lines, oldest first; `earlier` is the moment before which there are more."""

    lines: list[Line] = field(default_factory=list)
    earlier: datetime | None = None


def before(conversation: Conversation, moment: datetime | None = None) -> Talk:
    """The newest lines before a moment (None: of all)."""
    until = moment or timezone.now() + LATEST
    own = conversation.messages.filter(at__lt=until).select_related("sending").order_by("-at", "-pk")
    lines = _lines(list(own[: SIZE + 1]))
    lines += [Line(entry.at, entry=entry) for entry in sources.entries(conversation.pk, until, SIZE + 1)]
    lines.sort(key=lambda line: (line.at, line.message.pk if line.message else 0))
    shown = lines[-SIZE:]
    return Talk(shown, shown[0].at if len(lines) > SIZE else None)


def since(conversation: Conversation, version: int) -> list[Line]:
    """What was written or changed after this version was read, oldest first."""
    changed = conversation.messages.filter(version__gt=version).select_related("sending")
    return _lines(list(changed.order_by("at", "pk")[: 2 * SIZE]))


def _lines(messages: list[Message]) -> list[Line]:
    files = {media.message_id: media for media in Media.objects.filter(message__in=_with_files(messages))}
    return [Line(message.at, message, media=files.get(message.pk)) for message in messages]


def _with_files(messages: list[Message]) -> list[Message]:
    return [message for message in messages if message.type in {"image", "video", "audio", "file"}]
