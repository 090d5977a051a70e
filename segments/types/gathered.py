"""Leaves about friends gathered before: on a list, in another segment."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from segments import tree
from segments.kinds import Whole
from segments.leaves import GATHERED, Leaf, Moment, Query, given, register
from segments.models import FriendList, ListFill, Segment
from segments.tree import All, Node, Not

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

OFFERED = 500  # the newest, in the form


def list_topic(list_id: int) -> str:
    """The data version that grows whenever the friends on this list change."""
    return f"list:{list_id}"


def _lists() -> "list[tuple[object, StrOrPromise]]":
    filled = set(ListFill.objects.values_list("list", flat=True))
    return [
        (pk, _("%(list)s (being filled)") % {"list": name} if pk in filled else name)
        for pk, name in FriendList.objects.values_list("pk", "name")[:OFFERED]
    ]


def _segments() -> "list[tuple[object, StrOrPromise]]":
    return list(Segment.objects.values_list("pk", "name")[:OFFERED])


@register
@dataclass(frozen=True)
class OnList(Leaf):
    """Friends on a list."""

    type = "list"
    label = gettext_lazy("List of friends")
    hint = gettext_lazy("Chosen by hand, by pasted IDs or by a file")
    group = GATHERED
    list: int = given(Whole(1, 2**31 - 1), label=gettext_lazy("List"), options=_lists)

    def query(self, moment: Moment) -> Query:
        return Query("SELECT friend_id FROM segments_listmember WHERE list_id = %s", [self.list])

    def topics(self) -> set[str]:
        return {list_topic(self.list)}

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return dict(
            FriendList.objects.filter(pk__in={leaf.list for leaf in leaves}).values_list("pk", "name")
        )

    def missing(self, known: dict) -> str:
        return "" if self.list in known else _("there is no list %(list)s") % {"list": self.list}

    def words(self, known: dict) -> str:
        return _("on the list “%(list)s”") % {"list": known.get(self.list) or _("deleted list")}


@register
@dataclass(frozen=True)
class InSegment(Leaf):
    """Friends in another segment, as it is at that moment."""

    type = "segment"
    label = gettext_lazy("Another segment")
    hint = gettext_lazy("Whoever is in it at that moment")
    group = GATHERED
    segment: int = given(Whole(1, 2**31 - 1), label=gettext_lazy("Segment"), options=_segments)

    def stands_for(self, moment: Moment) -> Node:
        raw = Segment.objects.filter(pk=self.segment).values_list("tree", flat=True).first()
        return Not(All(())) if raw is None else tree.parse(raw)

    def topics(self) -> set[str]:
        return set()

    @classmethod
    def look_up(cls, leaves: Sequence[Self]) -> dict:
        return dict(
            Segment.objects.filter(pk__in={leaf.segment for leaf in leaves}).values_list("pk", "name")
        )

    def missing(self, known: dict) -> str:
        return (
            "" if self.segment in known else _("there is no segment %(segment)s") % {"segment": self.segment}
        )

    def words(self, known: dict) -> str:
        return _("in the segment “%(segment)s”") % {
            "segment": known.get(self.segment) or _("deleted segment")
        }
