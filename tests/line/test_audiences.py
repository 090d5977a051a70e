"""Audiences: filled by jobs, kept for 180 days, refused with LINE's own names for what is wrong."""

from uuid import uuid4

import pytest

from line import messages, wire
from line.errors import RateLimited, Rejected
from tests.line.conftest import CHANNEL
from tests.line.factories import make_many_friends, make_text

DAY = 24 * 3600
LINK = "https://shop.example/sale"
UNKNOWN = "U" + "0" * 32


def make(client, people=(), name="VIP") -> int:
    return wire.run(client.create_audience_group(name, people))["audienceGroupId"]


def group(client, number) -> dict:
    return wire.run(client.get_audience_data(number))["audienceGroup"]


def jobs(client, number) -> list[str]:
    return [job["jobStatus"] for job in wire.run(client.get_audience_data(number))["jobs"]]


def refusal(call) -> str:
    """LINE's name for what is wrong."""
    with pytest.raises(Rejected) as error:
        wire.run(call)
    assert error.value.details, str(error.value)
    return error.value.details[0]["message"]


def make_broadcast(client, line, *, clicked=1.0) -> str:
    sent = wire.run(client.broadcast(messages.broadcast_body([make_text(LINK)]), uuid4()))
    line.open_and_click(CHANNEL, rate_open=1.0, rate_click=clicked)
    return sent.request_id


def test_a_job_fills_it_by_the_clock(client, line):
    people = make_many_friends(line, 3)
    line.configure(CHANNEL, audience_queued_seconds=60, audience_working_seconds=60)

    number = make(client, people)
    seen = [(group(client, number)["status"], jobs(client, number))]
    for _ in range(2):
        line.advance(61)
        seen.append((group(client, number)["status"], jobs(client, number)))

    assert seen == [("IN_PROGRESS", ["QUEUED"]), ("IN_PROGRESS", ["WORKING"]), ("READY", ["FINISHED"])]
    assert group(client, number)["audienceCount"] == 3


def test_it_stays_ready_while_more_are_added(client, line):
    people = make_many_friends(line, 10)
    number = make(client, people[:3])
    line.advance(5)

    wire.run(client.add_audience_to_audience_group(number, people, upload_description="October"))
    while_working = group(client, number)
    line.advance(5)

    assert (while_working["status"], while_working["audienceCount"]) == ("READY", 3)
    assert group(client, number)["audienceCount"] == 10
    assert line.audience(CHANNEL, number)["members"] == sorted(people)
    assert wire.run(client.get_audience_data(number))["jobs"][0]["description"] == "October"


def test_an_empty_one_waits_for_people(client, line):
    [aoi] = make_many_friends(line, 1)
    number = make(client)
    line.advance(5)
    before = group(client, number)["status"]

    wire.run(client.add_audience_to_audience_group(number, [aoi]))
    line.advance(5)

    assert (before, group(client, number)["status"]) == ("IN_PROGRESS", "READY")


def test_many_come_by_file(client, line):
    line.configure(CHANNEL, open_friends=True)
    people = [f"U{number:032x}" for number in range(100_000)]

    made = wire.run(client.create_audience_for_uploading_user_ids("Everyone", people))
    wire.run(client.add_user_ids_to_audience(made["audienceGroupId"], ["U" + "f" * 32]))
    line.advance(5)

    assert group(client, made["audienceGroupId"])["audienceCount"] == 100_001


def test_at_most_10_jobs_run_at_once(client, line):
    people = make_many_friends(line, 20)
    line.configure(CHANNEL, audience_working_seconds=60)
    number = make(client, people[:1])
    for person in people[1:10]:
        wire.run(client.add_audience_to_audience_group(number, [person]))

    with pytest.raises(RateLimited):
        wire.run(client.add_audience_to_audience_group(number, people))
    line.advance(61)
    wire.run(client.add_audience_to_audience_group(number, people))

    assert len(jobs(client, number)) == 11


def test_the_last_50_jobs_are_told(client, line):
    line.configure(CHANNEL, rate_limits=False, audience_queued_seconds=0, audience_working_seconds=0)
    [aoi] = make_many_friends(line, 1)
    number = make(client, [aoi])

    for _ in range(60):
        wire.run(client.add_audience_to_audience_group(number, [aoi]))

    assert len(jobs(client, number)) == 50


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("", "AUDIENCE_GROUP_NAME_EMPTY"),
        ("あ" * 121, "AUDIENCE_GROUP_NAME_SIZE_OVER"),
        ("two\nlines", "AUDIENCE_GROUP_NAME_WRONG"),
    ],
)
def test_a_name_is_of_1_to_120_characters_in_one_line(client, line, name, word):
    number = make(client, name="あ" * 120)

    assert refusal(client.create_audience_group(name, [])) == word
    assert refusal(client.update_audience_group_description(number, name)) == word


