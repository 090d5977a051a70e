"""Saved rules that choose friends, and the remembered answers to their conditions."""

from collections.abc import Iterable

from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Segment(models.Model):
    """A rule that chooses friends. Who they are is asked when it matters; nobody is listed here."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=100)
    tree = models.JSONField(
        _("conditions"), help_text=_("Tree of all, any, not and leaves: see segments/tree.py")
    )
    version = models.IntegerField(_("version"), default=1, help_text=_("Grows with every change"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class SegmentSize(models.Model):
    """How many friends were in a segment at the end of a day, by the client's calendar.

    Of a day that is not over, and of the day on which it was made if nobody counted at its end, how many
    when it was counted.
    """

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="sizes")
    day = models.DateField(_("date"))
    total = models.IntegerField(_("friends"))
    reachable = models.IntegerField(_("reachable friends in all"))
    version = models.IntegerField(_("version"))  # of the segment: a step in its size may be a change of it
    counted_at = models.DateTimeField(_("counted"), default=timezone.now, db_default=Now())

    class Meta:
        verbose_name = _("size of a segment")
        verbose_name_plural = _("sizes of segments")
        ordering = ["segment", "day"]
        constraints = [models.UniqueConstraint(name="segmentsize_once_a_day", fields=["segment", "day"])]

    def __str__(self) -> str:
        return f"{self.segment_id} {self.day} {self.total}"


class FriendList(models.Model):
    """Friends chosen by hand, by pasted ids or by a file: they stay until somebody changes the list."""

    id = models.AutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    created_by_id = models.IntegerField(null=True, editable=False)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("list of friends")
        verbose_name_plural = _("lists of friends")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name


class ListMember(models.Model):
    # No constraints of the database: friends are not deleted, lists under a lock with all who are on them,
    # and checking both for each of a million rows takes longer than writing these.
    list = models.ForeignKey(
        FriendList, on_delete=models.CASCADE, related_name="members", db_index=False, db_constraint=False
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="+", db_constraint=False
    )
    added_at = models.DateTimeField(_("added"), auto_now_add=True)

    class Meta:
        verbose_name = _("friend on a list")
        verbose_name_plural = _("friends on lists")
        constraints = [models.UniqueConstraint(name="listmember_once", fields=["list", "friend"])]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.friend_id}"


class ListFillQuerySet(models.QuerySet["ListFill"]):
    def progress(self, lists: Iterable[int]) -> dict[int, dict[str, int]]:
        """How far those of these lists are that are being filled: `done` and `of` by number of the list."""
        rows = self.filter(list__in=list(lists)).order_by().values_list("list")
        summed = rows.annotate(done=models.Sum("done_count"), of=models.Sum("count"))
        return {pk: {"done": done, "of": of} for pk, done, of in summed}


class ListFill(models.Model):
    """Many friends on their way to a list: gone when all are on it. See segments/lists/filling.py."""

    list = models.ForeignKey(FriendList, on_delete=models.CASCADE, related_name="fills")
    friends = models.BinaryField()  # roaring bitmap of friend numbers
    through = models.IntegerField(default=0)  # the greatest number that has been gone through
    count = models.IntegerField(_("friends"))
    done_count = models.IntegerField(_("gone through"), default=0)
    added_count = models.IntegerField(_("put on the list"), default=0)
    by_id = models.IntegerField(null=True)  # users are public: an id, no key
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ListFillQuerySet.as_manager()

    class Meta:
        verbose_name = _("filling of a list")
        verbose_name_plural = _("fillings of lists")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.list_id}: {self.done_count}/{self.count}"


class RfmSettings(models.Model):
    """The client's bounds between the classes of buyers. One row; without it, the defaults hold.

    Each list has four bounds between five classes, 5 being the best: days since the last order (falling
    short of them is better), orders, and their amount, all of the last `within_days` days.
    """

    within_days = models.IntegerField(_("days looked at"), default=365)
    recency_days = models.JSONField(_("recency"), default=list)
    orders = models.JSONField(_("frequency"), default=list)
    amounts = models.JSONField(_("money"), default=list)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("classes of buyers")
        verbose_name_plural = _("classes of buyers")
        constraints = [models.CheckConstraint(name="rfmsettings_one", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


class Audience(models.Model):
    """A list of people that LINE holds for us: uploaded ids, or those who opened or clicked a message.

    Members can be added at LINE, never taken away; so it is used again only for people who include all that
    it holds. Deleted at LINE after use, since LINE keeps no more than 1,000 for a channel.
    """

    class Kind(models.TextChoices):
        UPLOAD = "upload", _("Uploaded IDs")
        OPENED = "opened", _("Opened the message")
        CLICKED = "clicked", _("Clicked in the message")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        UPLOADING = "uploading", _("Uploading")
        READYING = "readying", _("LINE prepares it")
        READY = "ready", _("Ready")
        FAILED = "failed", _("Failed")
        DELETING = "deleting", _("Being deleted")
        DELETED = "deleted", _("Deleted")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.UPLOAD)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    purpose = models.CharField(_("for"), max_length=100)  # who wants it: `broadcast:7`
    # What people see it as in LINE's console; "": a name of ours, and messages share it.
    name = models.CharField(_("name"), max_length=120, blank=True, db_default="")
    line_id = models.BigIntegerField(_("LINE’s number"), null=True)
    request_id = models.CharField(_("LINE request ID"), max_length=64, blank=True)  # opened, clicked: of what
    url = models.TextField(_("address"), blank=True)  # clicked: which link; "": any
    members = models.BinaryField(null=True)  # upload: roaring bitmap of friend numbers
    taken = models.BinaryField(null=True)  # upload: those of them whom LINE has taken
    digest = models.CharField(max_length=64, blank=True)  # of the members: the same people, the same digest
    count = models.IntegerField(_("friends"), default=0)
    sent_count = models.IntegerField(_("uploaded"), default=0)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    ready_at = models.DateTimeField(_("ready"), null=True)
    checked_at = models.DateTimeField(_("looked at"), null=True)
    used_at = models.DateTimeField(_("last used"), null=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "created_at"], name="audience_state"),
            models.Index(fields=["digest"], name="audience_digest"),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.state}"


class AudienceUse(models.Model):
    """Who needs an audience. When nobody does any more, it is deleted at LINE."""

    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="uses")
    purpose = models.CharField(_("for"), max_length=100)
    released_at = models.DateTimeField(_("no longer needed since"), null=True)

    class Meta:
        verbose_name = _("use of an audience")
        verbose_name_plural = _("uses of audiences")
        constraints = [
            models.UniqueConstraint(name="audienceuse_once", fields=["audience", "purpose"]),
        ]

    def __str__(self) -> str:
        return f"{self.purpose}: {self.audience_id}"


class LineAudience(models.Model):
    """An audience made in LINE's own console or advertisement tools, as LINE last listed it."""

    line_id = models.BigIntegerField(_("LINE’s number"), primary_key=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=40)  # LINE's word: CHAT_TAG, FRIEND_PATH, …
    status = models.CharField(_("state"), max_length=20)  # LINE's word: READY, IN_PROGRESS, EXPIRED, …
    count = models.IntegerField(_("people"), default=0)  # 0 also for “under 20”
    is_own = models.BooleanField(default=True)  # made by this account, not shared with it
    seen_at = models.DateTimeField(_("looked at"))

    class Meta:
        verbose_name = _("audience of LINE’s console")
        verbose_name_plural = _("audiences of LINE’s console")
        ordering = ["name", "line_id"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_restricted(self) -> bool:
        """Whether LINE sends to it only if it reaches 50 people.

        Source: https://developers.line.biz/en/reference/messaging-api/#send-narrowcast-message-restrictions
        """
        return not (self.is_own and self.kind in ("UPLOAD", "CHAT_TAG"))


class LeafCache(models.Model):
    """The friends a leaf yielded, as a bitmap, and the versions of the data it read. May be emptied.

    A bitmap's `token` is its own: what has it is the same. `computed_at` is the moment the leaf is of.
    """

    key = models.CharField(max_length=64, primary_key=True)
    bitmap = models.BinaryField()
    token = models.UUIDField(db_default=RandomUUID())
    versions = models.JSONField()
    valid_until = models.DateTimeField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["computed_at"], name="leafcache_age")]

    def __str__(self) -> str:
        return self.key
