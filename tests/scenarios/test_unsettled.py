"""The page on which a person says what became of messages that LINE never answered for."""

import pytest
from django.utils import timezone
from django_tenants.utils import tenant_context

from billing.models import LedgerEntry
from friends.models import Friend
from scenarios.models import Scenario, Send
from tests.factories import make_friend, make_scenario
from tests.scenarios.factories import make_entry, make_running, make_send


@pytest.fixture
def scenario(tenant) -> Scenario:
    return make_running()


def make_unknown(scenario: Scenario, friend: Friend, **fields: object) -> Send:
    given = {"state": Send.State.UNKNOWN, "first_tried_at": timezone.now(), "accepted_at": None}
    return make_send(make_entry(scenario, friend), **(given | {"error": "No answer"} | fields))


def page_of(scenario: Scenario) -> str:
    return f"scenarios/{scenario.pk}/unknown/"


def test_each_is_shown_with_its_person_and_step(visit, scenario):
    make_unknown(scenario, make_friend("Aoi"))
    make_send(make_entry(scenario, make_friend("Ren Mori")))

    page = visit().read(page_of(scenario))

    assert "Aoi" in page
    assert "“It is ready”" in page
    assert "No answer" in page
    assert "Ren Mori" not in page


def test_where_all_is_known_the_page_says_so(visit, scenario):
    assert "Nothing to write down" in visit().read(page_of(scenario))


def test_it_is_asked_first_and_nothing_is_written_down_yet(visit, scenario):
    send = make_unknown(scenario, make_friend("Aoi"))

    page = visit().send(page_of(scenario), {"id": [send.pk], "outcome": "delivered"})

    send.refresh_from_db()
    assert "There is no way back" in page
    assert send.state == Send.State.UNKNOWN


@pytest.mark.parametrize(
    ("outcome", "state", "booked"), [("delivered", "accepted", 2), ("not_delivered", "rejected", 0)]
)
def test_what_is_chosen_is_written_down_and_what_arrived_is_booked(
    visit, tenant, scenario, outcome, state, booked
):
    chosen = [make_unknown(scenario, make_friend(name)) for name in ("Aoi", "Ren")]
    other = make_unknown(scenario, make_friend("Mio"))

    form = {"id": [send.pk for send in chosen], "outcome": outcome, "sure": "yes"}
    visit().post(page_of(scenario), form)

    states = dict(Send.objects.values_list("pk", "state"))
    assert [states[send.pk] for send in [*chosen, other]] == [state, state, "unknown"]
    assert sum(LedgerEntry.objects.filter(tenant_id=tenant.pk).values_list("messages", flat=True)) == booked


def test_twice_is_booked_once_and_the_second_is_told(visit, tenant, scenario):
    send = make_unknown(scenario, make_friend("Aoi"))
    form = {"id": [send.pk], "outcome": "delivered", "sure": "yes"}
    visitor = visit()

    visitor.post(page_of(scenario), form)
    visitor.post(page_of(scenario), form)

    assert LedgerEntry.objects.get(tenant_id=tenant.pk).messages == 1
    assert "Somebody has written down meanwhile" in visitor.read(page_of(scenario))


@pytest.mark.parametrize(
    "form",
    [
        {"outcome": "delivered"},
        {"id": ["x", "9" * 40, "-1", "１"], "outcome": "maybe"},
        {"id": ["1"]},
        {"id": ["x", "\0"], "outcome": "delivered"},
    ],
)
def test_nonsense_changes_nothing(visit, scenario, form):
    send = make_unknown(scenario, make_friend("Aoi"))
    visitor = visit()

    answer = visitor.post(page_of(scenario), form | {"sure": "yes"})

    send.refresh_from_db()
    assert answer.status_code == 302
    assert send.state == Send.State.UNKNOWN
    assert "Choose messages first" in visitor.read(page_of(scenario))


def test_sends_of_another_scenario_are_not_touched(visit, scenario):
    foreign = make_unknown(make_running(name="Another"), make_friend("Aoi"))

    visit().post(page_of(scenario), {"id": [foreign.pk], "outcome": "delivered", "sure": "yes"})

    foreign.refresh_from_db()
    assert foreign.state == Send.State.UNKNOWN


def test_another_clients_scenario_is_not_found(visit, scenario, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_scenario(name="Of somebody else")
        Scenario.objects.filter(pk=foreign.pk).update(id=scenario.pk + 1_000)

    assert visit().get(f"scenarios/{scenario.pk + 1_000}/unknown/").status_code == 404
    assert visit().get(page_of(scenario)).status_code == 200


def test_who_may_only_look_writes_nothing_down(visit, scenario):
    send = make_unknown(scenario, make_friend("Aoi"))
    form = {"id": [send.pk], "outcome": "delivered", "sure": "yes"}

    assert "They arrived" not in visit("viewer").read(page_of(scenario))
    assert visit("viewer").post(page_of(scenario), form).status_code == 403
    assert visit("marketer").post(page_of(scenario), form).status_code == 302


def test_the_list_asks_as_often_for_many_as_for_one(visit, scenario, django_assert_max_num_queries):
    visitor = visit()
    for number in range(6):
        make_unknown(scenario, make_friend(f"friend {number}"))

    with django_assert_max_num_queries(14):
        visitor.get(page_of(scenario))


def test_the_editor_hints_at_them_while_there_are_any(visit, scenario):
    visitor = visit()
    before = visitor.read(f"scenarios/{scenario.pk}/")
    make_unknown(scenario, make_friend("Aoi"))

    after = visitor.read(f"scenarios/{scenario.pk}/")

    assert "Write down what became of them" not in before
    assert "Write down what became of them" in after
