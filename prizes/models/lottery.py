"""Instant lotteries: what can be won, how likely that is, and every draw that was made."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.addresses import client_page
from accounts.reasons import ReasonField

WHOLE = 1_000_000  # odds are parts of this


class LotteryQuerySet(models.QuerySet["Lottery"]):
    def ended(self, now: datetime) -> Self:
        """Open ones whose time is over: they are to be closed."""
        return self.filter(status=Lottery.Status.OPEN, ends_at__lte=now)


class Lottery(models.Model):
    """A draw that friends start themselves and that tells them at once what they have won.

    At opening a secret seed is fixed and its SHA-256 shown (`commitment`); every draw follows from the seed,
    which is published when the lottery is closed. Until then it is sealed.
    """

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        OPEN = "open", _("Open to friends")
        CLOSED = "closed", _("Closed to friends")

    class Who(models.TextChoices):
        ALL = "all", _("All friends")
        SEGMENT = "segment", _("Friends of a segment")
        RIGHT = "right", _("Only who was given a turn")

    class Law(models.TextChoices):
        """What the Act against Unjustifiable Premiums and Misleading Representations takes it for."""

        OPEN = "open", _("Open to all, nothing to buy")
        GENERAL = "general", _("With a purchase, of one shop")
        JOINT = "joint", _("With a purchase, of many shops together")

    name = models.CharField(_("name"), max_length=100)
    title = models.CharField(_("title on the page"), max_length=60, blank=True)
    text = models.TextField(_("text on the page"), max_length=1_000, blank=True)
    picture = models.ForeignKey(
        "library.MediaFile",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picture"),
    )
    consolation = models.CharField(_("what who wins nothing reads"), max_length=300, blank=True)
    rules = models.TextField(_("further rules"), max_length=4_000, blank=True)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    who = models.CharField(_("who may draw"), max_length=7, choices=Who, default=Who.ALL)
    segment = models.ForeignKey(
        "segments.Segment",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="lotteries",
        verbose_name=_("segment"),
    )
    turns = models.PositiveSmallIntegerField(_("turns for each person"), null=True, blank=True, default=1)
    turns_per_day = models.PositiveSmallIntegerField(
        _("turns for each person and day"), null=True, blank=True
    )
    law = models.CharField(_("in law"), max_length=7, choices=Law, default=Law.OPEN)
    price_yen = models.PositiveIntegerField(_("least purchase (yen)"), null=True, blank=True)
    sales_yen = models.PositiveBigIntegerField(_("sales expected with it (yen)"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=6, choices=Status, default=Status.DRAFT)
    commitment = models.CharField(max_length=64, null=True, unique=True, editable=False)
    sealed_seed = models.BinaryField(null=True, editable=False)
    seed = models.CharField(_("seed"), max_length=64, blank=True, editable=False)  # published: hex
    created_by_id = models.IntegerField(null=True, editable=False)
    created_at = models.DateTimeField(_("created"), db_default=Now(), editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    # What drawing all again came to, as lotteries/audit.py keeps it; asked for and not there: under way.
    audit = models.JSONField(_("audit"), null=True, editable=False)
    audit_asked_at = models.DateTimeField(null=True, editable=False)

    objects = LotteryQuerySet.as_manager()

    class Meta:
        verbose_name = _("lottery")
        verbose_name_plural = _("lotteries")
        ordering = ["-id"]
        permissions = [("open_lottery", _("Can open and close lotteries"))]
        constraints = [
            models.CheckConstraint(
                name="lottery_ends_after_it_begins", condition=Q(ends_at__gt=models.F("starts_at"))
            ),
            models.CheckConstraint(
                name="lottery_segment_goes_with_who", condition=Q(who="segment") ^ Q(segment=None)
            ),
            models.CheckConstraint(
                name="lottery_open_has_commitment", condition=Q(status="draft") ^ Q(commitment__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return client_page("lottery", self.pk)

    @property
    def ledger_owner(self) -> str:
        """Its name among what belongs to campaigns."""
        return f"lottery:{self.pk}"

    @property
    def shown_title(self) -> str:
        return self.title or self.name

    def is_going_on(self, now: datetime) -> bool:
        """Whether somebody can draw at this moment."""
        return self.status == self.Status.OPEN and self.starts_at <= now < self.ends_at


class Prize(models.Model):
    """Something to win. How likely it is and how many there are stands in the tables of odds.

    `given` counts those given away, `day_given` those of `day`; a draw raises them in one statement, which
    is what makes the last one go to one person.
    """

    lottery = models.ForeignKey(
        Lottery, on_delete=models.CASCADE, related_name="prizes", verbose_name=_("lottery")
    )
    name = models.CharField(_("name"), max_length=60)
    text = models.CharField(_("what the winner reads"), max_length=300, blank=True)
    reward = models.JSONField(_("reward"), null=True, blank=True)  # as coupons.rewards has it; null: words
    is_sent = models.BooleanField(_("it is sent: ask for the address"), default=False)
    value_yen = models.PositiveIntegerField(_("value (yen)"), default=0)
    position = models.PositiveSmallIntegerField(default=0)
    given = models.PositiveIntegerField(_("given away"), default=0, editable=False)
    day = models.DateField(null=True, editable=False)
    day_given = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("prize")
        verbose_name_plural = _("prizes")
        default_permissions = ("view",)
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class OddsTable(models.Model):
    """How likely each prize is, from a moment on. Never changed once the lottery is open: another follows.

    `chances` are `{"prize", "ppm", "stock", "per_day"}` in the order of the prizes; no stock or number per
    day (null) is no limit.
    """

    lottery = models.ForeignKey(
        Lottery, on_delete=models.CASCADE, related_name="tables", verbose_name=_("lottery")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    chances = models.JSONField(_("odds"), default=list)
    holds_from = models.DateTimeField(_("holds from"), null=True, blank=True)  # null in a draft
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    made_by_id = models.IntegerField(null=True, editable=False)
    made_at = models.DateTimeField(_("made"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("table of odds")
        verbose_name_plural = _("tables of odds")
        default_permissions = ("view", "add")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(name="odds_number_in_lottery", fields=["lottery", "number"]),
        ]

    def __str__(self) -> str:
        return f"{self.lottery_id}/{self.number}"


class Player(models.Model):
    """A friend in a lottery: the turns they were given, and those they have taken.

    Whoever draws holds this row: so one turn is one draw, and others are not waited for.
    """

    lottery = models.ForeignKey(
        Lottery, on_delete=models.CASCADE, related_name="players", verbose_name=_("lottery")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.CASCADE, related_name="lotteries", verbose_name=_("friend")
    )
    rights = models.PositiveIntegerField(_("turns given"), default=0)
    turns = models.PositiveIntegerField(_("turns taken"), default=0)
    day = models.DateField(null=True, editable=False)
    day_turns = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("person in a lottery")
        verbose_name_plural = _("people in lotteries")
        default_permissions = ("view",)
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="player_once", fields=["lottery", "friend"])]

    def __str__(self) -> str:
        return f"{self.lottery_id}/{self.friend_id}"


class Right(models.Model):
    """One turn more that somebody was given, such as by a survey; the same key gives it once."""

    player = models.ForeignKey(
        Player, on_delete=models.CASCADE, related_name="given", verbose_name=_("person")
    )
    key = models.CharField(max_length=120)
    source = models.CharField(_("given by"), max_length=60)
    given_at = models.DateTimeField(_("given"), db_default=Now())

    class Meta:
        verbose_name = _("turn given")
        verbose_name_plural = _("turns given")
        default_permissions = ("view", "add")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(name="right_once", fields=["player", "key"])]

    def __str__(self) -> str:
        return f"{self.player_id}/{self.key}"


class Draw(models.Model):
    """One turn. A trigger keeps it from being changed or deleted: from the seed it can be drawn again.

    `lot` is a number below a million, `aimed` the prize at which it stands in the table, `prize` what was
    given: nothing if that had run out. Prizes are numbered as they are given (`serial`).
    """

    lottery = models.ForeignKey(
        Lottery, on_delete=models.PROTECT, related_name="draws", verbose_name=_("lottery")
    )
    player = models.ForeignKey(
        Player, on_delete=models.PROTECT, related_name="draws", verbose_name=_("person")
    )
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.PROTECT, related_name="draws", verbose_name=_("friend")
    )
    turn = models.PositiveIntegerField(_("turn"))
    ticket = models.CharField(_("ticket"), max_length=16)
    table = models.ForeignKey(
        OddsTable, on_delete=models.PROTECT, related_name="draws", verbose_name=_("table of odds")
    )
    lot = models.PositiveIntegerField(_("number drawn"))
    aimed = models.ForeignKey(
        Prize, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("prize in the table")
    )
    prize = models.ForeignKey(
        Prize, on_delete=models.PROTECT, null=True, related_name="draws", verbose_name=_("prize")
    )
    serial = models.PositiveIntegerField(_("number of the prize"), null=True)
    drawn_at = models.DateTimeField(_("drawn"))

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        default_permissions = ("view", "add")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["lottery", "prize"], include=["friend"], name="draws_of_lottery"),
        ]
        constraints = [
            models.UniqueConstraint(name="draw_once", fields=["player", "turn"]),
            models.UniqueConstraint(name="prize_given_once", fields=["prize", "serial"]),
            models.CheckConstraint(
                name="draw_gives_what_it_aimed_at",
                condition=Q(prize=None, serial=None) | Q(prize=models.F("aimed"), serial__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lottery_id}/{self.ticket}/{self.turn}"


class Win(models.Model):
    """A prize on its way to who won it. The draw stays as it is; here it is kept what became of it."""

    class State(models.TextChoices):
        GIVEN = "given", _("Given at once")
        FAILED = "failed", _("Could not be given")
        TO_SEND = "to_send", _("To be sent or handed over")
        SENT = "sent", _("Dispatched")
        HANDED_OVER = "handed", _("Handed over")

    draw = models.OneToOneField(Draw, on_delete=models.PROTECT, related_name="win", verbose_name=_("draw"))
    lottery = models.ForeignKey(
        Lottery, on_delete=models.PROTECT, related_name="wins", verbose_name=_("lottery")
    )
    prize = models.ForeignKey(Prize, on_delete=models.PROTECT, related_name="wins", verbose_name=_("prize"))
    friend = models.ForeignKey(
        "friends.Friend", on_delete=models.PROTECT, related_name="wins", verbose_name=_("friend")
    )
    state = models.CharField(_("status"), max_length=7, choices=State)
    words = models.CharField(_("what was given"), max_length=200, blank=True)
    address = models.CharField(max_length=500, blank=True, editable=False)  # of the reward's own page
    problem = ReasonField(_("problem"), blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)
    sealed_contact = models.BinaryField(null=True, editable=False)  # where to send it, as the winner wrote
    told_at = models.DateTimeField(_("address given"), null=True, editable=False)
    changed_at = models.DateTimeField(_("changed"), db_default=Now())
    changed_by_id = models.IntegerField(null=True, editable=False)

    class Meta:
        verbose_name = _("win")
        verbose_name_plural = _("wins")
        default_permissions = ("view", "change")
        permissions = [("export_win", _("Can see and export where prizes are sent"))]
        ordering = ["-id"]
        indexes = [models.Index(fields=["lottery", "state", "-id"], name="wins_of_lottery")]

    def __str__(self) -> str:
        return f"{self.lottery_id}: {self.draw_id}"
