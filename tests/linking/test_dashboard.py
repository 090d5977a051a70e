"""Links on the dashboard: found, made, ended, decided."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from customers import fields
from linking import after
from linking.models import Link, LinkAttempt, LinkConflict, LinkDuty, LinkSettings
from tests.factories import make_customer, make_friend, make_link, make_link_conflict, make_tag


@pytest.fixture
def link(tenant) -> Link:
    return make_link(make_friend("葵"), make_customer("A-100", name="Hanako"), entry="thanks")


@pytest.mark.parametrize("asked", ["葵", "A-100", "Ａ－１００", "?state=active", "?entry=thanks"])
def test_a_link_is_found(visit, link, asked):
    make_link(make_friend("ren"), make_customer("B-200"), unlinked_at=timezone.now(), ended="staff")
    query = asked if asked.startswith("?") else f"?q={asked}"

    page = visit("viewer").read(f"id-links/{query}")

    assert "Hanako" in page
    assert "B-200" not in page


def test_an_entry_point_is_called_by_its_name(visit, link):
    make_link(make_friend("ren"), make_customer("B-200"), entry="gone-long-ago")
    visitor = visit("viewer")

    table, page = visitor.read("id-links/"), visitor.read(f"id-links/{link.pk}/")

    assert "Thank-you page</td>" in table
    assert "gone-long-ago</td>" in table
    assert "<dd>Thank-you page</dd>" in page


@pytest.mark.parametrize("path", ["entry-points/", "id-links/", "id-links/conflicts/", "id-links/attempts/"])
def test_each_page_of_linking_leads_to_the_others(visit, tenant, path):
    page = visit("owner").read(path)

    for other in ("entry-points/", "id-links/", "id-links/conflicts/", "id-links/attempts/", "card/"):
        assert f'/{other}"' in page
    assert page.count('aria-current="page"') >= 2


@pytest.mark.parametrize("asked", ["nobody", "👩‍👩‍👧", "x" * 500, "%00", "'; --"])
def test_what_nobody_is_called_finds_nothing_and_breaks_nothing(visit, link, asked):
    assert "Hanako" not in visit("viewer").read("id-links/", {"q": asked, "state": "ended"})


def test_the_table_costs_few_queries_however_long(visit, tenant, django_assert_max_num_queries):
    for number in range(60):
        make_link(make_friend(f"friend {number}"), make_customer(f"A-{number}"))
    visitor = visit("viewer")

    with django_assert_max_num_queries(12):
        page = visitor.read("id-links/")

    assert "A-59" in page
    assert "A-5<" not in page


def test_the_rate_is_of_friends_and_of_customers(visit, link):
    make_friend("ren")
    make_customer("B-200")
    make_customer("B-201")

    page = visit("viewer").read("id-links/rate/")

    assert "1 of 2" in page
    assert "1 of 3" in page


def test_a_link_is_shown_with_its_consent_and_what_followed(visit, link):
    Link.objects.filter(pk=link.pk).update(consent="I agree to everything")
    LinkDuty.objects.create(
        friend=link.friend, link=link, kind="menu", state="failed", problem="no_friend", due_at=timezone.now()
    )

    page = visit("viewer").read(f"id-links/{link.pk}/")

    assert "I agree to everything" in page
    assert "They are no friend of the account." in page


def test_staff_unlink_after_being_asked(visit, link):
    manager = visit("account_manager")

    assert "nothing of the customer reaches this friend" in manager.read(f"id-links/{link.pk}/end/")
    manager.post(f"id-links/{link.pk}/end/")

    ended = Link.objects.get()
    assert (ended.ended, ended.ended_by_id is None) == (Link.Ended.BY_STAFF, False)
    assert "already ended" in manager.send(f"id-links/{link.pk}/end/", {})


def test_staff_link_by_hand_and_say_why(visit, tenant):
    friend, customer = make_friend("aoi"), make_customer("A-100")

    page = visit("account_manager").send(
        "id-links/new/", {"friend": str(friend.pk), "customer": "Ａ-１００", "reason": "Showed her card"}
    )

    assert "Showed her card" in page
    assert Link.objects.active().get().pair == (friend.pk, customer.pk)


@pytest.mark.parametrize(
    ("friend", "customer", "said"),
    [("nobody", "A-100", "no such friend"), ("99999999999999", "A-100", "no such friend")],
)
def test_nobody_is_linked_with_nobody(visit, link, friend, customer, said):
    form = {"friend": friend, "customer": customer, "reason": "?"}

    assert said in visit("account_manager").send("id-links/new/", form)


def test_what_a_link_by_hand_contradicts_is_shown_before_it_ends(visit, link):
    other = make_customer("B-200")
    form = {"friend": link.friend.line_user_id, "customer": "B-200", "reason": "Wrong card"}
    manager = visit("account_manager")

    asked = manager.send("id-links/new/", form)
    assert "They are linked otherwise" in asked
    assert Link.objects.active().get() == link
    manager.post("id-links/new/", form | {"replace": "on"})

    assert Link.objects.active().get().customer_id == other.pk


def test_conflicts_are_decided_many_at_once(visit, link):
    first = make_link_conflict(link.friend, make_customer("B-200"))
    second = make_link_conflict(make_friend("ren"), link.customer)
    manager = visit("account_manager")

    assert "B-200" in manager.read("id-links/conflicts/")
    page = manager.send("id-links/conflicts/decide/", {"id": [first.pk, second.pk], "do": "keep"})

    assert "Kept as it was: 2" in page
    assert not LinkConflict.objects.open().exists()
    assert Link.objects.active().get() == link


@pytest.mark.parametrize("form", [{}, {"do": "keep"}, {"id": "1"}, {"id": "x" * 99, "do": "keep"}])
def test_without_a_choice_nothing_is_decided(visit, link, form):
    conflict = make_link_conflict(link.friend)

    visit("account_manager").post("id-links/conflicts/decide/", form)

    conflict.refresh_from_db()
    assert conflict.state == LinkConflict.State.OPEN


def test_who_lost_a_link_is_shown_with_who_has_it(visit, tenant):
    moment, customer = timezone.now(), make_customer("A-100")
    make_link(
        make_friend("aoi"),
        customer,
        linked_at=moment - timedelta(days=1),
        unlinked_at=moment,
        ended="relinked",
    )
    make_link(make_friend("ren"), customer, linked_at=moment)

    page = visit("viewer").read("id-links/conflicts/")

    assert "aoi – A-100" in page
    assert "ren – A-100" in page


def test_failed_tries_are_shown_by_reason(visit, tenant):
    now = timezone.now()
    for name, failure in (("aoi", "wrong_details"), ("蓮", "other_person")):
        LinkAttempt.objects.create(
            friend=make_friend(name), state="failed", failure=failure, started_at=now, expires_at=now
        )

    page = visit("viewer").read("id-links/attempts/?why=wrong_details")

    assert "aoi" in page
    assert "蓮" not in page


def test_what_follows_is_kept_and_menus_of_all_are_brought_up_to_date(visit, simulator, channel, link):
    tag = make_tag("linked")
    form = {
        "has_welcome": "on",
        "bubbles": "1",
        "b0-type": "text",
        "b0-text": "ようこそ {{display_name|お客様}} さま",
        "tags": [tag.pk],
        "unclear": "keep",
        "menu_for_all": "on",
    }

    visit("account_manager").post("id-links/settings/after/", form)

    kept = LinkSettings.present()
    assert (kept.unclear, kept.welcome[0]["text"]) == ("keep", "ようこそ {{display_name|お客様}} さま")
    assert list(kept.tags.all()) == [tag]
    assert LinkDuty.objects.get().kind == LinkDuty.Kind.MENU
    assert after.DUTIES


def test_a_welcome_that_is_none_is_refused_where_it_is_wrong(visit, simulator, channel):
    form = {"has_welcome": "on", "bubbles": "1", "b0-type": "text", "b0-text": "", "unclear": "ask"}

    page = visit("account_manager").send("id-links/settings/after/", form)

    assert "A message is not complete." in page
    assert not LinkSettings.objects.exists()


def test_the_profile_and_the_customer_show_their_links(visit, link):
    viewer = visit("viewer")

    assert "A-100" in viewer.read(f"id-links/friends/{link.friend_id}/")
    assert "葵" in viewer.read(f"id-links/customers/{link.customer_id}/")


def test_the_profile_names_what_is_known_of_the_customer_as_staff_do(visit, tenant):
    fields.create_field("会員ランク", "text", key="rank")
    link = make_link(make_friend("葵"), make_customer("A-100", attributes={"rank": "gold", "since": "2020"}))

    page = visit("owner").read(f"id-links/friends/{link.friend_id}/")

    assert "<dt>会員ランク</dt><dd>gold" in page
    assert "<dt>since</dt><dd>2020" in page


def test_conflicts_that_wait_are_named_beside_the_rate(visit, link):
    make_link_conflict(make_friend("ren"), link.customer)

    assert "Conflicts that wait for a decision: 1" in visit("owner").read("id-links/rate/")


def test_after_unlinking_the_profile_says_nothing_of_the_customer(visit, link):
    visit("account_manager").post(f"id-links/{link.pk}/end/")

    page = visit("viewer").read(f"friends/{link.friend_id}/")

    assert "Hanako" not in page


@pytest.mark.parametrize("path", ["id-links/{}/", "id-links/{}/end/"])
def test_links_of_another_client_are_not_there(visit, link, other_tenant, path):
    with tenant_context(other_tenant):
        theirs = make_link(make_friend("stranger"), make_customer("C-1"), pk=link.pk + 500)

    assert visit("account_manager").get(path.format(theirs.pk)).status_code == 404
