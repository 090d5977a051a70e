"""Before a message leaves that leads to a coupon: what is said, and what is refused."""

from datetime import timedelta

import pytest
from django.utils import timezone

from broadcasts import services
from broadcasts.checking import looking, own_pages
from broadcasts.checking.findings import Finding
from broadcasts.errors import PageNotOpen
from broadcasts.models import Broadcast
from broadcasts.sending import delivery
from channels.models import Channel
from composing.errors import InvalidMessages
from coupons import services as coupons
from coupons.models import Coupon
from friends.models import Friend
from tests.coupons.factories import make_own_coupon, make_ticket
from tests.factories import make_broadcast, make_followers, make_list, make_segment, make_user
from tests.visiting import Visitor, sign_in

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def friends(simulator, channel: Channel) -> list[Friend]:
    return make_followers(simulator, channel, ["aoi", "ren", "yui"])


@pytest.fixture
def manager(tenant) -> Visitor:
    return sign_in(make_user("account_manager"))


def leading(coupon: Coupon, **fields: object) -> Broadcast:
    """One that is approved and leads to the coupon."""
    broadcast = make_broadcast(f"Yours: {{{{coupon.{coupon.pk}}}}}", **fields)
    broadcast.move(Broadcast.Status.DRAFT, to=Broadcast.Status.APPROVED, approved_at=timezone.now())
    broadcast.refresh_from_db()
    return broadcast


def found(broadcast: Broadcast, at=None) -> list[Finding]:
    return own_pages.findings(broadcast, at)


def words(broadcast: Broadcast, at=None) -> str:
    return " ".join(finding.words for finding in found(broadcast, at))


def test_a_coupon_that_is_there_for_all_is_passed_over_in_silence(friends):
    broadcast = leading(make_own_coupon(most=3))

    services.send_now(broadcast, by=None)

    assert found(broadcast) == []
    assert Broadcast.objects.get().status == Broadcast.Status.SCHEDULED


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"status": "draft", "started_at": None}, "has not been started"),
        ({"status": "closed"}, "was closed. Choose another"),
        ({"ends_at": timezone.now() - DAY}, "is over when this leaves"),
    ],
)
def test_what_nobody_could_have_does_not_leave_and_it_is_said_what_to_do(friends, fields, said):
    coupon = make_own_coupon("Autumn")
    broadcast = leading(coupon)
    Coupon.objects.update(**fields)

    with pytest.raises(PageNotOpen) as refused:
        services.send_now(broadcast, by=None)

    assert "“Autumn”" in refused.value.message
    assert said in refused.value.message
    assert [finding.is_error for finding in found(broadcast)] == [True]
    assert Broadcast.objects.get().status == Broadcast.Status.APPROVED


def test_a_coupon_that_ends_before_the_time_of_sending_is_refused_for_that_time_only(friends):
    coupon = make_own_coupon(ends_at=timezone.now() + 2 * DAY)
    broadcast = leading(coupon)

    with pytest.raises(PageNotOpen):
        services.schedule_broadcast(broadcast, send_at=timezone.now() + 3 * DAY, by=None)
    services.schedule_broadcast(broadcast, send_at=timezone.now() + DAY, by=None)

    assert "is over when this leaves" in words(broadcast, timezone.now() + 3 * DAY)


def test_a_coupon_that_begins_later_is_to_be_weighed(friends):
    broadcast = leading(make_own_coupon("Autumn", starts_at=timezone.now() + DAY))

    services.send_now(broadcast, by=None)

    assert [finding.is_error for finding in found(broadcast)] == [False]
    assert "until then friends see it and cannot use it" in words(broadcast)


def test_fewer_codes_than_friends_are_counted_without_those_who_have_it(friends):
    coupon = make_own_coupon("Autumn", pool=["A-1", "A-2"])
    make_ticket(friends[0], coupon)

    assert words(leading(coupon)) == (
        "Of the coupon “Autumn” 1 codes are left, and 2 of 3 friends do not have it yet. "
        "Add codes, or send it to fewer."
    )


def test_a_limit_below_the_friends_is_said_and_one_above_is_not(friends):
    few, enough = make_own_coupon("Few", most=2), make_own_coupon("Enough", most=3)

    assert "2 can still be given, and 3 of 3 friends do not have it" in words(leading(few))
    assert words(leading(enough)) == ""


def test_where_none_is_left_a_send_to_those_who_have_it_leaves_and_one_to_others_does_not(friends):
    coupon = make_own_coupon(most=1)
    make_ticket(friends[0], coupon)
    coupon.refresh_from_db()
    holders = make_segment({"all": [{"type": "coupon", "coupon": coupon.pk, "state": "held"}]}, name="Has it")
    others = make_segment(
        {"all": [{"not": {"type": "coupon", "coupon": coupon.pk, "state": "held"}}]}, name="No"
    )

    services.send_now(leading(coupon, segment=holders), by=None)
    with pytest.raises(PageNotOpen, match="page_not_open"):
        services.send_now(leading(coupon, segment=others), by=None)


