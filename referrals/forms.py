"""What people fill in about referral programmes."""

from typing import TYPE_CHECKING, Any, cast

import orjson
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.moments import ReachField
from coupons import rewards
from coupons.models import Coupon
from referrals import rules as ruling
from referrals.actions import BOUGHT, COUPON, EVENT, KINDS, SURVEY
from referrals.errors import InvalidRules
from referrals.models import Programme, Referral
from referrals.rules import FLAGGED, MOST_DAYS, MOST_FRIENDS, MOST_LINK, MOST_WITHIN, MOST_YEN, REVIEWS
from routes.forms import MomentInput
from segments.types import occurrences
from surveys.models import Survey

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

STEPS = 4  # steps that the form has room for; by REST there may be more
USUAL = (1, 3, 5, 10)
SETTINGS = ("name", "starts_at", "ends_at", "intro", "shared", "welcome", "terms")
NO_VALUE = {"exists", "not_exists"}


def _number(label: "StrOrPromise", most: int, *, least: int = 0, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget, **more)


def _words(label: "StrOrPromise", longest: int, rows: int = 3, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, max_length=longest, widget=widget, required=False, **more)


def _reward(label: "StrOrPromise", **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, required=False, **more)


class ProgrammeForm(forms.Form):
    """A whole programme: its words, what counts, what is given."""

    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"),
        max_length=Programme.NAME_LENGTH,
        help_text=_("Friends see it at the top of their page, such as “Bring a friend”."),
    )
    starts_at = ReachField(
        label=_("From"),
        required=False,
        widget=MomentInput(),
        help_text=_("Empty: from the start."),
    )
    ends_at = ReachField(
        label=_("Until"),
        required=False,
        widget=MomentInput(),
        help_text=_("Invitations taken before count to the end by their rules."),
    )
    shared = _words(
        _("Message that friends share"),
        Programme.SHARED_LENGTH,
        help_text=_("The friend's own link follows on a line of its own."),
    )
    intro = _words(_("Words on the friend's page"), Programme.TEXT_LENGTH)
    welcome = _words(
        _("Words for who is invited"),
        Programme.TEXT_LENGTH,
        help_text=_("They stand on the page that opens from the link, before LINE."),
    )
    terms = _words(_("Terms"), 5_000, 5)
    kind = forms.ChoiceField(
        label=_("A friend counts who"),
        choices=list(KINDS.items()),
        widget=forms.RadioSelect,
        initial="followed",
    )
    amount = _number(_("Order of at least (yen)"), MOST_YEN, required=False, help_text=_("0: any order."))
    survey = forms.TypedChoiceField(label=_("Survey"), required=False, coerce=int, empty_value=None)
    coupon = forms.TypedChoiceField(label=_("Coupon"), required=False, coerce=int, empty_value=None)
    event = forms.ChoiceField(label=_("Event"), required=False)
    where = forms.ChoiceField(label=_("Of which is true"), required=False)
    op = forms.ChoiceField(
        label=_("Comparison"), required=False, choices=[("", "–"), *occurrences.COMPARED.items()]
    )
    value = forms.CharField(label=_("Value"), required=False, max_length=200)
    within_days = _number(
        _("Time to do it (days)"), MOST_WITHIN, least=1, help_text=_("From the day they add the account.")
    )
    hold_days = _number(
        _("Waiting days before it counts"),
        MOST_DAYS,
        help_text=_("Whoever blocks the account meanwhile, or whose order is cancelled, does not count."),
    )
    link_days = _number(
        _("A link is good for (days)"),
        MOST_LINK,
        least=1,
        help_text=_("The first link counts by which somebody came in these days before adding the account."),
    )
    each = _reward(_("Inviter, for each friend that counts"))
    each_yen = _number(_("Cost of one (yen)"), MOST_YEN, required=False)
    invited = _reward(_("Invited friend, once they count"))
    invited_yen = _number(_("Cost of one (yen)"), MOST_YEN, required=False)
    most_per_inviter = _number(
        _("Rewards for each inviter, at most"),
        MOST_FRIENDS,
        least=1,
        required=False,
        help_text=_("Empty: no limit. More friends count, without this reward."),
    )
    most = _number(
        _("Friends for whom there are rewards, in all"),
        MOST_FRIENDS,
        least=1,
        required=False,
        help_text=_(
            "Empty: no limit. One is held as soon as a friend comes; the page says when all are held."
        ),
    )
    budget_yen = _number(_("Budget for rewards (yen)"), MOST_YEN, required=False, help_text=_("Empty: none."))
    review = forms.ChoiceField(
        label=_("Which invitations a person looks at"), choices=list(REVIEWS.items()), initial=FLAGGED
    )
    review_from = _number(
        _("Crowded from"),
        MOST_FRIENDS,
        least=2,
        help_text=_("So many sign-ups from one network on one day are held back until you confirm them."),
    )

    def __init__(self, *args: Any, kept: dict | None = None, **kwargs: Any) -> None:
        """`kept` are the rules as they are: what the form has no room for stays."""
        super().__init__(*args, **kwargs)
        self.kept = kept or {}
        for number in range(STEPS):
            self.fields[f"tier_at_{number}"] = _number(_("Friends"), MOST_FRIENDS, least=1, required=False)
            self.fields[f"tier_{number}"] = _reward(_("Reward"))
            self.fields[f"tier_yen_{number}"] = _number(_("Cost of one (yen)"), MOST_YEN, required=False)
        offered = _rewards(self.kept)
        for name in ("each", "invited", *(f"tier_{number}" for number in range(STEPS))):
            self._choose(name, offered)
        self._choose("survey", [("", _("Any")), *_rows(Survey)])
        self._choose("coupon", [("", _("Any")), *_rows(Coupon)])
        self._choose("event", [("", "–"), *occurrences.known_types()])
        self._choose("where", [("", "–"), *occurrences.known_properties()])

    @property
    def tiers(self) -> list[tuple]:
        """The fields of each step."""
        return [
            (self[f"tier_at_{number}"], self[f"tier_{number}"], self[f"tier_yen_{number}"])
            for number in range(STEPS)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends = data.get("starts_at"), data.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("It would end before it begins."))
        if data.get("kind") == EVENT and not data.get("event"):
            self.add_error("event", _("Choose the event that counts."))
        if data.get("where") and not data.get("op"):
            self.add_error("op", _("Choose how to compare."))
        for number in range(STEPS):
            if data.get(f"tier_{number}") and not data.get(f"tier_at_{number}"):
                self.add_error(f"tier_at_{number}", _("Say at how many friends."))
        if not self.errors:
            try:
                ruling.read(self.rules())
            except InvalidRules as refusal:
                self.add_error(None, refusal.message)
        return data

    def settings(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SETTINGS if name != "name"}

    def rules(self) -> dict[str, Any]:
        """What was filled in, as the commands take it."""
        data = self.cleaned_data
        same = ("hold_days", "within_days", "link_days", "most", "most_per_inviter", "budget_yen")
        tiers = [
            {"at": data[f"tier_at_{number}"], **prize}
            for number in range(STEPS)
            if (prize := self._prize(f"tier_{number}", f"tier_yen_{number}"))
        ]
        return {
            **{name: data.get(name) for name in (*same, "review", "review_from")},
            "action": self._action(),
            "each": self._prize("each", "each_yen"),
            "invited": self._prize("invited", "invited_yen"),
            "tiers": [*tiers, *(self.kept.get("tiers") or [])[STEPS:]],
        }

    def _action(self) -> dict[str, Any]:
        data = self.cleaned_data
        action: dict[str, Any] = {"kind": data["kind"]}
        if data["kind"] == BOUGHT:
            action["amount"] = data.get("amount") or 0
        elif data["kind"] in (SURVEY, COUPON) and data.get(data["kind"]):
            action[data["kind"]] = data[data["kind"]]
        elif data["kind"] == EVENT:
            action["event"] = data["event"]
            if where := self._where():
                action["where"] = where
        return action

    def _where(self) -> list[dict]:
        """The one comparison of the form, and others that were sent by REST for the same event."""
        data, before = self.cleaned_data, self.kept.get("action") or {}
        more = before.get("where", [])[1:] if before.get("event") == data["event"] else []
        if not data.get("where"):
            return more
        said = {"property": data["where"], "op": data["op"]}
        if data["op"] not in NO_VALUE:
            said["value"] = _value(data["value"], is_list=data["op"] in ("in", "not_in"))
        return [said, *more]

    def _prize(self, name: str, cost: str) -> dict[str, Any] | None:
        chosen = self.cleaned_data.get(name)
        return (
            {"reward": orjson.loads(chosen), "cost_yen": self.cleaned_data.get(cost) or 0} if chosen else None
        )

    def _choose(self, name: str, choices: list) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Reason"),
        max_length=Referral.NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For your team; friends do not see it. Needed to refuse."),
    )


