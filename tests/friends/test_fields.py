"""Fields of friends: what they may be, how values are read, and who holds what."""

from decimal import Decimal

import pytest
from django_tenants.utils import tenant_context
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Activity
from events import versions
from friends import fields, kinds, values
from friends.errors import BadChoices, BadKey, BadValue, ChoiceInUse, FieldExists, NoSuchField
from friends.models import FieldValue, Friend, FriendField
from tests.factories import make_field, make_friend, make_user


def held(friend: Friend, field: FriendField) -> list:
    return values.of([friend])[friend.pk].get(field.pk, [])


@pytest.mark.parametrize(
    ("type_", "given", "kept", "shown"),
    [
        ("text", " 銀座が好き ", ["銀座が好き"], "銀座が好き"),
        ("text", "👨‍👩‍👧 が́", ["👨‍👩‍👧 が́"], "👨‍👩‍👧 が́"),
        ("number", "１２，３４５.50", [Decimal("12345.5")], "12,345.5"),
        ("number", 3, [Decimal(3)], "3"),
        ("date", "1990年4月30日", ["1990-04-30"], "1990/04/30"),
        ("date", "19900430", ["1990-04-30"], "1990/04/30"),
        ("datetime", "2026/11/20 14:05", ["2026-11-20T14:05:00+09:00"], "2026/11/20 14:05"),
        ("datetime", "2026-11-20T05:05:00Z", ["2026-11-20T14:05:00+09:00"], "2026/11/20 14:05"),
        ("yes_no", "はい", ["yes"], "Yes"),
        ("yes_no", False, ["no"], "No"),
        ("prefecture", "東京", ["東京都"], "東京都"),
        ("prefecture", "hokkaido", ["北海道"], "北海道"),
    ],
)
def test_a_value_is_read_as_people_write_it(tenant, type_, given, kept, shown):
    field, friend = make_field("What", type_), make_friend("aoi")

    values.set_values(friend, {field: values.read(field, given)})

    assert kinds.written(held(friend, field), field) == "|".join(map(str, kept))
    assert kinds.shown(held(friend, field), field) == shown


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        ("number", "many"),
        ("number", "NaN"),
        ("number", "1e30"),
        ("number", "0.0000001"),
        ("date", "1990-02-31"),
        ("date", "yesterday"),
        ("datetime", "2026-11-20 25:00"),
        ("yes_no", "perhaps"),
        ("prefecture", "Texas"),
        ("text", "x" * 501),
        ("text", "\0"),
    ],
)
def test_what_is_no_value_of_its_type_is_refused_by_the_fields_name(tenant, type_, given):
    field = make_field("Size", type_)

    with pytest.raises(BadValue) as refusal:
        values.read(field, given)

    assert "Size" in refusal.value.message or "characters" in refusal.value.message


def test_several_choices_are_kept_in_the_order_given_and_width_makes_no_difference(tenant):
    skin = make_field("Skin", "choices", choices=["Dry", "ﾃｶﾘ", "Spots"])
    friend = make_friend("aoi")

    values.set_values(friend, {skin: values.read(skin, "spots|テカリ;Spots")})
    assert held(friend, skin) == ["Spots", "ﾃｶﾘ"]

    values.set_values(friend, {skin: values.read(skin, ["Dry"])})
    assert held(friend, skin) == ["Dry"]

    values.set_values(friend, {skin: []})
    assert not FieldValue.objects.exists()


def test_a_change_raises_the_fields_version_and_is_on_the_log_with_both_values(tenant):
    shop, friend, user = make_field("Shop", key="shop"), make_friend("aoi"), make_user()

    values.set_by_key(friend, {"shop": "Ginza"}, by=user)
    values.set_by_key(friend, {"shop": "Shinjuku"}, by=user)
    unchanged = values.set_by_key(friend, {"shop": "Shinjuku"}, by=user)

    assert unchanged == 0
    assert versions.of([values.topic(shop.key)]) == {f"field:{shop.key}": 2}
    latest = Activity.objects.filter(verb="friend.field_changed").latest("pk")
    assert (latest.user_id, latest.detail["before"], latest.detail["after"]) == (user.pk, "Ginza", "Shinjuku")


def test_a_field_that_is_not_in_use_cannot_be_answered(tenant):
    friend = make_friend("aoi")
    fields.archive_field(make_field("Old", key="old"))

    with pytest.raises(NoSuchField):
        values.set_by_key(friend, {"old": "x"})
    with pytest.raises(NoSuchField):
        values.set_by_key(friend, {"never": "x"})


def test_another_clients_field_is_not_known_here(tenant, other_tenant):
    with tenant_context(other_tenant):
        make_field("Shop", key="shop")

    with pytest.raises(NoSuchField):
        values.set_by_key(make_friend("aoi"), {"shop": "Ginza"})


def test_names_and_keys_are_of_one_field_each(tenant):
    make_field("Shop", key="shop")

    with pytest.raises(FieldExists):
        make_field("Shop", key="other")
    with pytest.raises(FieldExists):
        make_field("Other", key="shop")

    assert make_field("店舗").key.startswith("field_")


@pytest.mark.parametrize("key", ["Shop", "1shop", "line_user_id", "a" * 41, "a b", "店"])
def test_a_key_that_files_could_not_have_is_refused(tenant, key):
    with pytest.raises(BadKey):
        make_field("Shop", key=key)


@pytest.mark.parametrize("choices", [[], ["S", "s"], ["a|b"], ["x" * 61], [str(n) for n in range(101)]])
def test_choices_that_could_not_be_told_apart_are_refused(tenant, choices):
    with pytest.raises(BadChoices):
        make_field("Size", "choice", choices=choices)


def test_a_choice_that_somebody_has_stays(tenant):
    size, friend = make_field("Size", "choice", choices=["S", "M"]), make_friend("aoi")
    values.set_values(friend, {size: ["M"]})

    with pytest.raises(ChoiceInUse, match="choice_in_use"):
        fields.change_field(size, choices=["S", "L"])

    assert fields.change_field(size, choices=["L", "M"]).choices == ["L", "M"]


def test_an_archived_field_keeps_its_values_and_brings_them_back(tenant):
    shop, friend = make_field("Shop", key="shop"), make_friend("aoi")
    values.set_by_key(friend, {"shop": "Ginza"})

    fields.archive_field(shop)
    assert list(FriendField.objects.in_use()) == []

    fields.restore_field(shop)
    assert held(friend, shop) == ["Ginza"]


def test_fields_change_places(tenant):
    first, second, third = (make_field(name) for name in ("first", "second", "third"))

    fields.move_field(third, up=True)
    fields.move_field(first, up=True)

    assert [field.name for field in FriendField.objects.all()] == ["first", "third", "second"]
    fields.move_field(second, up=False)
    assert [field.name for field in FriendField.objects.all()] == ["first", "third", "second"]


numbers = st.decimals(min_value=-(10**12), max_value=10**12, places=6)
dates = st.dates().filter(lambda day: day.year > 999)


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_written_to_a_file_is_read_as_the_same(tenant, data):
    type_, strategy = data.draw(
        st.sampled_from([("number", numbers), ("date", dates), ("yes_no", st.sampled_from(["yes", "no"]))])
    )
    field = FriendField(type=type_, name="What")
    value = data.draw(strategy)

    assert kinds.of(field).values(kinds.written([value], field), field) == [value]
