"""The types of steps, and their JSON. What each does is with `scenarios/acts/` and `scenarios/engine/`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from broadcasts.models import Broadcast
from scenarios.flow import choosing
from scenarios.flow.base import Registry, Step
from scenarios.flow.values import Anything, Key, LongText, Messages, TimeOfDay, Tree
from segments.kinds import (
    HIGHEST_ROW,
    MOST_DAYS,
    Choice,
    Listing,
    Number,
    Record,
    Rows,
    Single,
    Text,
    Unfit,
    Whole,
    YesNo,
)
from segments.leaves import given
from segments.types import occurrences

TIMING, PARTING, SENDING, DOING = "timing", "parting", "sending", "doing"
MOST_MINUTES = 60 * 24 * 366
MOST_ADDED = 1_000_000
types: Registry[Step] = Registry()

MINUTES = gettext_lazy("minutes")
DAYS = gettext_lazy("days")


@dataclass(frozen=True)
class DateOf:
    """A date that a person has: `customer.birthday`, `customer.<field>`, `friend.<field>`, `context.<name>`.

    `yearly` takes the next time the day comes round, as of a birthday; 29 February is the 28th where the
    year has none.
    """

    field: str = given(Text(100), label=gettext_lazy("Date"))
    days: int = given(Whole(-MOST_DAYS, MOST_DAYS), default=0, label=gettext_lazy("Days after it"), unit=DAYS)
    at: str = given(TimeOfDay(), default="10:00", label=gettext_lazy("Time of day"))
    yearly: bool | None = given(YesNo(), default=None, label=gettext_lazy("Every year"))


@types.register
@dataclass(frozen=True)
class Wait(Step):
    """Stay here for a time: so many minutes; days, then until an hour; until an hour; until a date."""

    type = "wait"
    label = gettext_lazy("Wait")
    hint = gettext_lazy("For a time, until an hour, or until a date")
    group, icon = TIMING, "schedule"
    minutes: int | None = given(Whole(1, MOST_MINUTES), default=None, label=gettext_lazy("For"), unit=MINUTES)
    days: int | None = given(Whole(1, 3_650), default=None, label=gettext_lazy("For"), unit=DAYS)
    at: str | None = given(TimeOfDay(), default=None, label=gettext_lazy("Until the clock shows"))
    date: dict | None = given(Record(DateOf), default=None, label=gettext_lazy("Until a date"))

    def check(self) -> None:
        kinds = [
            self.minutes is not None,
            self.days is not None or self.at is not None,
            self.date is not None,
        ]
        if sum(kinds) != 1:
            raise Unfit(_("needs one of: minutes, days or at, date"))


@types.register
@dataclass(frozen=True)
class Await(Step):
    """Stay until the person has done something, or until the time for it is over."""

    type = "await"
    label = gettext_lazy("Wait for an event")
    hint = gettext_lazy("Until they have done something, or the time is over")
    group, icon = TIMING, "hourglass_top"
    event: str = given(Text(60), label=gettext_lazy("Event"), options=occurrences.known_types)
    where: list[dict] | None = occurrences.where()
    minutes: int | None = given(
        Whole(1, MOST_MINUTES), default=None, label=gettext_lazy("At most"), unit=MINUTES
    )
    days: int | None = given(Whole(1, 3_650), default=None, label=gettext_lazy("At most"), unit=DAYS)

    def check(self) -> None:
        if (self.minutes is None) == (self.days is None):
            raise Unfit(_("needs either minutes or days"))

    def way_names(self) -> list[tuple[str, str]]:
        return [("happened", _("It happened")), ("timed_out", _("Time is over"))]


@dataclass(frozen=True)
class BranchPath:
    """Who meets the condition, and of whose trigger event all is true. The first path that fits is theirs."""

    key: str = given(Key())
    name: str = given(Text(40), label=gettext_lazy("Name"))
    when: dict | None = given(Tree(), default=None, label=gettext_lazy("Condition"))
    context: list[dict] | None = occurrences.where()


@types.register
@dataclass(frozen=True)
class Branch(Step):
    """Part people by what is true of them now."""

    type = "branch"
    label = gettext_lazy("Branch")
    hint = gettext_lazy("By any condition, or by what let them in")
    group, icon = PARTING, "alt_route"
    paths: list[dict] = given(Rows(Record(BranchPath), 1, 10), label=gettext_lazy("Paths"))

    def check(self) -> None:
        _each_once([path["key"] for path in self.paths], {"otherwise"})

    def way_names(self) -> list[tuple[str, str]]:
        return [*((path["key"], path["name"]) for path in self.paths), ("otherwise", _("All others"))]


@dataclass(frozen=True)
class SplitPath:
    key: str = given(Key())
    name: str = given(Text(40), label=gettext_lazy("Name"))
    percent: float = given(Number(0, 100), label=gettext_lazy("Share"), unit="%")


@types.register
@dataclass(frozen=True)
class Split(Step):
    """Part people by lot, always the same way for one entry. Who is held out leaves, and is compared with."""

    type = "split"
    label = gettext_lazy("A/B split")
    hint = gettext_lazy("By lot, with a hold-out group")
    group, icon = PARTING, "call_split"
    paths: list[dict] = given(Rows(Record(SplitPath), 1, 10), label=gettext_lazy("Paths"))
    holdout_percent: float = given(Number(0, 90), default=0, label=gettext_lazy("Hold-out group"), unit="%")

    def check(self) -> None:
        _each_once([path["key"] for path in self.paths], {"held_out"})
        if round(sum(path["percent"] for path in self.paths) + self.holdout_percent, 3) != 100:
            raise Unfit(_("the shares and the hold-out group must make 100 %"))

    def way_names(self) -> list[tuple[str, str]]:
        return [(path["key"], path["name"]) for path in self.paths]


@dataclass(frozen=True)
class Mail:
    """A mail with the same content. Both may have variables."""

    subject: str = given(Text(200), label=gettext_lazy("Subject"))
    text: str = given(LongText(20_000), label=gettext_lazy("Text"))


BY = ("line", "mail", "both", "line_or_mail", "line_then_mail")


@types.register
@dataclass(frozen=True)
class Send(Step):
    """Send messages by LINE, a mail, or both; or a mail where LINE was not clicked within some hours.

    `line_or_mail` is a mail only for whom LINE does not reach.
    """

    type = "send"
    label = gettext_lazy("Send")
    hint = gettext_lazy("A LINE message, a mail, or both")
    group, icon = SENDING, "send"
    messages: list[dict] | None = given(Messages(), default=None, label=gettext_lazy("Messages"))
    mail: dict | None = given(Record(Mail), default=None, label=gettext_lazy("Mail"))
    by: str = given(Choice(BY), default="line", label=gettext_lazy("By"), options=choosing.by)
    mail_after_hours: int | None = given(
        Whole(1, 24 * 30),
        default=None,
        label=gettext_lazy("Mail if not clicked within"),
        unit=gettext_lazy("hours"),
    )
    nature: str | None = given(
        Choice(tuple(Broadcast.Nature.values)),
        default=None,
        label=gettext_lazy("Kind of message"),
        options=lambda: list(Broadcast.Nature.choices),
    )
    when_capped: str = given(
        Choice(("skip", "wait")),
        default="skip",
        label=gettext_lazy("Above the frequency cap"),
        options=choosing.when_capped,
    )
    is_silent: bool | None = given(YesNo(), default=None, label=gettext_lazy("Without a notification"))
    utm: dict | None = given(Anything(), default=None, label=gettext_lazy("Campaign parameters"))

    def check(self) -> None:
        if (self.by == "line_then_mail") != (self.mail_after_hours is not None):
            raise Unfit(_("mail_after_hours goes with line_then_mail"))


@types.register
@dataclass(frozen=True)
class Notice(Step):
    """Send a LINE notification message by phone number, also to people who are no friends.

    They go on once it is known whether it was delivered, within 24 hours. `body` is LINE's of the template
    type; the flexible type has `messages`.
    """

    type = "notice"
    label = gettext_lazy("LINE notification message")
    hint = gettext_lazy("By phone number, also to those who are no friends")
    group, icon = SENDING, "perm_phone_msg"
    kind: str = given(Choice(("template", "flexible")), default="template", label=gettext_lazy("Type"))
    template_key: str | None = given(Text(100), default=None, label=gettext_lazy("LINE’s template"))
    body: dict | None = given(Anything(), default=None, label=gettext_lazy("Content"))
    messages: list[dict] | None = given(Messages(), default=None, label=gettext_lazy("Messages"))

    def way_names(self) -> list[tuple[str, str]]:
        return [("delivered", _("Has arrived")), ("not_delivered", _("Has not arrived"))]


_TAGS = Listing(Whole(1, HIGHEST_ROW))


@types.register
@dataclass(frozen=True)
class Tag(Step):
    """Put tags on the friend, and take some off."""

    type = "tag"
    label = gettext_lazy("Tags")
    hint = gettext_lazy("Put tags on, take tags off")
    group, icon = DOING, "label"
    add: list[int] | None = given(_TAGS, default=None, label=gettext_lazy("Put on"))
    remove: list[int] | None = given(_TAGS, default=None, label=gettext_lazy("Take off"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        return dict.fromkeys(("add", "remove"), choosing.some_of(choosing.tags, look_up))

    def check(self) -> None:
        if not self.add and not self.remove:
            raise Unfit(_("needs tags to put on or to take off"))


@types.register
@dataclass(frozen=True)
class Field(Step):
    """Write a value into a field of the friend, or add to the number in it; with neither it is emptied.

    An empty field counts as 0 when something is added: so a field keeps a score.
    """

    type = "field"
    label = gettext_lazy("Friend field")
    hint = gettext_lazy("Write a value into a field of the friend, or add to its number")
    group, icon = DOING, "edit_note"
    field: str = given(Text(40), label=gettext_lazy("Friend field"), options=choosing.fields)
    value: Any = given(Single(), default=None, label=gettext_lazy("Value"))
    add: float | None = given(
        Number(-MOST_ADDED, MOST_ADDED), default=None, label=gettext_lazy("Or add to the number in it")
    )

    def check(self) -> None:
        if self.value is not None and self.add is not None:
            raise Unfit(_("needs either a value or a number to add"))


@types.register
@dataclass(frozen=True)
class Menu(Step):
    """Give the friend a rich menu of their own; without one, that of everybody."""

    type = "menu"
    label = gettext_lazy("Rich menu")
    hint = gettext_lazy("Give the friend another rich menu")
    group, icon = DOING, "grid_view"
    menu: str | None = given(Text(100), default=None, label=gettext_lazy("LINE’s number of the rich menu"))


@types.register
@dataclass(frozen=True)
class Enter(Step):
    """Let the person into another scenario too."""

    type = "scenario"
    label = gettext_lazy("Another scenario")
    hint = gettext_lazy("Let them into another scenario too")
    group, icon = DOING, "account_tree"
    scenario: int = given(Whole(1, HIGHEST_ROW), label=gettext_lazy("Scenario"), options=choosing.scenarios)


REWARDS = ("coupon", "lottery", "points")


@types.register
@dataclass(frozen=True)
class Reward(Step):
    """Give the friend a coupon, a turn in a lottery, or an entry in a point campaign: once for each entry.

    Whoever cannot get it (it has ended, all are given, they are no friend) goes the way `not_given`.
    """

    type = "reward"
    label = gettext_lazy("Give a reward")
    hint = gettext_lazy("A coupon, a turn in a lottery, an entry for points")
    group, icon = DOING, "redeem"
    kind: str = given(
        Choice(REWARDS), default="coupon", label=gettext_lazy("What they get"), options=choosing.rewards
    )
    coupon: int | None = given(
        Whole(1, HIGHEST_ROW), default=None, label=gettext_lazy("Coupon"), options=choosing.coupons
    )
    lottery: int | None = given(
        Whole(1, HIGHEST_ROW), default=None, label=gettext_lazy("Lottery"), options=choosing.lotteries
    )
    points: int | None = given(
        Whole(1, HIGHEST_ROW),
        default=None,
        label=gettext_lazy("Point campaign"),
        options=choosing.point_campaigns,
    )

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        kind = said.get("kind") or "coupon"
        return {name: {"is_required": True} if name == kind else None for name in REWARDS}

    def check(self) -> None:
        if [name for name in REWARDS if getattr(self, name) is not None] != [self.kind]:
            raise Unfit(_("needs the number of what is given, under the name of its kind"))

    @property
    def reward(self) -> dict[str, object]:
        """As `coupons.rewards` knows it."""
        return {"kind": self.kind, self.kind: getattr(self, self.kind)}

    def way_names(self) -> list[tuple[str, str]]:
        return [("given", _("They have it")), ("not_given", _("They could not get it"))]


@types.register
@dataclass(frozen=True)
class Webhook(Step):
    """Tell another program, by a signed POST with who it is and what let them in."""

    type = "webhook"
    label = gettext_lazy("Webhook")
    hint = gettext_lazy("Tell another program")
    group, icon = DOING, "webhook"
    url: str = given(Text(1_000), label=gettext_lazy("Address"))


@types.register
@dataclass(frozen=True)
class Notify(Step):
    """Mail people of the team."""

    type = "notify"
    label = gettext_lazy("Tell staff")
    hint = gettext_lazy("By mail to people of the team")
    group, icon = DOING, "notifications"
    users: list[int] = given(Listing(Whole(1, HIGHEST_ROW)), label=gettext_lazy("To"))
    subject: str = given(Text(200), label=gettext_lazy("Subject"))
    text: str = given(LongText(5_000), default="", label=gettext_lazy("Text"))

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        return {"users": choosing.some_of(choosing.staff, look_up)}


@types.register
@dataclass(frozen=True)
class End(Step):
    """Here it ends."""

    type = "end"
    label = gettext_lazy("End")
    hint = gettext_lazy("Here it ends for whoever comes here")
    group, icon = TIMING, "stop_circle"


def _each_once(keys: list[str], reserved: set[str]) -> None:
    if len(set(keys)) < len(keys) or reserved & set(keys):
        raise Unfit(_("each path needs a key of its own"), path="paths")
