"""Narrowcasts: whom they reach, what they set aside of the quota, and how they fail."""

from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line import messages, wire
from line.client import Endpoints, LineClient
from line.errors import AlreadyAccepted, QuotaExhausted, RateLimited, Rejected
from line.simulator import recipients
from line.simulator.control import start
from tests.line.conftest import CHANNEL, SECRET
from tests.line.factories import make_friends, make_many_friends, make_text

DAY = 24 * 3600
WOMEN = {"type": "gender", "oneOf": ["female"]}


def narrowcast(client, *, retry_key=None, **options) -> str:
    """The request id."""
    body = messages.narrowcast_body([make_text()], **options)
    return wire.run(client.narrowcast(body, retry_key or uuid4())).request_id


def progress(client, request_id) -> dict | None:
    return wire.run(client.get_narrowcast_progress(request_id))


def make_audience(client, line, people) -> dict:
    """Uploaded and ready, as a recipient."""
    made = wire.run(client.create_audience_group("Regulars", people))
    line.advance(5)
    return audience(made["audienceGroupId"])


def audience(number: int) -> dict:
    return {"type": "audience", "audienceGroupId": number}


def redelivery(request_id: str) -> dict:
    return {"type": "redelivery", "requestId": request_id}


def test_it_goes_through_its_phases_by_the_clock(client, line):
    people = make_many_friends(line, 10)
    line.configure(CHANNEL, narrowcast_waiting_seconds=60, narrowcast_sending_seconds=60)

    request_id = narrowcast(client)
    waiting = progress(client, request_id)
    line.advance(61)
    sending = progress(client, request_id)
    in_inbox_while_sending = line.texts(CHANNEL, people[0])
    line.advance(60)
    succeeded = progress(client, request_id)

    assert (waiting["phase"], "targetCount" in waiting) == ("waiting", False)
    assert (sending["phase"], sending["targetCount"], sending["successCount"]) == ("sending", 10, 0)
    assert in_inbox_while_sending == []
    assert (succeeded["phase"], succeeded["successCount"], succeeded["failureCount"]) == ("succeeded", 10, 0)
    assert succeeded["acceptedTime"].endswith("Z")
    assert succeeded["completedTime"] > succeeded["acceptedTime"]
    assert line.texts(CHANNEL, people[0]) == ["Sale today"]
    assert wire.run(client.get_quota_consumption()) == 10


def test_who_blocks_the_account_meanwhile_is_a_failure_and_not_billed(client, line):
    people = make_many_friends(line, 10)
    line.configure(CHANNEL, narrowcast_sending_seconds=60)
    request_id = narrowcast(client)
    line.advance(2)

    line.unfollow(CHANNEL, people[:1])
    line.advance(60)

    assert progress(client, request_id)["failureCount"] == 1
    assert wire.run(client.get_quota_consumption()) == 9


@pytest.mark.parametrize(
    ("remaining", "options", "reached"),
    [
        (100, {}, 80),
        (90, {"within_quota": True}, 80),
        (50, {"within_quota": True}, 50),
        (100, {"most": 30}, 30),
        (30, {"most": 30}, 30),
        (50, {"most": 70, "within_quota": True}, 50),
        (50, {"most": 20, "within_quota": True}, 20),
        (80, {"within_quota": True, "all_or_nobody": True}, 80),
    ],
)
def test_of_a_reach_of_100_and_80_recipients_as_many_get_it_as_the_limit_says(
    client, line, remaining, options, reached
):
    people = make_many_friends(line, 100)
    recipient = make_audience(client, line, people[:80])
    line.configure(CHANNEL, quota=remaining)

    request_id = narrowcast(client, recipient=recipient, **options)
    line.advance(10)

    assert progress(client, request_id)["successCount"] == reached
    assert set(line.narrowcast(CHANNEL, request_id)["sent"]) <= set(people[:80])
    assert wire.run(client.get_quota_consumption()) == reached


@pytest.mark.parametrize(
    ("remaining", "options"), [(90, {}), (50, {"most": 60}), (0, {"within_quota": True}), (0, {"most": 1})]
)
def test_what_the_reach_would_overrun_is_refused_at_once(client, line, remaining, options):
    people = make_many_friends(line, 100)
    recipient = make_audience(client, line, people[:80])
    line.configure(CHANNEL, quota=remaining)

    with pytest.raises(QuotaExhausted) as error:
        narrowcast(client, recipient=recipient, **options)

    assert error.value.message == "You have reached your monthly limit."


