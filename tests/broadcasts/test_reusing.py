"""Messages used again: a broadcast begins with a template, becomes one, is duplicated."""

import orjson
from django_tenants.utils import tenant_context

from broadcasts import services
from broadcasts.models import Broadcast
from broadcasts.sending import bodies
from library.message_templates import commands
from library.models import MessageTemplate
from tests.factories import make_broadcast

HELLO = [{"type": "text", "text": "Autumn sale"}]


def test_a_new_broadcast_begins_with_the_template(visit):
    template = commands.create_template(name="Autumn", messages=HELLO, by=None)

    page = visit("marketer").read(f"broadcasts/new/?template={template.pk}")

    assert 'value="Autumn"' in page
    assert "Autumn sale" in page


def test_a_template_of_another_client_begins_nothing(visit, other_tenant):
    with tenant_context(other_tenant):
        foreign = commands.create_template(name="Theirs", messages=HELLO, by=None)

    page = visit("marketer").read(f"broadcasts/new/?template={foreign.pk}")
    nonsense = visit("marketer").read("broadcasts/new/?template=９９９999999999999999999999")

    assert "Theirs" not in page
    assert "Theirs" not in nonsense


def test_the_messages_of_a_broadcast_become_a_template(visit):
    broadcast = make_broadcast(messages=HELLO)
    marketer = visit("marketer")

    asked = marketer.read(f"broadcasts/{broadcast.pk}/template/")
    marketer.send(f"broadcasts/{broadcast.pk}/template/", {"name": "Autumn", "folder": "Sales", "note": ""})

    assert f'value="{broadcast.name}"' in asked
    made = MessageTemplate.objects.get()
    assert (made.name, made.folder, made.messages) == ("Autumn", "Sales", HELLO)


def test_a_broadcast_of_another_client_becomes_none(visit, other_tenant):
    with tenant_context(other_tenant):
        foreign = make_broadcast()

    assert visit("marketer").get(f"broadcasts/{foreign.pk}/template/").status_code == 404


def test_who_may_not_write_templates_is_refused(visit):
    broadcast = make_broadcast()

    assert visit("viewer").get(f"broadcasts/{broadcast.pk}/template/").status_code == 403


def test_a_duplicate_has_all_that_was_written(tenant):
    written = {
        "tracks_people": True,
        "is_silent": True,
        "ignores_cap": True,
        "most_count": 1000,
        "chosen_by": "best",
        "holdout_percent": 5,
        "utm": {"source": "line", "medium": "message", "campaign": ""},
        "nature": "useful",
    }
    broadcast = make_broadcast(messages=HELLO, **written)

    copy = services.duplicate(broadcast, by=None)

    assert copy.pk != broadcast.pk
    assert copy.status == Broadcast.Status.DRAFT
    assert {name: getattr(copy, name) for name in Broadcast.WRITTEN} == {
        name: getattr(broadcast, name) for name in Broadcast.WRITTEN
    }


def test_it_is_duplicated_from_the_list(visit):
    broadcast = make_broadcast()
    marketer = visit("marketer")

    page = marketer.read("broadcasts/?tab=drafts")
    marketer.send(f"broadcasts/{broadcast.pk}/duplicate/", {})

    assert f"/broadcasts/{broadcast.pk}/duplicate/" in page
    assert Broadcast.objects.count() == 2


def test_a_coupon_is_counted_under_the_name_of_the_broadcast(tenant):
    coupon = {"type": "coupon", "couponId": "01ABC"}
    broadcast = make_broadcast(name="Autumn sale", messages=[coupon])

    body = orjson.loads(bodies.frozen(broadcast, broadcast.messages))

    assert body == [coupon | {"deliveryTag": "Autumn_sale"}]
