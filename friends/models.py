"""Friends of the channel, and their tags."""

from typing import Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _


class FriendQuerySet(models.QuerySet["Friend"]):
    def reachable(self) -> Self:
        """Friends who have not blocked the account: those a message would reach."""
        return self.filter(status=Friend.Status.FRIEND)

    def with_link(self) -> Self:
        """Friends who are linked at present have `active_link`; on the others Django leaves it unset."""
        now = models.FilteredRelation("links", condition=models.Q(links__unlinked_at=None))
        return self.annotate(active_link=now).select_related("active_link__customer")

    def linked(self, is_linked: bool) -> Self:
        """Who is a customer at present, or who is not; asked so that a page needs not read all."""
        if is_linked:
            return self.filter(links__isnull=False, links__unlinked_at=None)
        links = Friend._meta.get_field("links").related_model._default_manager
        return self.exclude(models.Exists(links.filter(friend=models.OuterRef("pk"), unlinked_at=None)))

    def search(self, text: str) -> Self:
        """By the beginning of the display name, or by the whole LINE user id."""
        return self.filter(models.Q(display_name__istartswith=text) | models.Q(line_user_id=text))


class Friend(models.Model):
    """A LINE user as this channel knows them.

    The primary key is the dense 32-bit number that bitmaps are made of.
    """

    class Status(models.TextChoices):
        FRIEND = "friend", _("Friend")
        BLOCKED = "blocked", _("Blocked")
        UNKNOWN = "unknown", _("Not a friend")

    NAME_LENGTH = 100

    id = models.AutoField(primary_key=True)
    line_user_id = models.CharField(_("LINE user ID"), max_length=33, unique=True)
    display_name = models.CharField(_("display name"), max_length=NAME_LENGTH, blank=True)
    picture_url = models.URLField(_("picture"), max_length=500, blank=True)
    language = models.CharField(_("language"), max_length=20, blank=True)
    status = models.CharField(_("status"), max_length=7, choices=Status, default=Status.FRIEND)
    status_at = models.DateTimeField(
        _("status since"), null=True, help_text=_("Time of the newest follow or unfollow event applied")
    )
    followed_at = models.DateTimeField(
        _("friend since"), null=True, blank=True, help_text=_("Time of the newest follow")
    )
    blocked_at = models.DateTimeField(
        _("blocked"), null=True, blank=True, help_text=_("Time of the newest block")
    )
    profile_fetched_at = models.DateTimeField(_("profile fetched"), null=True, editable=False)
    profile_due_at = models.DateTimeField(null=True, editable=False)  # when to ask LINE next; null: no need
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    tags = models.ManyToManyField("friends.Tag", through="friends.FriendTag", related_name="friends")

    objects = FriendQuerySet.as_manager()

    class Meta:
        verbose_name = _("friend")
        verbose_name_plural = _("friends")
        ordering = ["-id"]
        permissions = [("import_friend", _("Can import friends")), ("export_friend", _("Can export friends"))]
        constraints = [
            models.CheckConstraint(
                name="friend_line_user_id_is_lines",
                condition=models.Q(line_user_id__regex=r"^U[0-9a-f]{32}$"),
            )
        ]
        indexes = [
            models.Index(fields=["status", "followed_at"], name="friend_status_followed"),
            models.Index(
                fields=["profile_due_at"],
                name="friend_profile_due",
                condition=models.Q(profile_due_at__isnull=False),
            ),
            models.Index(
                OpClass(Upper("display_name"), name="text_pattern_ops"), name="friend_name"
            ),  # serves istartswith
        ]

    def __str__(self) -> str:
        return self.display_name or self.line_user_id


class Tag(models.Model):
    """A word by which the client sorts friends."""

    NAME_LENGTH = 60

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=NAME_LENGTH, unique=True)
    color = models.CharField(_("colour"), max_length=7, default="#3b6ef6")

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class FriendTag(models.Model):
    """A tag on a friend, and since when."""

    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, db_index=False)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, db_index=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="friend_tag_once", fields=["tag", "friend"])]
        indexes = [models.Index(fields=["friend", "tag"], name="friend_tag_friend")]

    def __str__(self) -> str:
        return f"{self.friend_id} {self.tag_id}"


class Reply(models.Model):
    """An answer owed to a friend who wrote or tapped; gone once given.

    LINE takes a reply token once, so that giving the answer twice does no harm.
    """

    friend = models.ForeignKey(Friend, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=100, unique=True)
    composer = models.CharField(max_length=40)
    about = models.IntegerField(null=True)  # what the composer answers with: a rule's number, for example
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
        indexes = [models.Index(fields=["due_at"], name="reply_due")]

    def __str__(self) -> str:
        return f"{self.composer} to {self.friend_id}"