class ReferralFilter(forms.Form):
    """What narrows the list; nonsense narrows nothing."""

    state = forms.ChoiceField(required=False, choices=[("", _("All")), *Referral.State.choices])

    @property
    def asked(self) -> str:
        self.is_valid()
        return self.cleaned_data.get("state", "")


def initial_of(programme: Programme | None) -> dict[str, Any]:
    """What stands in the form at first."""
    rules = ruling.read(programme.rules if programme else {}).as_json()
    said = {name: getattr(programme, name) for name in SETTINGS} if programme else {}
    action = rules["action"]
    where = (action.get("where") or [{}])[0]
    said |= {name: action.get(name) for name in ("kind", "amount", "survey", "coupon", "event")}
    said |= {"where": where.get("property"), "op": where.get("op"), "value": _shown(where.get("value"))}
    for name in ("each", "invited"):
        said |= _initial_prize(rules[name], name, f"{name}_yen")
    for number, at in enumerate(USUAL):
        tier = rules["tiers"][number] if number < len(rules["tiers"]) else None
        said[f"tier_at_{number}"] = tier["at"] if tier else at
        said |= _initial_prize(tier, f"tier_{number}", f"tier_yen_{number}")
    same = ("hold_days", "within_days", "link_days", "most", "most_per_inviter", "budget_yen")
    said |= {name: rules[name] for name in (*same, "review", "review_from")}
    return said | {"revision": programme.revision if programme else None}