@pytest.mark.parametrize(
    ("people", "word"),
    [
        (["Uxyz"], "UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT"),
        (["👩‍👩‍👧", None], "UPLOAD_AUDIENCE_GROUP_INVALID_AUDIENCE_ID_FORMAT"),
        ([UNKNOWN], "UPLOAD_AUDIENCE_GROUP_NO_VALID_AUDIENCE_IDS"),
        ([UNKNOWN] * 10_001, "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS"),
    ],
)
def test_one_id_amiss_and_nobody_is_added(client, line, people, word):
    known = make_many_friends(line, 1)

    assert refusal(client.create_audience_group("VIP", people)) == word
    assert make(client, known)


def test_a_file_takes_1500000_lines(client, line):
    line.configure(CHANNEL, open_friends=True)
    people = [UNKNOWN] * 1_500_001

    word = refusal(client.create_audience_for_uploading_user_ids("Everyone", people))
    made = wire.run(client.create_audience_for_uploading_user_ids("Everyone", people[1:]))

    assert word == "UPLOAD_AUDIENCE_GROUP_TOO_MANY_AUDIENCE_IDS"
    assert made["audienceGroupId"]


def test_a_description_of_a_job_has_300_characters(client, line):
    people = make_many_friends(line, 1)
    number = make(client, people)

    word = refusal(client.add_audience_to_audience_group(number, people, upload_description="a" * 301))

    assert word == "AUDIENCE_GROUP_UPLOAD_DESCRIPTION_SIZE_OVER"


def test_it_expires_after_180_days_and_is_gone_a_month_later(client, line):
    people = make_many_friends(line, 1)
    number = make(client, people)

    line.advance(180 * DAY)
    expired = group(client, number)["status"]
    word = refusal(client.add_audience_to_audience_group(number, people))
    line.advance(30 * DAY)

    assert (expired, word) == ("EXPIRED", "AUDIENCE_GROUP_CAN_NOT_UPLOAD_STATUS_EXPIRED")
    assert refusal(client.get_audience_data(number)) == "AUDIENCE_GROUP_NOT_FOUND"


def test_a_channel_has_a_thousand_and_those_gone_take_no_room(client, line):
    line.configure(CHANNEL, rate_limits=False)
    numbers = [make(client) for _ in range(1000)]

    word = refusal(client.create_audience_group("One more", []))
    wire.run(client.delete_audience_group(numbers[0]))
    again = make(client)
    line.advance(211 * DAY)

    assert word == "AUDIENCE_GROUP_COUNT_MAX_OVER"
    assert again not in numbers
    assert make(client) > again


def test_a_number_is_never_given_twice(client):
    first = wire.run(client.create_audience_group("VIP"))["audienceGroupId"]
    wire.run(client.delete_audience_group(first))

    assert wire.run(client.create_audience_group("VIP"))["audienceGroupId"] > first


def test_who_clicked_and_who_looked_become_audiences(client, line):
    people = make_many_friends(line, 60)
    sent = make_broadcast(client, line)

    clicked = wire.run(client.create_click_based_audience_group("Clicked", sent, click_url=LINK))
    elsewhere = wire.run(
        client.create_click_based_audience_group("Else", sent, click_url="https://x.example/")
    )
    looked = wire.run(client.create_imp_based_audience_group("Looked", sent))
    at_first = group(client, clicked["audienceGroupId"])["status"]
    line.advance(5)

    assert at_first == "IN_PROGRESS"
    assert line.audience(CHANNEL, clicked["audienceGroupId"])["members"] == sorted(people)
    assert group(client, clicked["audienceGroupId"])["status"] == "READY"
    assert group(client, looked["audienceGroupId"])["audienceCount"] == 60
    assert group(client, elsewhere["audienceGroupId"])["status"] == "IN_PROGRESS"


def test_of_clicks_it_takes_50_people(client, line):
    make_many_friends(line, 49)
    sent = make_broadcast(client, line)

    number = wire.run(client.create_imp_based_audience_group("Looked", sent))["audienceGroupId"]
    line.advance(5)
    before = group(client, number)["status"]
    line.advance(DAY)

    assert before == "IN_PROGRESS"
    assert group(client, number)["status"] == "FAILED"
    assert group(client, number)["failedType"] == "AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT"


