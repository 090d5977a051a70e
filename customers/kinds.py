"""Customers from a file."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping

from django.db import connection
from django.utils.translation import gettext_lazy as _

from customers import contacts, days, numbers, services
from customers.models import CustomerField
from customers.rows import Reader, read_number
from friends import faults
from friends import kinds as types
from imports.kinds import Column, Kind, Row, Unfit, Written

FIELD, ATTRIBUTE = "field:", "attribute:"
SEEN = """
SELECT DISTINCT jsonb_object_keys(attributes)
FROM (SELECT attributes FROM customers_customer ORDER BY id DESC LIMIT 1000) AS newest
WHERE jsonb_typeof(attributes) = 'object'"""


class CustomersKind(Kind):
    name = "customers"
    label = _("Customers")
    help = _(
        "One row for each customer, known by the customer number. Cells that are empty change nothing."
        " To bring in a column of your own, make a field for it first."
    )
    permission = "customers.import_customer"
    outcomes = (("created", _("New customers")), ("updated", _("Changed")), ("unchanged", _("As before")))

    def columns(self) -> list[Column]:
        fields = list(CustomerField.objects.in_use())
        return [
            *OWN,
            *(Column(FIELD + field.key, field.label, known_as=_names(field)) for field in fields),
            *(Column(ATTRIBUTE + key, key) for key in _seen() if key not in {field.key for field in fields}),
        ]

    def read(self, cells: Mapping[str, str]) -> Row:
        return self.reader()(cells)

    def reader(self) -> Callable[[Mapping[str, str]], Row]:
        reader = Reader.present()
        return lambda cells: _read(cells, reader)

    def key(self, row: Row) -> str:
        return row["number"]

    def known(self, keys: Iterable[str]) -> set[str]:
        """Those of the numbers that are customers."""
        return set(numbers.find(keys))

    def write(self, rows: list[tuple[int, Row]]) -> Written:
        report = services.upsert_customers(row for _line, row in rows)
        refused = [(rows[index][0], reason) for index, reason in report.errors]
        unchanged = len(rows) - report.created - report.updated - len(refused)
        counts = {"created": report.created, "updated": report.updated, "unchanged": unchanged}
        return Written(counts, refused)


# In files about customers who are known already.
CUSTOMER = Column(
    "customer",
    _("Customer number"),
    is_required=True,
    known_as=("会員番号", "会員ID", "顧客ID", "顧客番号", "customer_id", "customer number", "member id"),
    help=_("Of a customer who is here already: import customers first."),
    example="A-100",
)
OWN = [
    Column(
        "number",
        _("Customer number"),
        is_required=True,
        known_as=(
            "会員番号",
            "会員ID",
            "顧客ID",
            "顧客コード",
            "会員コード",
            "customer_id",
            "customer number",
            "id",
        ),
        help=_("As your books have it; it says which customer is meant."),
    ),
    Column("name", _("Name"), known_as=("氏名", "お名前", "顧客名", "会員名", "full name")),
    Column(
        "birthday",
        _("Birthday"),
        known_as=("生年月日", "誕生日", "birth date", "date of birth", "dob"),
        help=_("1990-04-01, 1990/4/1, 1990年4月1日 or 平成2年4月1日"),
    ),
    Column(
        "email",
        _("E-mail"),
        known_as=("メール", "メールアドレス", "eメール", "mail", "email address"),
        help=_("Kept encrypted; shown only to those who may see it."),
    ),
    Column(
        "phone",
        _("Phone number"),
        known_as=("電話番号", "電話", "携帯番号", "携帯電話", "tel", "phone number", "mobile"),
        help=_("Kept encrypted; shown only to those who may see it."),
    ),
]


def _read(cells: Mapping[str, str], reader: Reader) -> Row:
    """What the row says; what it says is read again when it is written, so it is checked here only."""
    row: Row = {"number": read_number(unicodedata.normalize("NFKC", cells.get("number", "")))}
    if name := cells.get("name"):
        row["name"] = name
    if birthday := cells.get("birthday"):
        row["birthday"] = _day(birthday)
    if email := cells.get("email"):
        row["email"] = contacts.plain_email(email)
    if phone := cells.get("phone"):
        row["phone"] = contacts.plain_phone(phone)
    if attributes := _attributes(cells, reader):
        row["attributes"] = attributes
    reader.read(row)
    return row


def _attributes(cells: Mapping[str, str], reader: Reader) -> dict[str, object]:
    found: dict[str, object] = {}
    for column, cell in cells.items():
        kind, marker, key = column.partition(":")
        if marker and cell:
            found[key] = reader.value(key, cell) if kind + marker == FIELD else cell
    return found


def _day(written: str) -> str:
    """An ISO date. Raises Unfit."""
    try:
        [day] = types.of(BIRTHDAY).values(days.western(written), BIRTHDAY)
    except types.Unfit as error:
        raise Unfit(faults.words(error.code, str(OWN[2].label)), "birthday") from error
    return day.isoformat()


BIRTHDAY = CustomerField(key="birthday", type=CustomerField.Type.DATE)


def _names(field: CustomerField) -> list[str]:
    return [field.key, field.name, *([field.name_en] if field.name_en else [])]


def _seen() -> list[str]:
    """Attributes that the newest customers have; those of all would mean to read them all."""
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return sorted(key for (key,) in cursor.fetchall())
