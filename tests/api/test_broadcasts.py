import pytest
from django_tenants.utils import tenant_context

from accounts.models import Activity
from segments import services as segments
from segments.models import Segment
from tests.factories import make_friend

TEXT = [{"type": "text", "text": "Autumn sale"}]
LATER = "2026-11-21T12:00:00+09:00"
EARLIER = "2026-11-19T12:00:00+09:00"


@pytest.fixture
def segment(tenant, time_machine) -> Segment:
    time_machine.move_to("2026-11-20T12:00:00+09:00")
    make_friend("aoi")
    return segments.create_segment("Everyone", {"all": []})


@pytest.fixture
def ours(call):
    return call()


@pytest.fixture
def draft(ours, segment) -> str:
    """The address of a draft to one friend."""
    made = ours.post("broadcasts/", {"name": "Sale", "segment": segment.pk, "messages": TEXT}).json()
    return f"broadcasts/{made['id']}/"


def test_a_broadcast_goes_from_draft_to_schedule_and_back(ours, draft, channel):
    steps = [
        ours.get(draft),
        ours.post(draft + "submission/"),
        ours.put(draft + "approval/", {"comment": "Good"}),
        ours.put(draft + "schedule/", {"send_at": LATER}),
        ours.delete(draft + "schedule/"),
        ours.put(draft + "schedule/", {"send_at": LATER}),
        ours.put(draft + "cancellation/"),
    ]

    assert [step.json().get("status", step.content) for step in steps] == [
        "draft",
        "awaiting_approval",
        "approved",
        "scheduled",
        "approved",
        "scheduled",
        "cancelled",
    ]
    assert steps[3].json()["send_at"] == LATER
    assert steps[3].json()["progress"]["recipients"] == 1


def test_an_approval_by_key_is_in_the_activity_log(ours, draft):
    ours.post(draft + "submission/")
    ours.put(draft + "approval/")

    assert Activity.objects.get(verb="broadcast.approved").detail["api_key"].startswith("shop (mk_")


def test_a_key_for_everything_is_not_the_clients_approver(call, draft):
    everything = call("*")
    everything.post(draft + "submission/")

    refused = everything.put(draft + "approval/")
    sent_back = everything.delete(draft + "approval/")
    allowed = call("broadcasts.approve_broadcast").put(draft + "approval/")

    assert [answer.status_code for answer in (refused, sent_back, allowed)] == [403, 403, 200]


def test_sending_back_makes_it_a_draft_again(ours, draft):
    ours.post(draft + "submission/")

    assert ours.delete(draft + "approval/", {"comment": "Shorter"}).json()["status"] == "draft"


def test_it_is_not_scheduled_before_the_client_approved(ours, draft, channel):
    answer = ours.put(draft + "schedule/", {"send_at": LATER})

    assert (answer.status_code, answer.json()["code"]) == (409, "needs_approval")


def test_it_is_not_scheduled_in_the_past(ours, draft, channel):
    ours.post(draft + "submission/")
    ours.put(draft + "approval/")

    answer = ours.put(draft + "schedule/", {"send_at": EARLIER})

    assert (answer.status_code, answer.json()["code"]) == (422, "in_the_past")


def test_a_time_without_its_offset_is_refused(ours, draft, channel):
    ours.post(draft + "submission/")
    ours.put(draft + "approval/")

    scheduled = ours.put(draft + "schedule/", {"send_at": "2026-11-21T12:00:00"})
    forecast = ours.get(draft + "forecast/?at=2026-11-21T12:00:00")

    text = "Give a time with its offset, such as 2026-11-20T14:05:00+09:00."
    assert (scheduled.status_code, scheduled.json()["fields"]) == (400, {"send_at": [text]})
    assert (forecast.status_code, forecast.json()["fields"]) == (400, {"at": [text]})
    assert ours.put(draft + "schedule/", {"send_at": LATER}).status_code == 200
    assert ours.get(draft + "forecast/?at=2026-12-01T00:00:00%2B09:00").json()["month"] == "2026-12"


@pytest.mark.parametrize("body", [{}, {"send_at": "tomorrow"}, {"send_at": None}, {"send_at": 1795230000}])
def test_a_schedule_needs_its_time(ours, draft, body):
    answer = ours.put(draft + "schedule/", body)

    assert answer.status_code == 400
    assert list(answer.json()["fields"]) == ["send_at"]


