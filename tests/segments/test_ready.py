"""Segments that every client finds ready-made."""

from segments.models import Segment
from tests.factories import make_friend, make_link


def test_who_is_not_linked_is_found_with_a_count(visit, tenant):
    make_link(make_friend("aoi"))
    make_friend("ren")
    make_friend("mei")
    viewer = visit("viewer")

    assert "Friends who are not linked" in viewer.read("segments/ready/")
    assert "2" in viewer.read("segments/ready/not-linked/count/")


def test_using_one_begins_a_segment_with_its_conditions(visit, tenant):
    page = visit("marketer").read("segments/new/?ready=not-linked")

    assert "Friends who are not linked" in page
    assert not Segment.objects.exists()


def test_there_is_none_by_another_name(visit, tenant):
    viewer = visit("marketer")

    assert viewer.get("segments/ready/nobody/count/").status_code == 404
    assert viewer.get("segments/new/?ready=nobody").status_code == 200