@pytest.mark.parametrize("options", [{}, {"most": 30}])
def test_all_or_nobody_cancels_what_would_be_partial(client, line, options):
    people = make_many_friends(line, 100)
    recipient = make_audience(client, line, people[:80])
    line.configure(CHANNEL, quota=50)

    request_id = narrowcast(client, recipient=recipient, within_quota=True, all_or_nobody=True, **options)
    line.advance(10)

    assert (progress(client, request_id)["phase"], progress(client, request_id)["errorCode"]) == ("failed", 5)
    assert wire.run(client.get_quota_consumption()) == 0


def test_quota_is_set_aside_until_the_recipients_are_counted(client, line):
    people = make_many_friends(line, 100)
    recipient = make_audience(client, line, people[:1])
    line.configure(CHANNEL, quota=100, narrowcast_waiting_seconds=60)
    body = messages.multicast_body(people[:50], [make_text("Hello")])

    narrowcast(client, recipient=recipient)
    with pytest.raises(QuotaExhausted) as error:
        wire.run(client.multicast(body, uuid4()))
    line.advance(61)
    wire.run(client.multicast(body, uuid4()))

    assert error.value.message == "You have reached your monthly limit."
    assert wire.run(client.get_quota_consumption()) == 51


def test_attributes_need_a_reach_of_100(client, line):
    make_many_friends(line, 99)

    with pytest.raises(Rejected) as error:
        narrowcast(client, demographic=WOMEN)
    make_friends(line, "The hundredth")
    narrowcast(client, demographic=WOMEN)

    assert (error.value.status, error.value.message) == (403, "Your account does not have enough friends")


@pytest.mark.parametrize(("women", "phase", "code"), [(49, "failed", 2), (50, "succeeded", None)])
def test_attributes_need_50_people_whom_they_fit(client, line, women, phase, code):
    for number, person in enumerate(make_many_friends(line, 100)):
        line.set_person(CHANNEL, person, gender="female" if number < women else "male")

    request_id = narrowcast(client, demographic=WOMEN)
    line.advance(10)

    assert (progress(client, request_id)["phase"], progress(client, request_id).get("errorCode")) == (
        phase,
        code,
    )


def test_an_uploaded_audience_may_be_of_any_size(client, line):
    people = make_many_friends(line, 10)

    request_id = narrowcast(client, recipient=make_audience(client, line, people[:1]))
    line.advance(10)

    assert line.narrowcast(CHANNEL, request_id)["sent"] == people[:1]


@pytest.mark.parametrize(
    ("kind", "owner", "phase"),
    [
        ("FRIEND_PATH", None, "failed"),
        ("CHAT_TAG", None, "succeeded"),
        ("UPLOAD", {"serviceType": "BM", "id": "1", "name": "Hana Group"}, "failed"),
    ],
)
def test_other_audiences_need_50_people(client, line, kind, owner, phase):
    people = make_many_friends(line, 49)
    number = line.add_audience(CHANNEL, kind, people, owner=owner)

    request_id = narrowcast(client, recipient=audience(number))
    line.advance(10)

    assert progress(client, request_id)["phase"] == phase


def test_of_several_audiences_each_needs_50_people(client, line):
    people = make_many_friends(line, 120)
    few = line.add_audience(CHANNEL, "FRIEND_PATH", people[:49])
    many = line.add_audience(CHANNEL, "FRIEND_PATH", people)

    request_id = narrowcast(client, recipient={"type": "operator", "or": [audience(few), audience(many)]})
    line.advance(10)

    assert progress(client, request_id)["errorCode"] == 4


def test_an_audience_that_is_not_ready_is_refused(client, line):
    people = make_many_friends(line, 10)
    made = wire.run(client.create_audience_group("VIP", people))["audienceGroupId"]

    with pytest.raises(Rejected) as error:
        narrowcast(client, recipient=audience(made))

    assert error.value.message == f"Invalid audience group id: {made}"


def test_who_got_an_earlier_one_can_be_left_out(client, line):
    people = make_many_friends(line, 20)
    first = narrowcast(client, recipient=make_audience(client, line, people[:5]))
    line.advance(10)

    second = narrowcast(client, recipient={"type": "operator", "not": redelivery(first)})
    line.advance(10)

    assert set(line.narrowcast(CHANNEL, second)["sent"]) == set(people[5:])


