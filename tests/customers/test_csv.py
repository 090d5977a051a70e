"""Customers from a file, through the import of all kinds."""

from datetime import date
from io import BytesIO

import pytest

from customers import contacts, fields
from customers.models import Customer
from imports.engine import Report, import_file
from tests.factories import make_customer, make_customer_field


def imported(*lines: str, encoding: str = "utf-8") -> Report:
    return import_file("customers", BytesIO("\r\n".join(lines).encode(encoding)))


def test_a_file_as_japanese_tools_write_it_comes_in(tenant):
    make_customer_field("会員ランク", "choice", key="rank", choices=["ゴールド", "シルバー"])
    make_customer_field("ポイント", "number", key="points")

    report = imported(
        "会員番号,氏名,生年月日,メールアドレス,電話番号,会員ランク,ポイント",
        'Ａ−００１,山田　花子,平成2年4月1日,Hanako@Example.jp,０９０−１２３４−５６７８,ゴールド,"１,２００"',
        encoding="cp932",
    )

    assert report.refused == []
    customer = Customer.objects.get()
    assert (customer.name, customer.birthday) == ("山田　花子", date(1990, 4, 1))
    assert customer.attributes == {"rank": "ゴールド", "points": 1200}
    assert (contacts.email_of(customer), contacts.phone_of(customer)) == ("hanako@example.jp", "09012345678")


@pytest.mark.parametrize(
    "written",
    ["1990-04-01", "1990/4/1", "1990年4月1日", "１９９０/０４/０１", "平成2年4月1日", "H2.4.1", "19900401"],
)
def test_birthdays_are_read_as_people_write_them(tenant, written):
    imported("number,birthday", f"A-1,{written}")

    assert Customer.objects.get().birthday == date(1990, 4, 1)


def test_counts_tell_new_changed_and_unchanged_apart(tenant):
    make_customer("A-1", name="Hanako", birthday=None)
    make_customer("A-2", name="Ren", birthday=None)

    report = imported("number,name", "A-1,Hanako", "A-2,Ren Sato", "A-3,Aoi")

    assert report.counts == {"created": 1, "updated": 1, "unchanged": 1}


def test_bad_rows_are_refused_with_the_field_and_the_right_form(tenant):
    make_customer_field("Points", "number", key="points")

    report = imported(
        "number,birthday,email,phone,points",
        ",,,,",
        "A-1,yesterday,,,",
        "A-2,,hanako,,",
        "A-3,,,12,",
        "A-4,,,,many",
        "A-5,,,,7",
        "A-5,,,,8",
        f"{'x' * 101},,,,",
    )

    assert report.counts["created"] == 1
    assert [line for line, _reason in report.refused] == [3, 4, 5, 6, 8, 9]
    assert report.refused[0][1] == "Birthday is not a date such as 1990-04-30."
    assert report.refused[3][1] == "Points is not a number of at most 14 digits and 6 decimals."


def test_an_empty_cell_changes_nothing(tenant):
    make_customer("A-1", name="Hanako", rank="gold")
    make_customer_field("Rank", key="rank")

    report = imported("number,name,rank", "A-1,,")

    assert report.counts["unchanged"] == 1
    assert Customer.objects.get().attributes == {"rank": "gold"}


def test_attributes_that_customers_have_already_can_be_columns(tenant):
    make_customer("A-1", shop="Ginza")

    imported("number,shop", "A-1,Shibuya")

    assert Customer.objects.get().attributes == {"shop": "Shibuya"}


def test_only_known_fields_are_taken_where_the_client_says_so(tenant):
    make_customer("A-1", shop="Ginza")
    fields.take_only_known(True)

    imported("number,name,shop", "A-1,Hanako,Shibuya")

    assert Customer.objects.get().attributes == {"shop": "Ginza"}