def _initial_prize(prize: dict | None, name: str, cost: str) -> dict[str, Any]:
    return {name: _written(prize["reward"]), cost: prize["cost_yen"]} if prize else {name: "", cost: None}


def _rewards(kept: dict) -> list:
    """None, all that can be given now, and what is chosen although it cannot be given any more."""
    offered = [
        (label, [(_written(reward), words) for reward, words in found]) for label, found in rewards.choices()
    ]
    known = {written for _label, found in offered for written, _said in found}
    prizes = [kept.get("each"), kept.get("invited"), *(kept.get("tiers") or [])]
    chosen = {_written(prize["reward"]): prize["reward"] for prize in prizes if prize}
    gone = [(written, rewards.say(reward)) for written, reward in chosen.items() if written not in known]
    return [("", _("No reward")), *gone, *offered]


def _rows(model: type[Survey] | type[Coupon]) -> list[tuple[int, str]]:
    return list(model._default_manager.filter(status="running").values_list("pk", "name"))


def _value(text: str, *, is_list: bool) -> object:
    """A number where it reads as one, as filters compare numbers with numbers."""
    if is_list:
        return [_value(each.strip(), is_list=False) for each in text.split(",") if each.strip()]
    try:
        number = float(text)
    except ValueError:
        return text
    return int(number) if number.is_integer() else number


def _shown(value: object) -> object:
    return ", ".join(map(str, value)) if isinstance(value, list) else value


def _written(reward: dict) -> str:
    return orjson.dumps(reward, option=orjson.OPT_SORT_KEYS).decode()
