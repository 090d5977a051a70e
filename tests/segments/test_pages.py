"""Pages of segments: the list, one segment, copies, deletion, comparison, export."""

import json

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from accounts.models import Activity
from segments import services
from segments.facts import sizes
from segments.models import Segment
from tests.factories import make_broadcast, make_friend, make_link, make_segment, make_tag

LINKED = {"type": "linked", "is": True}


@pytest.fixture
def foreign(other_tenant) -> Segment:
    with tenant_context(other_tenant):
        return make_segment(name="Of somebody else")


def test_the_list_says_each_segment_its_size_and_what_uses_it(visit, tenant):
    vip = make_segment({"type": "tag", "tag": make_tag("VIP").pk}, name="Our VIPs")
    make_segment({"all": [{"type": "segment", "segment": vip.pk}, LINKED]}, name="Linked VIPs")
    sizes.keep(lambda: True)

    page = visit("viewer").read("segments/")

    assert "tagged “VIP”" in page
    assert 'title="Linked VIPs"' in page
    assert 'class="spark"' in page


def test_the_builder_takes_the_same_queries_however_many_conditions(
    visit, tenant, django_assert_max_num_queries
):
    def ask(leaves: list[dict]) -> int:
        form = {"n-kind": "all", "n-size": str(len(leaves))}
        for place, leaf in enumerate(leaves):
            form |= {f"n-{place}-kind": "leaf", f"n-{place}-json": json.dumps(leaf)}
        visitor.send("segments/build/", form)
        with django_assert_max_num_queries(12) as queries:
            visitor.send("segments/build/", form)
        return len(queries)

    visitor = visit()
    leaves = [{"type": "tag", "tag": make_tag(str(number)).pk} for number in range(10)]

    assert ask(leaves) == ask(leaves[:1])


def test_the_list_takes_the_same_queries_however_long(visit, tenant, django_assert_max_num_queries):
    def read() -> int:
        with django_assert_max_num_queries(30) as queries:
            visitor.read("segments/")
        return len(queries)

    visitor = visit("viewer")
    make_segment({"type": "tag", "tag": make_tag("0").pk})
    few = read()
    for number in range(1, 6):
        make_segment({"type": "tag", "tag": make_tag(str(number)).pk})

    assert read() == few


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=vip", {"VIPs"}),
        ("q=%25", set()),
        ("q=%00", {"VIPs", "On a list"}),
        ("kind=dynamic", {"VIPs"}),
        ("kind=list", {"On a list"}),
        ("kind=nonsense&before=x", {"VIPs", "On a list"}),
    ],
)
def test_the_list_is_narrowed(visit, tenant, query, names):
    make_segment({"type": "tag", "tag": make_tag("gold").pk}, name="VIPs")
    Segment.objects.create(name="On a list", tree={"not": {"all": [{"type": "list", "list": 7}]}})

    page = visit("viewer").read(f"segments/?{query}")

    assert {name for name in ("VIPs", "On a list") if f">{name}</a>" in page} == names


def test_a_list_that_is_searched_gives_the_rows_alone_to_htmx(visit, tenant):
    make_segment(name="VIPs")

    page = visit("viewer").read("segments/?q=vip", **{"HX-Request": "true"})

    assert "VIPs" in page
    assert "<html" not in page


def test_without_segments_the_ready_made_ones_are_offered(visit, tenant):
    page = visit("marketer").read("segments/")

    assert "No segments yet" in page
    assert "Friends who are not linked" in page


