"""One-to-one chats between friends and the client's people."""

import secrets
from datetime import timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import current
from accounts.addresses import client_page
from friends.models import Friend


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def with_newest(self) -> Self:
        """Each with `newest_id`: the message that its line in the inbox shows."""
        said = Message.objects.filter(conversation=models.OuterRef("pk"), sender__in=Message.TALK)
        return self.annotate(newest_id=models.Subquery(said.order_by("-at", "-pk").values("pk")[:1]))


class Conversation(models.Model):
    """The talk with one friend, and how far the client's people are with it.

    Whoever writes a message or changes one raises `version` first, under the row's lock, and gives it to the
    message: so nobody who has seen a version has missed what is older.
    """

    class State(models.TextChoices):
        UNREAD = "unread", _("Unread")
        IN_PROGRESS = "in_progress", _("In progress")
        DONE = "done", _("Done")

    friend = models.OneToOneField(
        Friend,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="conversation",
        verbose_name=_("friend"),
    )
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.DONE)
    # A user's number; their table is in another schema.
    assignee_id = models.IntegerField(_("assignee"), null=True, blank=True)
    last_at = models.DateTimeField(_("last message"))
    version = models.BigIntegerField(default=1, db_default=1, editable=False)
    # Of the newest event that can be answered free of charge, and until when.
    reply_token = models.CharField(max_length=100, blank=True, default="", db_default="", editable=False)
    reply_until = models.DateTimeField(null=True, editable=False)
    # Of the newest message, for telling LINE that it was read; and whether that is still to be done.
    read_token = models.CharField(max_length=300, blank=True, default="", db_default="", editable=False)
    read_due_at = models.DateTimeField(null=True, editable=False)
    alert_at = models.DateTimeField(null=True, editable=False)  # when the assignee is told of it by e-mail

    objects = ConversationQuerySet.as_manager()

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        ordering = ["-last_at", "-friend_id"]
        default_permissions = ("view", "change")
        permissions = [("reply_conversation", _("Can answer friends"))]
        indexes = [
            models.Index(fields=["-last_at", "-friend"], name="conversation_newest"),
            models.Index(fields=["state", "-last_at", "-friend"], name="conversation_state"),
            models.Index(
                fields=["assignee_id", "-last_at", "-friend"],
                name="conversation_assignee",
                condition=models.Q(assignee_id__isnull=False),
            ),
            models.Index(
                fields=["read_due_at"],
                name="conversation_read_due",
                condition=models.Q(read_due_at__isnull=False),
            ),
            models.Index(
                fields=["alert_at"], name="conversation_alert", condition=models.Q(alert_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return str(self.friend)

    def get_absolute_url(self) -> str:
        return client_page("chat", self.pk)


class Message(models.Model):
    """One entry of a talk: what the friend or we said, a note, or what was done with the conversation."""

    class Sender(models.TextChoices):
        FRIEND = "friend", _("Friend")
        PERSON = "person", _("One of us")
        AUTOMATIC = "automatic", _("Automatic answer")
        NOTE = "note", _("Note")
        HANDLING = "handling", _("Handling")

    TALK = (Sender.FRIEND, Sender.PERSON, Sender.AUTOMATIC)  # what the friend sees
    UNSENT = "unsent"  # the type of what the friend took back
    POSTBACK = "postback"  # the type of a tapped button

    conversation = models.ForeignKey(
        Conversation, on_delete=models.CASCADE, related_name="messages", db_index=False
    )
    sender = models.CharField(_("sender"), max_length=9, choices=Sender)
    at = models.DateTimeField(_("time"))
    version = models.BigIntegerField(editable=False)
    type = models.CharField(_("type"), max_length=20)
    content = models.JSONField(_("content"), default=dict)  # LINE's message object, or what was done
    words = models.TextField(blank=True, default="", db_default="", editable=False)  # as search compares them
    line_id = models.CharField(max_length=40, null=True, editable=False)
    author = models.CharField(_("author"), max_length=100, blank=True, default="", db_default="")
    sending = models.ForeignKey(
        "chats.Sending",
        on_delete=models.SET_NULL,
        null=True,
        related_name="messages",
        db_index=False,
        editable=False,
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-at", "-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["conversation", "-at", "-id"], name="message_of_talk"),
            models.Index(
                fields=["sending"], name="message_sending", condition=models.Q(sending__isnull=False)
            ),
        ]
        # As a constraint, since a unique text field gets a second index that nobody needs.
        constraints = [models.UniqueConstraint(name="message_line_id_once", fields=["line_id"])]

    def __str__(self) -> str:
        return f"{self.get_sender_display()} {self.at:%Y-%m-%d %H:%M}"


class Sending(models.Model):
    """One request to LINE: up to five messages of ours for one friend, and what became of it.

    Everything that a repeat must have in common with the first attempt is fixed here before it: the key, the
    bytes, the way. `is_uncertain` says that LINE may have taken it although nobody heard so.
    """

    class Way(models.TextChoices):
        REPLY = "reply", _("Free reply")
        PUSH = "push", _("Push")

    class State(models.TextChoices):
        PENDING = "pending", _("Sending")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Not sent")
        UNKNOWN = "unknown", _("Not known whether it was sent")

    REASONS: ClassVar = {
        "no_answer": _("LINE does not answer."),
        "used_up": _("The messages of this month are used up. Raise the limit or change the LINE plan."),
        "reply_over": _("The free reply was over."),
    }

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="sendings")
    client_token = models.CharField(max_length=64, unique=True)  # of the form: sent twice, it counts once
    by_id = models.IntegerField(null=True)
    way = models.CharField(_("way"), max_length=5, choices=Way)
    may_push = models.BooleanField()  # whether the person agreed to pay if the free reply is over
    reply_token = models.CharField(max_length=100, blank=True)
    retry_key = models.UUIDField(unique=True)
    body = models.BinaryField()
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.PENDING)
    error = models.CharField(_("error"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    due_at = models.DateTimeField(null=True)
    first_tried_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    is_under_way = models.BooleanField(default=False)
    is_uncertain = models.BooleanField(default=False)
    sent_at = models.DateTimeField(_("sent"), null=True)

    class Meta:
        verbose_name = _("reply of ours")
        verbose_name_plural = _("replies of ours")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["due_at"], name="sending_due", condition=models.Q(state="pending")),
        ]
        constraints = [
            models.CheckConstraint(
                name="sending_sent_has_a_time",
                condition=~models.Q(state="sent") | models.Q(sent_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def reason(self) -> str:
        """Why it was not sent, for people."""
        return str(self.REASONS.get(self.error, self.error))


def make_token() -> str:
    return secrets.token_urlsafe(24)


class Media(models.Model):
    """A picture, film, sound or file of a talk. LINE keeps what friends send only a while, so it is fetched.

    `token` is what the public address of a picture of ours holds; what friends send has none.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Being fetched")
        STORED = "stored", _("Stored")
        MISSED = "missed", _("Could not be fetched")
        TOO_LARGE = "too_large", _("Too large to be kept")
        DOOMED = "doomed", _("To be deleted")

    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, related_name="media")
    line_id = models.CharField(max_length=40, blank=True, db_default="")  # by which LINE hands it out
    kind = models.CharField(max_length=10, db_default="image")
    state = models.CharField(max_length=9, choices=State, db_default=State.WAITING, default=State.WAITING)
    token = models.CharField(max_length=40, null=True, unique=True)
    file = models.CharField(max_length=200, blank=True, default="", db_default="")
    preview = models.CharField(max_length=200, blank=True, default="", db_default="")
    media_type = models.CharField(max_length=100, blank=True, default="", db_default="")
    file_name = models.CharField(max_length=255, blank=True, default="", db_default="")
    size = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("file of a chat")
        verbose_name_plural = _("files of chats")
        ordering = ["-id"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["due_at"], name="media_due", condition=models.Q(due_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.file_name or self.file

    def address(self, *, preview: bool = False) -> str:
        """Where LINE and friends fetch a picture of ours."""
        client = f"{settings.MEDIA_BASE_URL}/{settings.TENANT_SUBFOLDER_PREFIX}/{current.tenant().slug}"
        return f"{client}/f/media/{self.token}/{'small/' if preview else ''}"


class SavedReply(models.Model):
    """A text that the client's people often answer with. `{name}` in it becomes the friend's name."""

    TITLE_LENGTH = 60

    title = models.CharField(_("title"), max_length=TITLE_LENGTH, unique=True)
    text = models.TextField(_("text"), max_length=5000)

    class Meta:
        verbose_name = _("saved reply")
        verbose_name_plural = _("saved replies")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    def filled(self, friend: Friend) -> str:
        return self.text.replace("{name}", friend.display_name or str(_("customer")))


class Preference(models.Model):
    """How this client's people are told of chats; one row at most."""

    id = models.SmallIntegerField(primary_key=True, default=1, editable=False)
    alert_minutes = models.PositiveSmallIntegerField(
        _("e-mail after minutes"),
        null=True,
        blank=True,
        help_text=_("The assignee gets an e-mail when a message stays unread so long. Empty: no e-mails."),
    )

    class Meta:
        verbose_name = _("chat settings")
        verbose_name_plural = _("chat settings")
        default_permissions = ("view", "change")
        constraints = [models.CheckConstraint(name="one_preference", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    @property
    def alert_after(self) -> timedelta | None:
        return timedelta(minutes=self.alert_minutes) if self.alert_minutes else None
