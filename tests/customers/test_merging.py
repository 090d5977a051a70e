"""Two records of one person become one; the old number finds what is left."""

from datetime import UTC, date, datetime
from threading import Thread

import pytest
from django.db import connection
from django_tenants.utils import tenant_context

from customers import contacts, merging, numbers
from customers.errors import CustomerErased, NoSuchCustomer, SameCustomer
from customers.models import Customer, CustomerAlias
from customers.services import upsert_customers
from events import timeline
from events.models import Event
from tests.factories import make_customer, make_friend, make_link

NOVEMBER = datetime(2026, 11, 1, tzinfo=UTC)


def bought(customer: Customer) -> None:
    timeline.record([timeline.NewEvent("bought", NOVEMBER, customer_id=customer.pk)])


def test_what_stays_wins_and_its_gaps_are_filled(tenant):
    into = make_customer("A", name="Hanako", birthday=None, rank="gold")
    gone = make_customer("B", name="花子", birthday=date(1990, 4, 1), rank="silver", shop="Ginza")

    merged = merging.merge(into, gone)

    assert (merged.number, merged.name, merged.birthday) == ("A", "Hanako", date(1990, 4, 1))
    assert merged.attributes == {"rank": "gold", "shop": "Ginza"}
    assert list(Customer.objects.values_list("number", flat=True)) == ["A"]


def test_contacts_are_sealed_anew_for_the_one_that_stays(tenant):
    upsert_customers([{"number": "A"}, {"number": "B", "email": "b@example.jp", "phone": "0312345678"}])
    into, gone = Customer.objects.get(number="A"), Customer.objects.get(number="B")

    merged = merging.merge(into, gone)

    assert contacts.email_of(merged) == "b@example.jp"
    assert contacts.find_by_phone("03-1234-5678") == [merged]


def test_events_and_links_move(tenant):
    into, gone, friend = make_customer("A"), make_customer("B"), make_friend("aoi")
    make_link(friend, gone)
    bought(gone)

    merging.merge(into, gone)

    assert Event.objects.get(type="bought").customer_id == into.pk
    assert [link.friend for link in into.links.active()] == [friend]


def test_late_news_by_the_old_number_reaches_who_is_left(tenant):
    into, gone = make_customer("A", name="Hanako"), make_customer("B")
    merging.merge(into, gone)

    report = upsert_customers([{"number": "B", "attributes": {"points": 5}}])

    assert (report.created, report.updated) == (0, 1)
    assert Customer.objects.get().attributes == {"points": 5}
    assert numbers.find(["A", "B", "C"]) == {"A": into.pk, "B": into.pk}


def test_both_numbers_in_one_batch_are_not_two_rows_of_one_customer(tenant):
    merging.merge(make_customer("A"), make_customer("B"))

    report = upsert_customers([{"number": "B", "name": "old"}, {"number": "A", "name": "new"}])

    assert report.errors == [(0, "This customer number stands in an earlier row.")]
    assert Customer.objects.get().name == "new"


def test_merging_again_changes_nothing(tenant):
    into, gone = make_customer("A"), make_customer("B")
    merging.merge(into, gone)

    merging.merge(into, gone)

    assert CustomerAlias.objects.count() == 1


def test_a_chain_of_merges_leads_to_the_last(tenant):
    first, second, third = make_customer("A"), make_customer("B"), make_customer("C")
    merging.merge(second, first)
    merging.merge(third, second)

    assert numbers.find(["A", "B"]) == {"A": third.pk, "B": third.pk}


def test_a_customer_is_not_merged_with_itself_nor_with_one_that_is_gone(tenant):
    into, gone, other = make_customer("A"), make_customer("B"), make_customer("C")
    merging.merge(into, gone)

    with pytest.raises(SameCustomer):
        merging.merge(into, into)
    with pytest.raises(NoSuchCustomer):
        merging.merge(other, gone)


def test_an_erased_customer_takes_nothing_over(tenant):
    into = make_customer("A")
    Customer.objects.filter(pk=into.pk).update(erased_at=NOVEMBER)

    with pytest.raises(CustomerErased):
        merging.merge(into, make_customer("B"))


def test_what_was_still_written_for_the_old_row_is_moved_soon_after(tenant):
    into, gone = make_customer("A"), make_customer("B")
    former = Customer(pk=gone.pk)
    merging.merge(into, gone)
    bought(former)

    merging.settle()

    assert Event.objects.get(type="bought").customer_id == into.pk


def test_upserts_and_merges_at_once_leave_one_customer_and_no_deadlock(own_tenant):
    with tenant_context(own_tenant):
        keep, gone = make_customer("keep"), make_customer("gone")
    rows = [{"number": number, "attributes": {"n": 1}} for number in ["gone", "keep", *map(str, range(200))]]
    batches = [rows, rows[::-1], rows[50:], rows[::2]]
    failures: list[Exception] = []

    def run(work) -> None:
        try:
            with tenant_context(own_tenant):
                work()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    works = [lambda batch=batch: upsert_customers(batch) for batch in batches]
    threads = [Thread(target=run, args=[work]) for work in [*works, lambda: merging.merge(keep, gone)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with tenant_context(own_tenant):
        assert failures == []
        assert Customer.objects.count() == 201
        assert numbers.find(["gone"]) == {"gone": keep.pk}
