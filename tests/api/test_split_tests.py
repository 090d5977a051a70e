"""A/B tests over the API, and who gets a broadcast."""

import pytest
from django_tenants.utils import tenant_context

from broadcasts.models import Broadcast
from tests.broadcasts.sending import send
from tests.broadcasts.test_split_test import make_tested, say, start
from tests.factories import make_broadcast, make_followers, make_friend


@pytest.fixture
def ours(call):
    return call()


def test_an_ab_test_is_written_read_and_ended(ours, tenant):
    address = f"broadcasts/{make_broadcast('Sale today').pk}/"

    begun = ours.put(f"{address}split-test/", {"sample_percent": 30, "metric": "opens", "wait_hours": 8})
    written = ours.put(f"{address}variants/B/", {"messages": say("Only today")})
    third = ours.put(f"{address}variants/C/", {"messages": say("Last day")})
    removed = ours.delete(f"{address}variants/C/")
    read = ours.get(f"{address}split-test/").json()
    ended = ours.delete(f"{address}split-test/")

    assert [each.status_code for each in (begun, written, third, removed, ended)] == [200, 200, 200, 204, 204]
    assert (read["sample_percent"], read["metric"], read["wait_hours"]) == (30, "opens", 8)
    assert [(text["letter"], text["messages"]) for text in read["texts"]] == [
        ("A", say("Sale today")),
        ("B", say("Only today")),
    ]
    assert ours.get(f"{address}split-test/").status_code == 404


def test_a_program_decides_and_reads_the_figures(ours, simulator, channel):
    make_followers(simulator, channel, 20)
    broadcast = start(make_tested())
    send()

    decided = ours.post(f"broadcasts/{broadcast.pk}/split-test/decision/", {"letter": "B"}).json()
    again = ours.post(f"broadcasts/{broadcast.pk}/split-test/decision/", {"letter": "A"})

    assert (decided["winner"], decided["rest"]) == ("B", 10)
    assert [text["delivered"] for text in decided["texts"]] == [5, 5]
    assert (again.status_code, again.json()["code"]) == (409, "nothing_to_decide")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"sample_percent": 0}, "sample_percent"),
        ({"wait_hours": 73}, "wait_hours"),
        ({"metric": "luck"}, "metric"),
    ],
)
def test_settings_that_make_no_sense_are_refused(ours, tenant, body, field):
    answer = ours.put(f"broadcasts/{make_broadcast().pk}/split-test/", body)

    assert answer.status_code == 400
    assert field in answer.json()["fields"]


def test_a_version_that_is_not_the_present_one_is_refused(ours, tenant):
    broadcast = make_tested()
    body = {"messages": say("Mine"), "version": broadcast.version - 1}

    answer = ours.put(f"broadcasts/{broadcast.pk}/variants/B/", body)

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_who_gets_it_is_written_and_the_forecast_tells_who_does_not(ours, tenant):
    for _person in range(10):
        make_friend()
    address = f"broadcasts/{make_broadcast().pk}/"

    changed = ours.patch(address, {"most_count": 5, "holdout_percent": "10.0", "chosen_by": "best"}).json()
    forecast = ours.get(f"{address}forecast/").json()

    assert (changed["most_count"], changed["holdout_percent"], changed["chosen_by"]) == (5, "10.0", "best")
    assert (forecast["messages"], forecast["left_out"]) == (5, {"holdout": 1, "limit": 4})


@pytest.mark.parametrize(
    "body", [{"holdout_percent": "51"}, {"most_count": 0}, {"most_amount": "-1"}, {"chosen_by": "x"}]
)
def test_what_cannot_be_a_limit_is_refused(ours, tenant, body):
    answer = ours.patch(f"broadcasts/{make_broadcast().pk}/", body)

    assert answer.status_code == 400


def test_the_other_clients_test_is_not_found(ours, tenant, other_tenant):
    with tenant_context(other_tenant):
        for _broadcast in range(3):
            theirs = make_tested()
    own = make_tested()
    assert not Broadcast.objects.filter(pk=theirs.pk).exists()

    assert ours.get(f"broadcasts/{own.pk}/split-test/").status_code == 200
    assert ours.get(f"broadcasts/{theirs.pk}/split-test/").status_code == 404