def test_an_earlier_one_must_be_done_and_of_the_last_14_days(client, line):
    make_many_friends(line, 20)
    line.configure(CHANNEL, narrowcast_waiting_seconds=60)
    first = narrowcast(client)

    with pytest.raises(Rejected) as under_way:
        narrowcast(client, recipient=redelivery(first))
    line.advance(120)
    narrowcast(client, recipient=redelivery(first))
    line.advance(14 * DAY)
    with pytest.raises(Rejected) as old:
        narrowcast(client, recipient=redelivery(first))

    assert under_way.value.message == old.value.message == f"Invalid request id: {first}"


@pytest.mark.parametrize(
    ("demographic", "fits"),
    [
        (WOMEN, {"gender": "female"}),
        ({"type": "age", "gte": "age_20", "lt": "age_40"}, {"age": 39}),
        ({"type": "age", "lt": "age_20"}, {"age": 15}),
        ({"type": "area", "oneOf": ["jp_13", "jp_14"]}, {"area": "jp_14"}),
        ({"type": "appType", "oneOf": ["android"]}, {"app_type": "android"}),
        ({"type": "subscriptionPeriod", "gte": "day_365"}, {"friend_since": "20200101"}),
    ],
)
def test_attributes_choose_those_whom_they_fit(client, line, demographic, fits):
    others = {"gender": None, "age": 70, "area": "jp_47", "app_type": "ios"}
    people = make_many_friends(line, 100)
    for number, person in enumerate(people):
        line.set_person(CHANNEL, person, **others | (fits if number < 60 else {}))

    request_id = narrowcast(client, demographic=demographic)
    line.advance(10)

    assert set(line.narrowcast(CHANNEL, request_id)["sent"]) == set(people[:60])


def test_people_have_attributes_of_their_own(client, line):
    make_many_friends(line, 300)

    request_id = narrowcast(client, demographic=WOMEN)
    line.advance(10)

    assert 100 < progress(client, request_id)["targetCount"] < 200


@pytest.mark.parametrize(
    ("recipient", "place"),
    [
        ([], "recipient"),
        ({"type": "moon"}, "recipient"),
        ({"type": "audience", "audienceGroupId": "1"}, "recipient"),
        ({"type": "operator", "and": []}, "recipient.and"),
        ({"type": "operator"}, "recipient"),
        ({"type": "operator", "and": [audience(1)], "or": [audience(1)]}, "recipient"),
        ({"type": "operator", "not": [audience(1)]}, "recipient.not"),
        ({"type": "operator", "or": [audience(1)] * 11}, "recipient"),
    ],
)
def test_recipients_that_make_no_sense_are_refused_with_their_place(client, recipient, place):
    body = orjson.dumps({"messages": [make_text()], "recipient": recipient})

    with pytest.raises(Rejected) as error:
        wire.run(client.narrowcast(body, uuid4()))

    assert (error.value.status, error.value.details[0]["property"]) == (400, place)


@pytest.mark.parametrize(
    ("demographic", "place"),
    [
        ({"type": "gender", "oneOf": []}, "filter.demographic.oneOf"),
        ({"type": "gender", "oneOf": ["unknown"]}, "filter.demographic.oneOf"),
        ({"type": "area", "oneOf": ["jp_48"]}, "filter.demographic.oneOf"),
        ({"type": "age"}, "filter.demographic"),
        ({"type": "age", "gte": "20"}, "filter.demographic"),
        ({"type": "operator", "or": [WOMEN, {"type": "shoes"}]}, "filter.demographic.or[1].type"),
        ({"type": "operator", "and": [WOMEN] * 11}, "filter.demographic"),
    ],
)
def test_attributes_that_make_no_sense_are_refused_with_their_place(client, line, demographic, place):
    make_many_friends(line, 100)

    with pytest.raises(Rejected) as error:
        narrowcast(client, demographic=demographic)

    assert (error.value.status, error.value.details[0]["property"]) == (400, place)


def test_conditions_nested_without_end_are_refused(client):
    nested = b'{"type":"operator","not":' * 900 + b'{"type":"audience","audienceGroupId":1}' + b"}" * 900
    body = b'{"messages":[{"type":"text","text":"Hi"}],"recipient":' + nested + b"}"

    with pytest.raises(Rejected) as error:
        wire.run(client.narrowcast(body, uuid4()))

    assert error.value.status == 400


