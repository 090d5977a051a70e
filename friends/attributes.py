"""LINE's estimates in words: who the friends probably are."""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from friends.models import Demographics


@dataclass(frozen=True)
class Share:
    label: str
    percent: float


@dataclass(frozen=True)
class Part:
    """One question, such as age, with its answers in LINE's order; areas by size."""

    name: str
    label: str
    shares: list[Share]


LABELS = {
    "genders": _("Gender"),
    "ages": _("Age"),
    "areas": _("Area"),
    "appTypes": _("OS"),
    "subscriptionPeriods": _("Friend for"),
}
UNKNOWN = "unknown"
WORDS = {
    "male": _("Men"),
    "female": _("Women"),
    "ios": "iOS",
    "android": "Android",
    "others": _("Others"),
    "within7days": _("Less than 7 days"),
    "within30days": _("7 to 29 days"),
    "within90days": _("30 to 89 days"),
    "within180days": _("90 to 179 days"),
    "within365days": _("180 to 364 days"),
    "over365days": _("365 days or more"),
    UNKNOWN: _("Not known"),
}
AGES = ["from0to14", *(f"from{age}to{age + 4}" for age in range(15, 70, 5)), "from50", "from70"]
PERIODS = ["within7days", "within30days", "within90days", "within180days", "within365days", "over365days"]
ORDER = {name: place for place, name in enumerate(["female", "male", *sorted(AGES), *PERIODS])}


def parts(found: Demographics) -> list[Part]:
    """All questions that LINE answered."""
    return [
        Part(name, str(label), _shares(name, found.shares[name]))
        for name, label in LABELS.items()
        if found.shares.get(name)
    ]


def _shares(part: str, shares: dict[str, float]) -> list[Share]:
    if part in ("areas", "appTypes"):
        ordered = sorted(shares, key=lambda name: (name == UNKNOWN, -shares[name]))
    else:
        ordered = sorted(shares, key=lambda name: (name == UNKNOWN, ORDER.get(name, len(ORDER))))
    return [Share(_word(name), shares[name]) for name in ordered]


def _word(name: str) -> str:
    if name in WORDS:
        return str(WORDS[name])
    if name.startswith("from") and "to" in name:
        youngest, oldest = name.removeprefix("from").split("to")
        return gettext("%(youngest)s to %(oldest)s") % {"youngest": youngest, "oldest": oldest}
    if name.startswith("from"):
        return gettext("%(age)s or older") % {"age": name.removeprefix("from")}
    return name
