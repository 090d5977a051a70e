"""Triggers by who comes into a segment or out of it, and by tags."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from friends.models import Tag
from scenarios.flow.reading import triggers
from scenarios.flow.values import Tree
from scenarios.triggers.kinds import Gathered
from segments import tree
from segments.kinds import HIGHEST_ROW, Choice, Unfit, Whole, YesNo
from segments.leaves import given
from segments.models import Segment

ON = {"enter": gettext_lazy("comes into it"), "leave": gettext_lazy("drops out of it")}
OFFERED = 500


def _tags() -> list:
    return list(Tag.objects.values_list("pk", "name"))


def _segments() -> list:
    return list(Segment.objects.values_list("pk", "name")[:OFFERED])


@triggers.register
@dataclass(frozen=True)
class Tagged(Gathered):
    """A friend gets a tag, in whatever way. Taken off and put on again it counts anew."""

    type = "tag"
    label = gettext_lazy("Tag put on")
    hint = gettext_lazy("A friend gets a tag, in whatever way")
    tag: int = given(Whole(1, HIGHEST_ROW), label=gettext_lazy("Tag"), options=_tags)
    includes_present: bool | None = given(
        YesNo(), default=None, label=gettext_lazy("Also those who have it when this is published")
    )

    @property
    def asked(self) -> dict:
        return {"type": "tag", "tag": self.tag}

    @property
    def takes_present(self) -> bool:
        return bool(self.includes_present)

    def words(self) -> str:
        name = Tag.objects.filter(pk=self.tag).values_list("name", flat=True).first()
        return _("Tag “%(tag)s” put on") % {"tag": name or _("deleted tag")}


@triggers.register
@dataclass(frozen=True)
class InSegment(Gathered):
    """A friend comes into a segment, or drops out of it: by what they do, or by time alone.

    Changing the segment itself lets nobody in: it begins anew with those who are in it then. Who has blocked
    the account is in no segment.
    """

    type = "segment"
    label = gettext_lazy("Into a segment, or out of it")
    hint = gettext_lazy("Somebody begins to meet conditions, or no longer meets them")
    on: str = given(
        Choice(tuple(ON)),
        default="enter",
        label=gettext_lazy("When somebody"),
        options=lambda: list(ON.items()),
    )
    segment: int | None = given(
        Whole(1, HIGHEST_ROW), default=None, label=gettext_lazy("Segment"), options=_segments
    )
    tree: dict | None = given(Tree(), default=None, label=gettext_lazy("Conditions"))
    includes_present: bool | None = given(
        YesNo(), default=None, label=gettext_lazy("Also those who are in it when this is published")
    )

    @classmethod
    def shaped(cls, said: Mapping, look_up: Callable) -> dict[str, dict | None]:
        """Conditions of its own are written with the builder; without them a segment is chosen."""
        of: dict[str, dict | None] = {"segment": None} if said.get("tree") else {"tree": None}
        return of | ({"includes_present": None} if said.get("on") == "leave" else {})

    def check(self) -> None:
        if (self.segment is None) == (self.tree is None):
            raise Unfit(_("needs either segment or tree"))
        if any(leaf.is_platform for leaf in tree.leaves_of(tree.parse(self.asked))):
            raise Unfit(_("has a condition that only LINE can judge"), path="tree")

    @property
    def asked(self) -> dict:
        return self.tree or {"type": "segment", "segment": self.segment}

    @property
    def is_leaving(self) -> bool:
        return self.on == "leave"

    @property
    def takes_present(self) -> bool:
        return bool(self.includes_present) and not self.is_leaving

    def words(self) -> str:
        said = {"conditions": tree.words(tree.parse(self.asked))}
        if self.is_leaving:
            return _("No longer: %(conditions)s") % said
        return _("From now on: %(conditions)s") % said