@pytest.mark.parametrize(
    "limit",
    [
        {"max": 0},
        {"max": "5"},
        {"max": True},
        {"forbidPartialDelivery": True},
        {"upToRemainingQuota": "yes"},
        [1],
    ],
)
def test_limits_that_make_no_sense_are_refused(client, line, limit):
    make_many_friends(line, 5)
    body = orjson.dumps({"messages": [make_text()], "limit": limit})

    with pytest.raises(Rejected) as error:
        wire.run(client.narrowcast(body, uuid4()))

    assert error.value.details[0]["property"].startswith("limit")


def test_a_repeated_key_is_told_the_accepted_request(client, line):
    make_many_friends(line, 5)
    key = uuid4()
    request_id = narrowcast(client, retry_key=key)

    with pytest.raises(AlreadyAccepted) as error:
        narrowcast(client, retry_key=key)
    line.advance(10)

    assert error.value.accepted_request_id == request_id
    assert wire.run(client.get_quota_consumption()) == 5


@pytest.mark.parametrize("code", [1, 3])
def test_line_may_fail_of_itself(client, line, code):
    make_many_friends(line, 5)
    line.configure(CHANNEL, next_narrowcast_error=code)

    request_id = narrowcast(client)
    line.advance(10)
    after = narrowcast(client)
    line.advance(10)

    assert progress(client, request_id)["errorCode"] == code
    assert progress(client, request_id)["failedDescription"]
    assert progress(client, after)["phase"] == "succeeded"


def test_progress_is_known_for_14_days(client, line):
    make_many_friends(line, 5)
    request_id = narrowcast(client)

    line.advance(14 * DAY - 10)
    assert progress(client, request_id)["phase"] == "succeeded"
    line.advance(20)
    assert progress(client, request_id) is None


def test_what_came_of_it_is_told_like_that_of_a_broadcast(client, line):
    make_many_friends(line, 30)
    request_id = narrowcast(client)
    before = wire.run(client.get_message_event(request_id))
    line.advance(10)
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=0.0)

    after = wire.run(client.get_message_event(request_id))

    assert "delivered" not in before["overview"]
    assert (after["overview"]["delivered"], after["overview"]["uniqueImpression"]) == (30, 30)


def test_sixty_an_hour_are_taken(client, line):
    make_many_friends(line, 5)

    for _ in range(60):
        narrowcast(client)
    with pytest.raises(RateLimited) as error:
        narrowcast(client)

    assert error.value.retry_after == 60


trees = st.recursive(
    st.sampled_from("abcde").map(lambda name: {"type": "leaf", "name": name}),
    lambda inner: st.one_of(
        inner.map(lambda tree: {"type": "operator", "not": tree}),
        st.lists(inner, min_size=1, max_size=3).map(lambda trees: {"type": "operator", "and": trees}),
        st.lists(inner, min_size=1, max_size=3).map(lambda trees: {"type": "operator", "or": trees}),
    ),
    max_leaves=8,
)


@given(trees)
def test_operators_mean_for_many_what_they_mean_for_each(tree):
    """Everyone is named by the leaves that fit them."""
    everyone = {"", "a", "b", "ab", "cd", "abc", "de", "abcde"}

    chosen = recipients.select(
        tree, everyone, lambda leaf: {each for each in everyone if leaf["name"] in each}
    )

    assert chosen == {each for each in everyone if is_meant(tree, each)}


def is_meant(tree: dict, person: str) -> bool:
    if tree["type"] == "leaf":
        return tree["name"] in person
    if "not" in tree:
        return not is_meant(tree["not"], person)
    return (all if "and" in tree else any)(is_meant(each, person) for each in tree.get("and") or tree["or"])


def test_one_under_way_outlives_the_process(tmp_path):
    state = str(tmp_path / "line.state")
    with start(0, "--state", state) as running:
        line = running.simulator
        line.add_channel(CHANNEL, SECRET, quota=10, narrowcast_waiting_seconds=60)
        [aoi] = make_friends(line, "Aoi")
        request_id = narrowcast(client_of(running))

    with start(0, "--state", state) as running:
        waiting = progress(client_of(running), request_id)
        running.simulator.advance(120)

        assert waiting["phase"] == "waiting"
        assert progress(client_of(running), request_id)["phase"] == "succeeded"
        assert running.simulator.texts(CHANNEL, aoi) == ["Sale today"]
        assert wire.run(client_of(running).get_quota_consumption()) == 1


def client_of(running) -> LineClient:
    return LineClient(CHANNEL, SECRET, endpoints=Endpoints(*[running.base_url] * 3))