def test_a_number_that_could_not_be_sent_again_is_refused(ours, segment):
    messages = [{"type": "sticker", "packageId": "446", "stickerId": "1988", "quoteToken": 1e308}]

    answer = ours.post("broadcasts/", {"name": "Sale", "segment": segment.pk, "messages": messages})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_messages")


def test_messages_beyond_lines_limits_are_refused_naming_the_place(ours, segment):
    messages = [{"type": "text", "text": "x" * 5_001}, {"type": "text"}]

    answer = ours.post("broadcasts/", {"name": "Sale", "segment": segment.pk, "messages": messages})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_messages")
    assert [problem["path"] for problem in answer.json()["problems"]] == [
        "messages[0].text",
        "messages[1].text",
    ]


def test_a_segment_of_another_client_is_not_known(ours, segment, other_tenant):
    with tenant_context(other_tenant):
        foreign = Segment.objects.create(pk=1_000_000, name="Everyone", tree={"all": []})

    answer = ours.post("broadcasts/", {"name": "Sale", "segment": foreign.pk, "messages": TEXT})

    assert answer.status_code == 400
    assert answer.json() == {
        "code": "invalid",
        "detail": "segment: This does not exist.",
        "fields": {"segment": ["This does not exist."]},
    }


def test_a_segment_is_named_by_its_number(ours, segment):
    answer = ours.post("broadcasts/", {"name": "Sale", "segment": "Everyone", "messages": TEXT})

    assert answer.json()["fields"] == {"segment": ["Give a number."]}


def test_a_change_keeps_what_is_not_given_and_withdraws_the_approval(ours, draft):
    ours.post(draft + "submission/")
    ours.put(draft + "approval/")

    changed = ours.patch(draft, {"name": "Winter sale"}).json()

    assert (changed["name"], changed["messages"]) == ("Winter sale", TEXT)
    assert (changed["status"], changed["approved_at"], changed["version"]) == ("draft", None, 2)


def test_a_change_to_a_version_that_is_gone_is_refused(ours, draft):
    ours.patch(draft, {"name": "Winter sale", "version": 1})

    answer = ours.patch(draft, {"name": "Summer sale", "version": 1})

    assert (answer.status_code, answer.json()["code"]) == (409, "changed_meanwhile")


def test_a_forecast_says_what_it_costs_and_whether_it_fits(ours, draft, channel):
    forecast = ours.get(draft + "forecast/").json()

    assert (forecast["messages"], forecast["free_count"], forecast["amount_now"]) == (1, 1, "0.0000")
    assert (forecast["month"], forecast["fits"], forecast["remaining"]) == ("2026-11", True, None)


def test_what_it_costs_is_not_told_to_a_key_that_may_not_see_the_ledger(call, draft, channel):
    blind = call("broadcasts.view_broadcast")
    seeing = call("broadcasts.view_broadcast", "billing.view_ledgerentry")

    hidden, shown = (each.get(draft + "forecast/").json() for each in (blind, seeing))

    money = ("amount_now", "monthly_fee")
    assert [hidden[name] for name in money] == [None, None]
    assert [shown[name] for name in money] == ["0.0000", "15000.0000"]
    assert hidden["messages"] == shown["messages"] == 1
    assert blind.get(draft).json()["progress"]["cost"]["amount"] is None
    assert seeing.get("broadcasts/").json()["items"][0]["progress"]["cost"]["amount"] == "0.0000"


@pytest.mark.parametrize("utm", [{}, {"source": "line"}, {"medium": "x", "campaign": "y"}])
def test_campaign_parameters_are_changed_whole(ours, draft, utm):
    before = ours.get(draft).json()

    answer = ours.patch(draft, {"utm": utm})

    assert (answer.status_code, list(answer.json()["fields"])[0][:3]) == (400, "utm")
    assert ours.get(draft).json() == before
    assert ours.patch(draft, {"utm": {"source": "line", "medium": "push"}}).json()["utm"] == {
        "source": "line",
        "medium": "push",
        "campaign": "",
    }


def test_a_list_takes_the_same_queries_however_long(ours, segment, django_assert_max_num_queries):
    for name in ("a", "b", "c"):
        ours.post("broadcasts/", {"name": name, "segment": segment.pk, "messages": TEXT})

    with django_assert_max_num_queries(13):
        answer = ours.get("broadcasts/?status=draft")

    assert [broadcast["name"] for broadcast in answer.json()["items"]] == ["c", "b", "a"]
