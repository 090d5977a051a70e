"""Segments that ask for other segments."""

import threading

import pytest
from django.db import close_old_connections, transaction
from django_tenants.utils import tenant_context

from segments import nesting, services
from segments.errors import InvalidTree, SegmentInUse
from segments.models import Segment
from tests.factories import make_friend, make_segment, make_tag
from tests.segments.test_leaves import names


def inside(segment: Segment) -> dict:
    return {"type": "segment", "segment": segment.pk}


def test_it_has_the_friends_of_the_other_segment(tenant):
    vip = make_tag("VIP")
    make_friend("aoi", tags=[vip])
    make_friend("ren")
    inner = make_segment({"any": [{"type": "tag", "tag": vip.pk}]}, name="VIP")
    outer = make_segment({"not": inside(inner)}, name="Others")

    assert names(inside(inner)) == {"aoi"}
    assert names(inside(outer)) == {"ren"}
    assert services.words(outer.tree) == "not (in the segment “VIP”)"


def test_a_change_of_the_other_segment_is_seen_at_once(tenant):
    make_friend("aoi")
    inner = make_segment({"any": [{"type": "linked", "is": True}]})
    before = names(inside(inner))

    services.change_segment(inner, version=1, raw={"not": {"type": "linked", "is": True}})

    assert (before, names(inside(inner))) == (set(), {"aoi"})


def test_a_segment_cannot_be_saved_so_that_it_leads_back_to_itself(tenant):
    first, second, third = (make_segment(name=name) for name in ("first", "second", "third"))
    services.change_segment(second, version=1, raw={"all": [inside(first)]})
    services.change_segment(third, version=1, raw={"all": [{"not": inside(second)}]})

    for inner in (first, second, third):
        with pytest.raises(InvalidTree) as refused:
            services.change_segment(first, version=1, raw={"any": [{"all": []}, inside(inner)]})
        assert refused.value.message == "any[1]: leads back to this segment"

    assert (
        services.change_segment(third, version=2, raw={"all": [inside(first), inside(second)]}).version == 3
    )


def test_of_two_halves_of_a_circle_saved_at_once_one_is_refused(own_tenant):
    first, second = make_segment(name="first"), make_segment(name="second")
    outcomes = []

    def save(segment: Segment, other: Segment) -> None:
        try:
            with tenant_context(own_tenant):
                services.change_segment(segment, version=1, raw={"all": [inside(other)]})
                outcomes.append("saved")
        except InvalidTree:
            outcomes.append("refused")
        finally:
            close_old_connections()

    with transaction.atomic():
        nesting.check(services.tree.parse({"all": [inside(first)]}))
        threads = [threading.Thread(target=save, args=pair) for pair in ((first, second), (second, first))]
        for thread in threads:
            thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["refused", "saved"]


def test_a_circle_that_is_there_all_the_same_is_refused_when_asked(tenant):
    first, second = make_segment(name="first"), make_segment(name="second")
    Segment.objects.filter(pk=first.pk).update(tree=inside(second))
    Segment.objects.filter(pk=second.pk).update(tree={"all": [inside(first)]})

    with pytest.raises(InvalidTree) as refused:
        services.count({"any": [inside(first)]})

    assert refused.value.message == "any[0]: leads back to itself"


def test_a_segment_that_another_asks_for_cannot_be_deleted(tenant):
    inner = make_segment(name="Inner")
    outer = make_segment({"any": [inside(inner)]}, name="Outer")

    with pytest.raises(SegmentInUse) as refused:
        services.delete_segment(inner)
    services.delete_segment(outer)
    services.delete_segment(inner)

    assert "“Outer”" in refused.value.message


def test_a_segment_deleted_all_the_same_is_nobody_and_cannot_be_named(tenant):
    make_friend("aoi")
    inner = make_segment(name="Inner")
    raw = inside(inner)
    Segment.objects.all().delete()

    assert names(raw) == set()
    assert services.words(raw) == "in the segment “deleted segment”"
    with pytest.raises(InvalidTree):
        services.freeze(raw)
