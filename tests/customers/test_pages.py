"""The pages of customers: finding, writing, merging, fields, export."""

from datetime import date
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from accounts.models import Activity
from customers.models import Customer, CustomerField
from customers.services import upsert_customers
from tests.factories import make_customer, make_customer_field, make_friend, make_link


def names(page: str) -> list[str]:
    """Those of the customers of these tests that a list shows."""
    return [name for name in ("Hanako", "Ren", "ヤマダ 花子") if name in page]


@pytest.fixture
def people(tenant) -> list[Customer]:
    hanako, ren, yamada = (
        make_customer("A-1", name="Hanako"),
        make_customer("B-2", name="Ren"),
        make_customer("B-3", name="ヤマダ 花子"),
    )
    make_link(make_friend("aoi"), hanako)
    return [hanako, ren, yamada]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Hanako", "Ren", "ヤマダ 花子"]),
        ("q=A-1", ["Hanako"]),
        ("q=B", ["Ren", "ヤマダ 花子"]),
        ("q=hana", ["Hanako"]),
        ("q=" + quote("やまだ花"), ["ヤマダ 花子"]),
        ("q=" + quote("ﾔﾏﾀﾞ"), ["ヤマダ 花子"]),
        ("q=%25", []),
        ("q=%00", ["Hanako", "Ren", "ヤマダ 花子"]),
        ("linked=yes", ["Hanako"]),
        ("linked=no", ["Ren", "ヤマダ 花子"]),
        ("linked=maybe", ["Hanako", "Ren", "ヤマダ 花子"]),
        ("q=B&linked=yes", []),
    ],
)
def test_the_list_finds(people, visit, query, found):
    assert names(visit("viewer").read(f"customers/?{query}")) == found


def test_a_list_of_many_takes_as_many_queries_as_one_of_few(people, visit):
    viewer = visit("viewer")
    viewer.read("customers/")
    with CaptureQueriesContext(connection) as few:
        viewer.read("customers/")
    upsert_customers([{"number": f"M-{n}"} for n in range(120)])

    with CaptureQueriesContext(connection) as many:
        page = viewer.read("customers/")

    assert len(many) == len(few)
    assert "before=" in page


def test_a_customer_is_made_and_changed_on_a_page(tenant, visit):
    make_customer_field("Points", "number", key="points")
    manager = visit("account_manager")

    manager.send("customers/new/", {"number": "A-1", "name": "Hanako", "field_points": "1,200"})
    made = Customer.objects.get()
    manager.send(
        f"customers/{made.pk}/edit/", {"name": "Hanako S.", "birthday": "1990-04-01", "field_points": ""}
    )

    made.refresh_from_db()
    assert (made.name, made.birthday, made.attributes) == ("Hanako S.", date(1990, 4, 1), {})


def test_a_value_that_does_not_fit_is_said_at_its_field(tenant, visit):
    make_customer_field("Points", "number", key="points")

    page = visit("marketer").send("customers/new/", {"number": "A-1", "field_points": "many"})

    assert "Points is not a number" in page
    assert not Customer.objects.exists()


def test_a_number_that_is_taken_is_said(people, visit):
    assert "already a customer" in visit("marketer").send("customers/new/", {"number": "A-1"})


def test_who_may_not_see_contacts_leaves_them_as_they_are(tenant, visit):
    upsert_customers([{"number": "A-1", "email": "hanako@example.jp"}])
    customer = Customer.objects.get()

    visit("marketer").send(f"customers/{customer.pk}/edit/", {"name": "Hanako", "email": "other@example.jp"})

    customer.refresh_from_db()
    assert customer.name == "Hanako"
    assert customer.sealed_email


def test_a_merge_shows_what_moves_before_it_happens(people, visit):
    hanako, ren, _yamada = people
    manager = visit("account_manager")

    chosen = manager.read(f"customers/{hanako.pk}/merge/?q=B-2")
    preview = manager.read(f"customers/{hanako.pk}/merge/{ren.pk}/")
    before = Customer.objects.count()
    done = manager.send(f"customers/{hanako.pk}/merge/{ren.pk}/", {})

    assert f"merge/{ren.pk}/" in chosen
    assert "This cannot be undone" in preview
    assert before == 3
    assert "now part of B-2" in done
    assert Customer.objects.count() == 2


