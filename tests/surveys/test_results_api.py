"""Drawings of winners by REST."""

import hashlib

from surveys.models import Winner
from surveys.results import drawing
from tests.api.conftest import caller, make_key
from tests.surveys.factories import make_survey
from tests.surveys.test_results_winners import make_entrants

MAY = ("surveys.view_winnerdraw", "surveys.add_winnerdraw", "surveys.view_winner")


def test_winners_are_announced_drawn_once_and_can_be_checked(tenant):
    survey, entrants = make_entrants(5)
    program = caller(make_key(tenant, *MAY))

    made = program.post(f"surveys/{survey.pk}/drawings/", {"name": "Serum", "winner_count": 2}).json()
    before = program.get(f"surveys/{survey.pk}/drawings/{made['id']}/winners/").json()
    drawn = program.put(f"surveys/{survey.pk}/drawings/{made['id']}/result/").json()
    again = program.put(f"surveys/{survey.pk}/drawings/{made['id']}/result/")
    won = program.get(f"surveys/{survey.pk}/drawings/{made['id']}/winners/").json()

    assert (made["seed"], before) == (None, [])
    assert hashlib.sha256(drawn["seed"].encode()).hexdigest() == made["seal"]
    assert again.json()["code"] == "drawn_already"
    assert [each["response"] for each in won] == drawing.winners(
        drawn["seed"], [each.pk for each in entrants], 2
    )
    assert [each["friend"] for each in won] == [
        each.response.friend_id for each in Winner.objects.order_by("place")
    ]


def test_a_drawing_of_another_survey_is_not_found(tenant):
    survey, _entrants = make_entrants(1)
    announced = drawing.announce(survey, name="Serum", winner_count=1, by=None)
    program = caller(make_key(tenant, *MAY))

    other = program.put(f"surveys/{make_survey('Other').pk}/drawings/{announced.pk}/result/")
    own = program.put(f"surveys/{survey.pk}/drawings/{announced.pk}/result/")

    assert (other.status_code, own.status_code) == (404, 200)


def test_a_drawing_without_winners_is_refused(tenant):
    survey, _entrants = make_entrants(1)

    answer = caller(make_key(tenant, *MAY)).post(
        f"surveys/{survey.pk}/drawings/", {"name": "Serum", "winner_count": 0}
    )

    assert answer.status_code == 400
    assert not survey.winner_draws.exists()