def test_the_page_says_how_many_each_condition_leaves_out_and_who_is_in_it(visit, tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    vip = make_tag("VIP", friends=[aoi, ren])
    make_link(aoi)
    segment = make_segment({"all": [{"type": "tag", "tag": vip.pk}, LINKED]}, name="Linked VIPs")

    page = visit("viewer").read(f"segments/{segment.pk}/")

    assert "tagged “VIP” · linked" in page
    assert "leaves out 1" in page
    assert "aoi" in page
    assert "Nothing uses it yet." in page


def test_the_page_shows_the_size_by_day(visit, tenant):
    make_friend("aoi")
    segment = make_segment()
    visitor = visit("viewer")
    before = visitor.read(f"segments/{segment.pk}/")

    sizes.keep(lambda: True)

    assert "The first size appears within a minute" in before
    assert "Friends in the segment by day" in visitor.read(f"segments/{segment.pk}/")


def test_a_segment_that_this_version_cannot_read_is_still_listed(visit, tenant):
    made = Segment.objects.create(name="From later", tree={"type": "later"})
    visitor = visit("viewer")

    assert "must be one of" in visitor.read("segments/")
    assert "must be one of" in visitor.read(f"segments/{made.pk}/")
    assert "must be one of" in visitor.read(f"segments/{made.pk}/count/")


def test_why_a_friend_is_not_in_it_is_said_condition_by_condition(visit, tenant):
    aoi = make_friend("aoi")
    vip = make_tag("VIP", friends=[aoi])
    tree = {
        "all": [{"type": "tag", "tag": vip.pk}, {"any": [LINKED, {"not": {"type": "tag", "tag": vip.pk}}]}]
    }
    segment = make_segment(tree)
    visitor = visit("viewer")

    found = visitor.read(f"segments/{segment.pk}/why/?q=ao")
    answer = visitor.read(f"segments/{segment.pk}/why/?friend={aoi.pk}")

    assert f"?friend={aoi.pk}" in found
    assert "is not in the segment" in answer
    assert answer.count('class="mark yes"') == 2  # the tag, and the tag below “must not be so”
    assert answer.count('class="mark no"') == 4


def test_who_blocked_the_account_is_in_a_segment_that_asks_for_them(visit, tenant):
    gone = make_friend("gone", status="blocked")
    segment = make_segment({"type": "friendship", "is": "blocked"})

    page = visit("viewer").read(f"segments/{segment.pk}/why/?friend={gone.pk}")

    assert "is in the segment" in page
    assert "No message reaches this friend at present." in page


def test_only_a_friend_of_the_client_is_explained(visit, tenant, other_tenant):
    segment = make_segment()
    with tenant_context(other_tenant):
        foreign = make_friend("foreign")

    assert visit("viewer").get(f"segments/{segment.pk}/why/?friend={foreign.pk}").status_code == 404
    assert visit("viewer").get(f"segments/{segment.pk}/why/?friend={'9' * 40}").status_code == 200


def test_a_copy_is_opened_for_changes(visit, tenant):
    segment = make_segment(LINKED, name="Linked")

    answer = visit("marketer").post(f"segments/{segment.pk}/copy/")

    copy = Segment.objects.get(name="Linked (copy)")
    assert answer.headers["Location"].endswith(f"/segments/{copy.pk}/edit/")
    assert copy.tree == LINKED


def test_a_segment_in_use_names_what_uses_it_and_stays(visit, tenant):
    vip = make_segment(LINKED, name="VIPs")
    other = make_segment({"not": {"type": "segment", "segment": vip.pk}}, name="The others")
    visitor = visit("account_manager")

    asked = visitor.read(f"segments/{vip.pk}/delete/")
    answer = visitor.send(f"segments/{vip.pk}/delete/", {})

    assert "The others" in asked
    assert "cannot be deleted, since it is used by “The others”" in answer
    assert Segment.objects.filter(pk=vip.pk).exists()
    services.delete_segment(other)
    assert "is deleted" in visitor.send(f"segments/{vip.pk}/delete/", {})
    assert not Segment.objects.filter(pk=vip.pk).exists()


def test_a_segment_of_a_broadcast_stays(visit, tenant):
    broadcast = make_broadcast()

    answer = visit("account_manager").send(f"segments/{broadcast.segment_id}/delete/", {})

    assert "cannot be deleted" in answer


def test_two_segments_are_compared(visit, tenant):
    aoi, ren = make_friend("aoi"), make_friend("ren")
    first = make_segment({"type": "tag", "tag": make_tag("VIP", friends=[aoi, ren]).pk}, name="VIPs")
    second = make_segment({"type": "tag", "tag": make_tag("Gold", friends=[ren]).pk}, name="Gold")

    page = visit("marketer").read(f"segments/compare/?a={first.pk}&b={second.pk}")

    assert "1 friends are in all of them, 2 in at least one." in page
    assert "The areas are to scale." in page
    assert "Make a segment of them" in page


def test_a_segment_is_not_compared_with_itself_nor_with_another_clients(visit, tenant, foreign):
    segment = make_segment()
    visitor = visit("viewer")

    same = visitor.read(f"segments/compare/?a={segment.pk}&b={segment.pk}")
    other = visitor.read(f"segments/compare/?a={segment.pk}&b={foreign.pk + 1000}")

    assert "Choose two different segments." in same
    assert "Select a valid choice" in other


def test_a_segment_is_exported(visit, tenant):
    make_friend("aoi")
    segment = make_segment()
    visitor = visit("account_manager")

    form = visitor.read(f"segments/{segment.pk}/export/")
    answer = visitor.get(f"segments/{segment.pk}/export/file/?encoding=cp932&columns=display_name")
    with tenant_context(tenant):
        text = b"".join(answer.streaming_content).decode("cp932")

    assert "Exports so far" not in form
    assert text.splitlines() == ["display_name", "aoi"]
    assert answer.headers["Content-Type"] == "text/csv; charset=Shift_JIS"
    assert Activity.objects.filter(tenant=tenant.pk, verb="segment.exported").exists()
    assert "Sent completely" in visitor.read(f"segments/{segment.pk}/export/")


def test_a_file_without_columns_is_asked_for_again(visit, tenant):
    segment = make_segment()

    answer = visit("account_manager").get(f"segments/{segment.pk}/export/file/?encoding=utf-16")

    assert answer.status_code == 400
    assert not Activity.objects.filter(tenant=tenant.pk, verb="segment.exported").exists()


@pytest.mark.parametrize("path", ["", "count/", "why/", "delete/", "export/", "export/file/"])
def test_segments_of_another_client_are_not_found(visit, tenant, foreign, path):
    Segment.objects.filter(pk=foreign.pk).delete()

    assert connection.tenant == tenant
    assert visit("account_manager").get(f"segments/{foreign.pk}/{path}").status_code == 404
