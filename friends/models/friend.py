"""Friends of the channel, and their tags."""

import re
from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Concat, Now
from django.utils.translation import gettext_lazy as _

from friends.names import says

is_line_user_id = re.compile(r"U[0-9a-f]{32}").fullmatch


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
        """By any part of the display name or of our own name, or by the whole LINE user id.

        Width, case, hiragana or katakana and spaces make no difference.
        """
        text = text.strip().replace("\0", "")
        # Asked for one or the other: an “or” of both would have the database fold each name anew.
        return self.filter(line_user_id=text) if is_line_user_id(text) else self.filter(says(text))


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
    own_name = models.CharField(
        _("own name"),
        max_length=NAME_LENGTH,
        blank=True,
        db_default="",
        help_text=_("A name of your own for this friend; only your staff sees it."),
    )
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
    stopped_at = models.DateTimeField(
        _("stopped broadcasts"),
        null=True,
        blank=True,
        help_text=_("Since then no broadcasts are sent to this friend, by their own wish."),
    )
    profile_fetched_at = models.DateTimeField(_("profile fetched"), null=True, editable=False)
    profile_due_at = models.DateTimeField(null=True, editable=False)  # when to ask LINE next; null: no need
    # When LINE's list of followers last named them: then they were a friend, since whenever.
    listed_at = models.DateTimeField(_("on LINE's list"), null=True, editable=False)
    created_at = models.DateTimeField(_("first seen"), auto_now_add=True)
    # Profile, friendship, own name or fields; tags have times of their own.
    updated_at = models.DateTimeField(_("changed"), db_default=Now(), editable=False)
    folded_name = models.GeneratedField(
        expression=models.Func(
            Concat("display_name", models.Value("\n"), "own_name"), function="friends_folded"
        ),
        output_field=models.TextField(),
        db_persist=True,
    )
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
            models.Index(fields=["id"], name="friend_stopped", condition=models.Q(stopped_at__isnull=False)),
            models.Index(
                fields=["profile_due_at"],
                name="friend_profile_due",
                condition=models.Q(profile_due_at__isnull=False),
            ),
            models.Index(fields=["updated_at"], name="friend_updated"),
            GinIndex(models.Func("folded_name", function="friends_grams"), name="friend_name_grams"),
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