def test_a_customer_cannot_be_merged_with_itself_on_the_page(people, visit):
    answer = visit("account_manager").get(f"customers/{people[0].pk}/merge/{people[0].pk}/")

    assert answer.status_code == 409


def test_fields_are_made_changed_moved_and_archived(tenant, visit):
    marketer = visit("marketer")

    marketer.send(
        "customers/fields/new/", {"name": "Rank", "type": "choice", "choices": "gold\nsilver", "key": "rank"}
    )
    marketer.send("customers/fields/new/", {"name": "Points", "type": "number"})
    rank = CustomerField.objects.get(key="rank")
    marketer.send(f"customers/fields/{rank.pk}/", {"name": "Class", "name_en": "", "choices": "gold"})
    marketer.send(f"customers/fields/{rank.pk}/act/", {"do": "down"})
    order = [field.name for field in CustomerField.objects.in_use()]
    marketer.send(f"customers/fields/{rank.pk}/act/", {"do": "archive"})

    assert order == ["Points", "Class"]
    assert [field.name for field in CustomerField.objects.in_use()] == ["Points"]


def test_a_choice_that_customers_have_stays(tenant, visit):
    rank = make_customer_field("Rank", "choice", key="rank", choices=["gold", "silver"])
    make_customer("A-1", rank="gold")

    page = visit("marketer").send(f"customers/fields/{rank.pk}/", {"name": "Rank", "choices": "silver"})

    assert "has to stay a choice" in page


@pytest.mark.parametrize("key", ["number", "Rank", "1st", "a-b", "x" * 41])
def test_a_key_that_cannot_be_is_refused(tenant, visit, key):
    visit("marketer").send("customers/fields/new/", {"name": "Rank", "type": "text", "key": key})

    assert not CustomerField.objects.exists()


EVERYTHING = "columns=number&columns=name&columns=email&columns=linked&columns=field:rank"


def exported(visit, role: str, query: str) -> bytes:
    return b"".join(visit(role).get(f"customers/export/file/?{query}").streaming_content)


def test_an_export_has_what_was_asked_for_and_is_written_down(tenant, visit):
    make_customer_field("Rank", key="rank")
    upsert_customers(
        [
            {"number": "A-1", "name": "=1+1", "email": "hanako@example.jp", "attributes": {"rank": "gold"}},
            {"number": "A-2", "name": "髙橋 👩"},
        ]
    )

    file = exported(visit, "account_manager", f"encoding=utf-8&{EVERYTHING}")

    assert file.decode("utf-8-sig").splitlines() == [
        "number,name,email,linked,rank",
        "A-1,'=1+1,hanako@example.jp,no,gold",
        "A-2,髙橋 👩,,no,",
    ]
    verbs = list(Activity.objects.filter(verb__startswith="customers.").values_list("verb", flat=True))
    assert sorted(verbs) == ["customers.export_finished", "customers.exported"]


def test_an_export_in_shift_jis_marks_what_it_cannot_write(tenant, visit):
    upsert_customers([{"number": "A-1", "name": "髙橋 👩"}])

    file = exported(visit, "account_manager", "encoding=cp932&columns=name&q=A")

    assert file.decode("cp932").splitlines() == ["name", "髙橋 〓"]


def test_an_export_is_narrowed_as_the_list_was(people, visit):
    file = exported(visit, "account_manager", "encoding=utf-8&columns=number&linked=yes")

    assert file.decode("utf-8-sig").splitlines() == ["number", "A-1"]


def test_customers_of_another_client_are_neither_shown_nor_exported(tenant, other_tenant, visit):
    with tenant_context(other_tenant):
        theirs = make_customer("X-1", name="Hanako")
    manager = visit("account_manager")

    assert names(manager.read("customers/")) == []
    assert manager.get(f"customers/{theirs.pk}/edit/").status_code == 404
    assert manager.post(f"customers/{theirs.pk}/contacts/").status_code == 404
    assert manager.post(f"customers/{theirs.pk}/erase/").status_code == 404
    assert b"X-1" not in exported(visit, "owner", "encoding=utf-8&columns=number")
