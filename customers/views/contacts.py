"""E-mail and phone of a customer, shown when asked for; who asked is written down."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from accounts import activity
from accounts.http import Request
from customers import contacts
from customers.models import Customer


@permission_required("customers.view_contact", raise_exception=True)
@require_POST
def show(request: Request, pk: int) -> HttpResponse:
    customer = get_object_or_404(Customer, pk=pk)
    contacts.open_all([customer])
    activity.record("customer.contacts_seen", customer, by=request.user)
    template = "customers/contacts.html" if request.htmx else "customers/contacts_page.html"
    return render(request, template, {"customer": customer, "is_open": True})
