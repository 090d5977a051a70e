"""What is wrong, or may be, in the messages of a broadcast."""

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from accounts.reasons import Reason, reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(StrEnum):
    """What was looked at."""

    LINE = "line"
    ADDRESS = "address"
    PICTURE = "picture"
    COUPON = "coupon"
    TAP = "tap"
    VARIABLE = "variable"


LABELS: "dict[str, StrOrPromise]" = {
    Kind.LINE: "LINE",
    Kind.ADDRESS: gettext_lazy("Links"),
    Kind.PICTURE: gettext_lazy("Pictures"),
    Kind.COUPON: gettext_lazy("Coupons"),
    Kind.TAP: gettext_lazy("Tap actions"),
    Kind.VARIABLE: gettext_lazy("Variables"),
}


@dataclass(frozen=True)
class Finding:
    """One of them. `text` is one of our texts, which `facts` fill, or what LINE says.

    Errors are surely wrong, the others are to be weighed by a person; only what LINE would refuse is in the
    way. `bubble` counts from 1; `letter` is that of a variant.
    """

    kind: str
    text: str
    bubble: int | None = None
    letter: str = ""
    is_error: bool = False
    facts: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, kept: dict) -> Self:
        return cls(**kept)

    def kept(self) -> dict:
        return asdict(self)

    @property
    def words(self) -> str:
        """In the reader's language. A `why` among the facts is a text of ours, too."""
        if not self.facts:
            return _(self.text)
        why = self.facts.get("why", "")
        return _(self.text) % (self.facts | {"why": _(why) % self.facts if why else ""})

    @property
    def reason(self) -> Reason:
        """The same, to be kept for readers of any language."""
        if not self.facts:
            return Reason.of(self.text)
        why = self.facts.get("why", "")
        return reason(self.text, **self.facts | {"why": reason(why, **self.facts) if why else ""})

    @property
    def label(self) -> "StrOrPromise":
        return LABELS[self.kind]


DEAD = gettext_noop("%(url)s does not answer as a page: %(why)s.")
INWARD = gettext_noop("%(url)s leads into a private network, where friends cannot follow.")
ENDED = gettext_noop("The coupon “%(name)s” has ended.")
GONE = gettext_noop("The coupon “%(name)s” is gone from LINE.")
NOT_BEGUN = gettext_noop("The coupon “%(name)s” begins only later.")
NO_COUPON = gettext_noop("The coupon %(id)s has not been read from LINE: nobody knows whether it still runs.")
NO_TAP = gettext_noop("A button names a tap action that does not exist: nothing would follow.")
OLD_TAP = gettext_noop("The tap action “%(name)s” is archived.")
HALF_VARIABLE = gettext_noop("“%(text)s” looks like a variable, but is none: friends would see it as it is.")
RATIO = gettext_noop("The picture is %(is)s, but is shown as %(should)s: LINE cuts it off.")
HEAVY = gettext_noop("The picture has %(is)s MB; LINE shows up to %(most)s MB.")
NO_PICTURE = gettext_noop("%(url)s gives no picture: %(why)s.")
NOT_ASKED = gettext_noop("LINE could not be asked: %(why)s. Try again in a moment.")
