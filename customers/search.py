"""Finding customers for the list: by number, name, e-mail or phone, whatever is written."""

from django.db import connection
from django.db.models import F, FilteredRelation, Func, Q, QuerySet, TextField

from customers import contacts, numbers
from customers.models import Customer

FOLDED = Func("name", function="friends_folded", output_field=TextField())


def with_links(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    """Each with `active_link`, and the friend's number as `friend_number`."""
    return customers.annotate(
        active_link=FilteredRelation("links", condition=Q(links__unlinked_at=None)),
        friend_number=F("active_link__friend"),
    )


def matching(text: str, *, may_see_contacts: bool) -> QuerySet[Customer]:
    """Customers whose number or name begins so, or whose e-mail or phone is exactly this.

    Contacts are looked up only for who may see them: finding somebody by them would tell.
    """
    text = text.strip().replace("\0", "")
    if not text:
        return Customer.objects.all()
    if "@" in text:
        found = contacts.find_by_email(text) if may_see_contacts else []
        return Customer.objects.filter(pk__in=[each.pk for each in found])
    others = set(numbers.find([text]).values())
    if may_see_contacts:
        others |= {each.pk for each in contacts.find_by_phone(text)}
    return _beginning_with(text, others)


def _beginning_with(text: str, others: set[int]) -> QuerySet[Customer]:
    """Width, case, hiragana or katakana and spaces in names make no difference."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT friends_folded(%s)", [text])
        [folded] = cursor.fetchone()
    return Customer.objects.annotate(folded=FOLDED).filter(
        Q(number__startswith=text) | Q(folded__startswith=folded) | Q(pk__in=others)
    )
