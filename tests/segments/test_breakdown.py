"""What each condition does to the whole, against counting the tree without it."""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from segments import services, tree
from segments.facts import breakdown
from segments.kinds import Whole
from segments.leaves import Leaf
from segments.leaves import given as said
from segments.tree import All, AnyOf, Node, Not
from tests.factories import make_friend, make_link, make_tag

TOKYO = ZoneInfo("Asia/Tokyo")
EVERYONE = BitMap(range(8))


@dataclass(frozen=True)
class Some(Leaf):
    """Friends by the bits of a number."""

    type = "some"
    bits: int = said(Whole(0, 255))


def members_of(leaf: Leaf) -> BitMap:
    return BitMap(number for number in EVERYONE if leaf.bits >> number & 1)


def asked(node: Node) -> dict[str, tree.Bounds]:
    return tree.members(node, EVERYONE, members_of, {}, TOKYO)


def total(node: Node) -> int:
    return len(asked(node)[""].most)


def each_part_taken_out(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every part that stands in a group, with the tree that remains without it."""
    if isinstance(node, Not):
        for below, rest in each_part_taken_out(node.part, tree.join(path, "not")):
            yield below, Not(rest)
    elif not isinstance(node, Leaf):
        kind = type(node)
        for place, (step, part) in enumerate(node.children()):
            before, after = node.parts[:place], node.parts[place + 1 :]
            yield tree.join(path, step), kind(before + after)
            for below, rest in each_part_taken_out(part, tree.join(path, step)):
                yield below, kind((*before, rest, *after))


SOME = st.integers(0, 255).map(Some)
NODES = st.recursive(
    SOME,
    lambda nodes: st.one_of(
        st.lists(nodes, min_size=1, max_size=4).map(lambda parts: All(tuple(parts))),
        st.lists(nodes, min_size=1, max_size=4).map(lambda parts: AnyOf(tuple(parts))),
        nodes.map(Not),
    ),
    max_leaves=8,
)


@settings(max_examples=300, deadline=None)
@given(NODES)
def test_the_number_without_a_part_is_that_of_the_tree_without_it(node):
    without = breakdown.without(node, asked(node), EVERYONE)

    for path, rest in each_part_taken_out(node):
        assert without[path] == total(rest), path


def test_the_builder_learns_what_each_condition_removes_and_adds(tenant):
    red, blue = make_tag("red"), make_tag("blue")
    make_link(make_friend("aoi", tags=[red]))
    make_friend("ren", tags=[red])
    make_link(make_friend("mio", tags=[blue]))
    tags = [{"type": "tag", "tag": tag.pk} for tag in (red, blue)]
    node = tree.parse({"all": [{"any": tags}, {"type": "linked", "is": True}]})

    looked = services.look(node)

    assert looked.counted.total == 2
    assert looked.without["all[1]"] == 3
    assert looked.without["all[0].any[0]"] == 1
    assert {friend.display_name for friend in looked.sample} == {"aoi", "mio"}


def test_a_sampled_friend_comes_with_what_is_true_of_them(tenant):
    red, blue = make_tag("red"), make_tag("blue")
    aoi = make_friend("aoi", tags=[red])
    node = tree.parse({"any": [{"type": "tag", "tag": tag.pk} for tag in (red, blue)]})

    looked = services.look(node)

    assert looked.holds == {aoi.pk: {"", "any[0]"}}
