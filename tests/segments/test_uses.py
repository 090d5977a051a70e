"""A tag that segments ask for is not merged away, and its deletion names them."""

import pytest

from friends import services, tag_uses
from friends.errors import TagInUse
from friends.tag_uses import Use
from tests.factories import make_segment, make_tag


def test_the_segments_that_ask_for_a_tag_are_found_wherever_it_stands(tenant):
    vip, other = make_tag("VIP"), make_tag("Other")
    nested = {"any": [{"not": {"all": [{"type": "tag", "tag": vip.pk}]}}, {"type": "linked", "is": True}]}
    segment = make_segment(nested, name="Without VIPs")
    make_segment({"type": "tag", "tag": other.pk}, name="Others")

    assert tag_uses.of(vip) == [Use("Without VIPs", "segment", segment.pk)]


def test_a_tag_that_a_segment_asks_for_cannot_be_merged_away(tenant):
    vip = make_tag("VIP")
    make_segment({"type": "tag", "tag": vip.pk}, name="Our VIPs")

    with pytest.raises(TagInUse) as refusal:
        services.merge_tags(vip, make_tag("Gold"))

    assert "Our VIPs" in refusal.value.message