def test_a_coupon_that_is_only_given_is_said_of_those_who_have_none(friends):
    prize = make_own_coupon("Prize", by_address=False)
    broadcast = leading(prize)
    nobody = found(broadcast)
    for friend in friends[:2]:
        make_ticket(friend, prize)
    some = found(broadcast)
    make_ticket(friends[2], prize)

    assert [finding.is_error for finding in nobody] == [True]
    assert [finding.is_error for finding in some] == [False]
    assert some[0].words.startswith("1 of 3 friends do not have the coupon “Prize”")
    assert found(broadcast) == []


def test_a_coupon_that_nobody_was_given_by_then_is_led_to_by_nothing_that_leaves(friends):
    prize = make_own_coupon("Prize", by_address=False)
    with pytest.raises(PageNotOpen, match="page_not_open"):
        services.send_now(leading(prize), by=None)
    later = leading(prize)
    services.schedule_broadcast(later, send_at=timezone.now() + DAY, by=None)
    Broadcast.objects.filter(pk=later.pk).update(send_at=timezone.now())

    delivery.start_due()

    later.refresh_from_db()
    assert later.status == Broadcast.Status.PAUSED
    assert "3 of 3 friends do not have the coupon “Prize”" in later.problem


def test_a_coupon_that_was_taken_back_is_wanted_by_nobody(friends):
    coupon = make_own_coupon(most=4)
    for friend in friends:
        make_ticket(friend, coupon, withdrawn_at=timezone.now())
    coupon.refresh_from_db()

    assert (coupon.given_count, words(leading(coupon))) == (3, "")


def test_one_that_was_closed_after_scheduling_is_paused_with_the_reason_and_goes_on_with_another(friends):
    coupon = make_own_coupon("Autumn")
    services.send_now(leading(coupon), by=None)
    coupons.close(coupon, by=None)

    delivery.start_due()

    stopped = Broadcast.objects.get()
    assert stopped.status == Broadcast.Status.PAUSED
    assert "“Autumn” was closed" in stopped.problem
    assert not stopped.links.exists()


def test_every_text_of_an_ab_test_is_looked_at(friends):
    broadcast = make_broadcast("A")
    coupon = make_own_coupon("Autumn", most=1)
    broadcast.variants.create(letter="B", messages=[{"type": "text", "text": f"{{{{coupon.{coupon.pk}}}}}"}])

    assert [(each.letter, each.bubble) for each in found(broadcast)] == [("B", 1)]


def test_while_nobody_is_in_the_segment_only_the_coupon_itself_is_looked_at(friends):
    empty = make_segment({"type": "list", "list": make_list(friends=[]).pk}, name="Nobody")
    broadcast = leading(make_own_coupon("Autumn", most=1), segment=empty)

    before = words(broadcast)
    Coupon.objects.update(status=Coupon.Status.CLOSED)

    assert before == ""
    assert "was closed" in words(broadcast)


def test_the_pages_of_checks_approval_and_the_last_look_say_it_in_the_readers_language(friends, manager):
    broadcast = leading(make_own_coupon("Autumn", most=1))
    looking.inspect(broadcast)

    checks = manager.read(f"broadcasts/{broadcast.pk}/checks/")
    last_look = manager.send(
        f"broadcasts/{broadcast.pk}/schedule/", {"time": "now", "version": broadcast.version}
    )

    assert "1 can still be given, and 3 of 3 friends" in checks
    assert "1 can still be given, and 3 of 3 friends" in last_look


def test_the_composer_says_it_while_the_message_is_written(friends, manager):
    coupon = make_own_coupon("Autumn", most=1)
    form = {
        "segment": str(make_segment(name="All").pk),
        "bubbles": "1",
        "b0-type": "text",
        "b0-text": f"Yours: {{{{coupon.{coupon.pk}}}}}",
    }

    said = manager.post("broadcasts/own-pages/", form).content.decode()
    silent = manager.post("broadcasts/own-pages/", form | {"b0-text": "Hello"}).content.decode()

    assert "1 can still be given" in said
    assert "can still be given" not in silent
    assert not Broadcast.objects.exists()


def test_a_message_that_names_a_closed_coupon_is_refused_with_its_name(friends):
    coupon = make_own_coupon("Autumn", status=Coupon.Status.CLOSED)

    with pytest.raises(InvalidMessages) as refused:
        leading(coupon)

    assert "“Coupon: Autumn” is not open to friends" in refused.value.problems[0]["text"]


def test_a_message_that_names_a_deleted_coupon_says_so(friends):
    with pytest.raises(InvalidMessages) as refused:
        make_broadcast("Yours: {{coupon.999}}")

    assert "what {{coupon.999}} led to was deleted" in refused.value.problems[0]["text"]


def test_programs_are_told_and_refused_alike(friends, call):
    broadcast = leading(make_own_coupon("Autumn", most=1))
    told = call().post(f"broadcasts/{broadcast.pk}/checks/", {})
    Coupon.objects.update(ends_at=timezone.now() + DAY)
    at = (timezone.now() + 2 * DAY).isoformat()

    refused = call().put(f"broadcasts/{broadcast.pk}/schedule/", {"send_at": at})

    [finding] = told.json()["findings"]
    assert (finding["kind"], finding["is_error"], finding["bubble"]) == ("coupon", False, 1)
    assert "1 can still be given" in finding["words"]
    assert refused.status_code == 422
    assert refused.json()["code"] == "page_not_open"
    assert "is over when this leaves" in refused.json()["detail"]
