"""What scenarios sent, where others look at it: in the talk with a friend, in the balance, in the cost."""

from datetime import timedelta

from django.utils import timezone

from broadcasts.models import Broadcast
from broadcasts.status import balance
from chats import sources
from customers import erasing
from scenarios.models import Scenario, Send
from scenarios.results import naming
from scenarios.talks import sent_to
from scenarios.texts import filling
from tests.factories import make_customer, make_friend, make_link, make_product
from tests.scenarios.stories import make_entry, make_send, make_version, person_of, turn_of


def tomorrow():
    return timezone.now() + timedelta(days=1)


def make_filled_send(entry, **fields):
    turn = turn_of(entry.version)
    values = filling.values_of(turn.program.steps["say"], [person_of(entry)], turn)[entry.pk]
    return make_send(entry, values=values, **fields)


def test_the_talk_shows_what_a_scenario_sent_as_the_friend_got_it(tenant):
    make_product("tea", name="玉露", page_url="https://shop.example/tea")
    say = "{{product.name|商品}}: {{product.url|https://shop.example/}}"
    version = make_version([{"type": "text", "text": say}], name="Cart")
    friend = make_friend()
    make_filled_send(make_entry(version, friend, subject="tea"))

    [entry] = sent_to(friend.pk, tomorrow(), 10)

    assert entry.messages == [{"type": "text", "text": "玉露: https://shop.example/tea"}]
    assert entry.label == "Cart"
    assert f"/scenarios/{version.scenario_id}/" in entry.url
    assert entry in sources.entries(friend.pk, tomorrow(), 10)
    assert sent_to(make_friend().pk, tomorrow(), 10) == []


def test_what_line_did_not_take_is_not_shown(tenant):
    friend = make_friend()
    make_filled_send(make_entry(make_version(), friend), state="rejected", accepted_at=None)

    assert sent_to(friend.pk, tomorrow(), 10) == []


def test_of_an_erased_customer_the_talk_says_no_more_what_they_were_called(tenant):
    version = make_version([{"type": "text", "text": "{{customer.name|会員}}様"}])
    customer = make_customer(name="山田")
    friend = make_link(make_friend(), customer).friend
    make_filled_send(make_entry(version, friend, customer_id=customer.pk))
    under_way = make_filled_send(
        make_entry(version, friend, customer_id=customer.pk, subject="b"), state="claimed", accepted_at=None
    )
    assert sent_to(friend.pk, tomorrow(), 10)[0].messages[0]["text"] == "山田様"

    erasing.erase(customer)

    assert sent_to(friend.pk, tomorrow(), 10)[0].messages[0]["text"] == "会員様"
    assert "山田" in Send.objects.get(pk=under_way.pk).values


def test_the_newest_stand_first_and_no_more_than_asked_for(tenant, django_assert_num_queries):
    friend = make_friend()
    for days in range(5):
        make_filled_send(make_entry(make_version(), friend), days_ago=days)

    with django_assert_num_queries(1):
        found = sent_to(friend.pk, tomorrow(), 3)

    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert len(found) == 3


def test_the_balance_counts_scenarios_by_the_nature_of_each_step(tenant):
    say = {"id": "say", "type": "send", "messages": [{"type": "text", "text": "a"}]}
    version = make_version(steps=[say, say | {"id": "more", "nature": "useful"}])
    make_send(make_entry(version, make_friend()))
    make_send(make_entry(version, make_friend()), step="more")
    make_send(make_entry(version, make_friend(), is_test=True))

    month = balance.months()[-1]

    assert month.people == {"promotion": 1, "useful": 1, "notice": 0}
    assert month.others == month.people
    assert month.sends[Broadcast.Nature.PROMOTION] == 0


def test_the_balance_page_says_how_much_is_of_scenarios(tenant, visit):
    make_send(make_entry(make_version(), make_friend()))

    assert "By scenarios" in visit().read("broadcasts/balance/")


def test_steps_are_called_by_what_they_do(tenant):
    version = make_version()

    names = naming.steps(version.scenario.ledger_owner)

    assert [*names] == ["say", "bye"]
    assert "Hello" in names["say"]
    assert naming.steps("scenario:999999") == naming.steps("broadcast:1") == naming.steps("scenario:x") == {}
    assert Scenario.objects.count() == 1
