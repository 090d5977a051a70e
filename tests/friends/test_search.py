"""Finding friends: by any part of the name, by fields, dates, tags, and by what other apps add."""

from datetime import UTC, datetime

import pytest
from django import forms
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from friends import filters, services, values
from friends.filters import Filter
from friends.forms import FriendFilter
from friends.models import Friend
from tests.factories import make_field, make_friend, make_tag


def found(**asked: str) -> set[str]:
    query = QueryDict(mutable=True)
    query.update(asked)
    return set(FriendFilter(query).friends().values_list("display_name", flat=True))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("山田 太郎", "田太"),
        ("山田　太郎", "山田太郎"),
        ("ヤマダ タロウ", "やまだ"),
        ("ﾔﾏﾀﾞ", "マダ"),
        ("ＡＯＩ☆", "aoi"),
        ("Aoi", "OI"),
        ("葵", "葵"),
        ("みお🍓", "🍓"),
        ("100%_off", "%_o"),
        ("が", "か\u3099"),
    ],
)
def test_a_part_of_the_name_is_enough_whatever_its_width_case_and_kana(tenant, name, text):
    make_friend(name)
    make_friend("somebody else")

    assert found(q=text) == {name}


@pytest.mark.parametrize("text", ["太田", "郎太", "%", "_", "ab\0c", "x" * 200, "'; --"])
def test_what_is_in_no_name_finds_nobody(tenant, text):
    make_friend("山田 太郎")

    assert not Friend.objects.search(text).exists()


def test_our_own_name_and_the_whole_line_id_are_found_too(tenant):
    aoi = make_friend("Aoi")
    make_friend("Ren")
    services.name_friend(aoi, "中村様（銀座）")

    assert found(q="中村") == {"Aoi"}
    assert found(q=aoi.line_user_id) == {"Aoi"}
    assert found(q=aoi.line_user_id[:8]) == set()


def test_a_name_that_line_changes_is_found_as_it_is_now(tenant):
    aoi = make_friend("Aoi")
    Friend.objects.filter(pk=aoi.pk).update(display_name="葵")

    assert found(q="aoi") == set()
    assert found(q="葵") == {"葵"}


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.text(alphabet="あアｱaAＡ田中 -é🍓", min_size=1, max_size=8), data=st.data())
def test_every_part_of_every_name_finds_it(tenant, name, data):
    Friend.objects.all().delete()
    make_friend("x", display_name=name)
    start = data.draw(st.integers(0, len(name) - 1))
    end = data.draw(st.integers(start + 1, len(name)))

    assert Friend.objects.search(name[start:end]).exists()


def test_a_field_is_asked_for_by_its_value_or_whether_there_is_one(tenant):
    size = make_field("Size", "number")
    shop = make_field("Shop")
    for name, number, where in (("aoi", 36, "Ginza 4"), ("ren", 42, "Ginza 6"), ("mio", 36, "Ueno")):
        values.set_values(
            make_friend(name), {size: values.read(size, number), shop: values.read(shop, where)}
        )
    make_friend("unknown")

    assert found(field=str(size.pk), value="３６") == {"aoi", "mio"}
    assert found(field=str(shop.pk), value="Ginza") == {"aoi", "ren"}
    assert found(field=str(size.pk)) == {"aoi", "ren", "mio"}


def test_a_value_of_the_wrong_type_is_said_and_narrows_nothing(tenant):
    size = make_field("Size", "number")
    make_friend("aoi")
    query = QueryDict(mutable=True)
    query.update({"field": str(size.pk), "value": "large"})

    form = FriendFilter(query)

    assert form.friends().count() == 1
    assert "Size is not a number" in str(form.errors["value"])


def test_days_are_the_clients_own(tenant):
    make_friend("late", followed_at=datetime(2026, 11, 19, 14, 59, tzinfo=UTC))  # 23:59 in Japan
    make_friend("early", followed_at=datetime(2026, 11, 19, 15, 0, tzinfo=UTC))  # midnight

    assert found(since="2026-11-20") == {"early"}
    assert found(until="2026-11-19") == {"late"}
    assert found(since="2026-11-19", until="2026-11-20") == {"late", "early"}


def test_conditions_are_met_together(tenant):
    vip = make_tag("VIP", friends=[make_friend("Aoi"), make_friend("Aoi blocked", status="blocked")])
    make_friend("Aoi without")

    assert found(q="aoi", tag=str(vip.pk), status="friend") == {"Aoi"}


@pytest.mark.parametrize("asked", [{"tag": "999"}, {"status": "x"}, {"since": "soon"}, {"field": "x"}])
def test_what_is_not_valid_is_left_out(tenant, asked):
    make_friend("aoi")

    assert found(**asked) == {"aoi"}


def test_an_app_further_right_adds_a_condition(tenant, monkeypatch):
    monkeypatch.setattr(filters, "_filters", dict(filters._filters))
    filters.register(
        Filter(
            "language",
            lambda: forms.CharField(required=False),
            lambda friends, code: friends.filter(language=code),
        )
    )
    make_friend("aoi", language="ja")
    make_friend("ren", language="th")

    assert found(language="th") == {"ren"}
