"""A tag that segments ask for is not merged away, and its deletion names them."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.errors import AppError
from friends import services, tag_uses
from friends.errors import TagInUse
from friends.tag_uses import Use
from segments import services as segments
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


def at_once(tenant, *acts) -> list[str]:
    """What each answers with its own connection: the code of a refusal, "" if it was done."""

    def act(do) -> str:
        try:
            with tenant_context(tenant):
                do()
        except AppError as refusal:
            return refusal.code
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(act, acts))


@pytest.mark.parametrize("_time", range(3))
def test_of_a_deletion_and_a_use_at_the_same_time_one_is_refused(own_tenant, django_db_blocker, _time):
    with django_db_blocker.unblock():
        vip = make_segment(name="VIPs")
        naming = {"not": {"type": "segment", "segment": vip.pk}}

        answers = at_once(
            own_tenant,
            lambda: segments.delete_segment(vip),
            lambda: segments.create_segment("Others", naming),
        )

        assert sorted(answers) in (["", "invalid_tree"], ["", "segment_in_use"])