@pytest.mark.parametrize(("number", "shown"), [(19, 0), (20, 20)])
def test_a_number_under_20_is_hidden_but_for_lists_of_ours(client, line, number, shown):
    people = make_many_friends(line, number)
    by_path = line.add_audience(CHANNEL, "FRIEND_PATH", people)
    by_tag = line.add_audience(CHANNEL, "CHAT_TAG", people)

    assert group(client, by_path)["audienceCount"] == shown
    assert group(client, by_tag)["audienceCount"] == number


def test_only_broadcasts_and_narrowcasts_of_60_days_have_clicks(client, line):
    [aoi] = make_many_friends(line, 1)
    push = wire.run(client.push(messages.push_body(aoi, [make_text(LINK)]), uuid4()))
    sent = make_broadcast(client, line)

    assert refusal(client.create_imp_based_audience_group("A", push.request_id)) == "REQUEST_NOT_FOUND"
    wire.run(client.create_imp_based_audience_group("B", sent))
    assert refusal(client.create_imp_based_audience_group("C", sent)) == "AUDIENCE_GROUP_REQUESTID_DUPLICATE"
    line.advance(61 * DAY)
    assert refusal(client.create_click_based_audience_group("D", sent)) == "TOO_OLD_MESSAGES"


def test_they_are_listed_page_by_page_newest_first(client, line):
    numbers = [make(client, name=f"List {number}") for number in range(45)]

    first = wire.run(client.get_audience_groups())
    second = wire.run(client.get_audience_groups(2))
    found = wire.run(client.get_audience_groups(description="LIST 44", status="IN_PROGRESS"))

    assert [each["audienceGroupId"] for each in first.audience_groups] == numbers[:4:-1]
    assert (first.has_next_page, first.total) == (True, 45)
    assert (second.has_next_page, len(second.audience_groups)) == (False, 5)
    assert [each["audienceGroupId"] for each in found.audience_groups] == [numbers[44]]


@pytest.mark.parametrize(("page", "size"), [(0, 40), (1, 41), (1, 0), ("１", 40)])
def test_pages_out_of_bounds_are_refused(client, page, size):
    with pytest.raises(Rejected):
        wire.run(client._get("/v2/bot/audienceGroup/list", page=str(page), size=str(size)))


def test_what_another_company_shares_can_be_read_and_not_changed(client, line):
    people = make_many_friends(line, 30)
    owner = {"serviceType": "BM", "id": "7", "name": "Hana Group"}
    shared = line.add_audience(CHANNEL, "UPLOAD", people, name="Everyone", owner=owner)
    own = make(client, people)

    assert wire.run(client.get_shared_audience_data(shared))["owner"] == owner
    assert wire.run(client.get_shared_audience_groups()).total == 1
    assert group(client, shared)["permission"] == "READ"
    assert refusal(client.delete_audience_group(shared)) == "WRONG_BOT_ID"
    assert refusal(client.add_audience_to_audience_group(shared, people)) == "WRONG_BOT_ID"
    assert refusal(client.get_shared_audience_data(own)) == "AUDIENCE_GROUP_NOT_FOUND"


def test_another_channel_does_not_know_it(client, line, endpoints):
    number = make(client)
    line.add_channel("1650000002", "another secret")
    other = type(client)("1650000002", "another secret", endpoints=endpoints)

    assert refusal(other.get_audience_data(number)) == "AUDIENCE_GROUP_NOT_FOUND"
    assert group(client, number)["audienceGroupId"] == number


@pytest.mark.parametrize("number", [0, -1, 2**70])
def test_a_number_that_is_none_is_not_found(client, number):
    assert refusal(client.delete_audience_group(number)) == "AUDIENCE_GROUP_NOT_FOUND"


def test_a_file_that_is_no_list_is_refused(client):
    form = b'--x\r\nContent-Disposition: form-data; name="description"\r\n\r\nVIP\r\n--x--\r\n'
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    path = "/v2/bot/audienceGroup/upload/byFile"

    with pytest.raises(Rejected) as no_file:
        wire.run(client._call("POST", path, body=form, headers=headers))
    with pytest.raises(Rejected) as no_form:
        wire.run(client._call("POST", path, body=b"{}"))

    assert (no_file.value.status, no_form.value.status) == (415, 415)


def test_sixty_a_minute_are_taken(client, line):
    for _ in range(60):
        wire.run(client.get_audience_groups())

    with pytest.raises(RateLimited):
        wire.run(client.get_audience_groups())
    line.advance(1)

    assert wire.run(client.get_audience_groups()).total == 0
