"""What messages call a friend's own: the name, fields, and what the linked customer is called."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from broadcasts.models import Batch
from composing import content, variables
from composing.content import Template
from composing.errors import InvalidMessages
from friends import values
from linking import unlinking
from linking.models import Link
from tests.broadcasts.sending import send
from tests.factories import (
    make_customer,
    make_customer_field,
    make_field,
    make_followers,
    make_link,
    make_sending,
)

TEXT = (
    "{{display_name|お客様}}、{{field.shop|お近くの店}}で{{customer.name|会員}}様（{{customer.rank|一般}}）"
)


def test_each_friend_gets_their_own_values_and_fallbacks_for_the_rest(channel, simulator):
    aoi, ren = make_followers(simulator, channel, ["葵", "蓮"])
    field = make_field("店舗", key="shop")
    make_customer_field("Rank", key="rank")
    values.set_values(aoi, {field: ["渋谷店"]})
    make_link(ren, make_customer("7", name="山田", attributes={"rank": "gold"}))
    make_sending(TEXT)

    send()

    assert simulator.texts(channel.channel_id, aoi.line_user_id) == ["葵、渋谷店で会員様（一般）"]
    assert simulator.texts(channel.channel_id, ren.line_user_id) == ["蓮、お近くの店で山田様（gold）"]


def test_what_a_customer_is_called_never_reaches_whoever_is_unlinked_meanwhile(channel, simulator):
    [ren] = make_followers(simulator, channel, ["蓮"])
    link = make_link(ren, make_customer("7", name="山田"))
    make_sending("{{customer.name|会員}}様")
    unlinking.unlink(link, how=Link.Ended.BY_STAFF)

    send()

    assert simulator.texts(channel.channel_id, ren.line_user_id) == []
    assert Batch.objects.get().dropped_count == 1


def test_a_name_alone_is_kept_as_before(channel, simulator):
    make_followers(simulator, channel, ["葵"])
    make_sending("{{display_name|お客様}}")

    assert Batch.objects.get().names == ["葵"]


@pytest.mark.parametrize("name", ["shoe_size", "field.nothing", "customer.nothing", "field", "a.b.c"])
def test_a_variable_that_this_client_does_not_have_is_refused(tenant, name):
    with pytest.raises(InvalidMessages):
        content.check([{"type": "text", "text": f"{{{{{name}|x}}}}"}])


def test_all_variables_of_the_client_are_offered_by_the_name_people_know(tenant):
    make_field("店舗", key="shop")
    make_customer_field("Rank", key="rank")

    known = variables.known()

    assert known["field.shop"] == "店舗"
    assert known["customer.rank"] == "Rank"
    assert {"display_name", "customer.name", "customer.number"} <= known.keys()


words = st.text(st.sampled_from('葵a "\\/\n{}|\x1f😀é'), max_size=20)


@given(st.dictionaries(st.sampled_from(["display_name", "field.a", "customer.b"]), words), words)
def test_whatever_a_value_says_it_stands_in_the_text_as_it_is(own, before):
    frozen = b'[{"type":"text","text":"%s{{display_name|A}}/{{field.a|B}}/{{customer.b|C}}"}]'
    body = frozen % content._escaped(before.replace("{", "").replace("}", ""))
    packed = variables.MARK + orjson.dumps(own).decode()

    [message] = orjson.loads(Template(body).fill(packed))

    said = [
        own.get(name) or word
        for name, word in zip(["display_name", "field.a", "customer.b"], "ABC", strict=True)
    ]
    assert message["text"] == before.replace("{", "").replace("}", "") + "/".join(said)


@given(words)
def test_a_name_that_looks_like_packed_values_is_a_name(name):
    text = variables.MARK + name

    assert variables.unpacked(text.lstrip(variables.MARK)) == {"display_name": text.lstrip(variables.MARK)}
