"""Commands on the definitions of customers' fields. Values are attributes, read by customers/rows.py."""

from django.db import IntegrityError, transaction
from django.db.models import Max, QuerySet
from django.utils import timezone

from accounts import activity
from accounts.models import User
from customers.errors import ChoiceInUse
from customers.models import Customer, CustomerField, CustomerSettings
from friends.errors import BadKey, FieldExists, TooManyFields
from friends.fields import MOST_FIELDS, clean_choices, is_key

Type = CustomerField.Type
# What columns of a file are called already, or may be in a later version.
RESERVED = {"id", "number", "name", "birthday", "email", "phone", "as_of", "attributes", "line_user_id"}


@transaction.atomic
def create_field(
    name: str,
    type_: str,
    *,
    key: str = "",
    name_en: str = "",
    choices: list[str] | None = None,
    description: str = "",
    by: User | None = None,
) -> CustomerField:
    """A new field, at the end of the list. Without a key it gets one, such as field_3.

    Values that customers have under its key already stay as they are until they are written again. Raises
    BadKey, BadChoices, FieldExists, TooManyFields.
    """
    if CustomerField.objects.count() >= MOST_FIELDS:
        raise TooManyFields(most=MOST_FIELDS)
    last = CustomerField.objects.aggregate(last=Max("position"), highest=Max("pk"))
    field = CustomerField(
        key=key or f"field_{(last['highest'] or 0) + 1}",
        name=name.strip(),
        name_en=name_en.strip(),
        type=type_,
        choices=clean_choices(type_, choices or []),
        description=description.strip(),
        position=(last["last"] or 0) + 1,
    )
    if not is_key(field.key) or field.key in RESERVED:
        raise BadKey
    _save(field)
    activity.record("customer_field.created", field, by=by, name=field.name, type=type_)
    return field


@transaction.atomic
def change_field(
    field: CustomerField,
    *,
    name: str,
    name_en: str = "",
    choices: list[str] | None = None,
    description: str = "",
    by: User | None = None,
) -> CustomerField:
    """Give a field other names, description or choices; its key and type stay.

    Raises FieldExists, BadChoices, ChoiceInUse for a choice left out that customers have.
    """
    field = CustomerField.objects.select_for_update().get(pk=field.pk)
    field.name, field.name_en, field.description = name.strip(), name_en.strip(), description.strip()
    if choices is not None:
        choices = clean_choices(field.type, choices)
        for gone in set(field.choices) - set(choices):
            if holders(field, gone).exists():
                raise ChoiceInUse(choice=gone)
        field.choices = choices
    _save(field)
    activity.record("customer_field.changed", field, by=by, name=field.name)
    return field


@transaction.atomic
def archive_field(field: CustomerField, *, by: User | None = None) -> None:
    """Take a field out of use. Its values are kept, and new ones are no longer checked."""
    CustomerField.objects.filter(pk=field.pk).update(archived_at=timezone.now())
    activity.record("customer_field.archived", field, by=by, name=field.name)


@transaction.atomic
def restore_field(field: CustomerField, *, by: User | None = None) -> None:
    CustomerField.objects.filter(pk=field.pk).update(archived_at=None)
    activity.record("customer_field.restored", field, by=by, name=field.name)


@transaction.atomic
def move_field(field: CustomerField, *, up: bool, by: User | None = None) -> None:
    """Change places with the field in use before or after it; at the end of the list nothing happens."""
    fields = list(CustomerField.objects.select_for_update().in_use())
    order = [each.pk for each in fields]
    if field.pk not in order:
        return
    place = order.index(field.pk)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(fields):
        return
    fields[place], fields[other] = fields[other], fields[place]
    for position, each in enumerate(fields, 1):
        each.position = position
    CustomerField.objects.bulk_update(fields, ["position"])
    activity.record("customer_field.moved", field, by=by)


@transaction.atomic
def take_only_known(only: bool, *, by: User | None = None) -> None:
    """Whether rows with attributes that are no field are refused."""
    settings = CustomerSettings.present()
    settings.only_known_fields = only
    settings.save()
    activity.record("customer_settings.changed", settings, by=by, only_known_fields=only)


def holders(field: CustomerField, value: str) -> QuerySet[Customer]:
    """Customers with this value of the field."""
    return Customer.objects.filter(attributes__contains={field.key: value})


def _save(field: CustomerField) -> None:
    try:
        with transaction.atomic():
            field.save()
    except IntegrityError as error:
        raise FieldExists(name=field.name, key=field.key) from error
