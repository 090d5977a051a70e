"""The part of a customer's page that shows whether they agreed."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from accounts.http import Request
from customers.consents.keeping import LENGTH, PAGE, Purpose
from customers.models import Customer

SHOWN = 10


def part(request: Request, pk: int, purpose: Purpose[Any], *, template: str, change: str) -> HttpResponse:
    """What holds now and how that is known; a post says what the person said to the client's people.

    `change` is the permission that a post needs.
    """
    customer = get_object_or_404(Customer, pk=pk)
    if request.method == "POST":
        if not request.user.has_perm(change):
            raise PermissionDenied
        words = {name: request.POST.get(name, "").replace("\0", "")[:LENGTH] for name in purpose.words}
        is_given = request.POST.get("agreed") == "yes"
        purpose.state(customer, is_given=is_given, how=PAGE, by=request.user, **words)
        if not request.htmx:
            return redirect("customer", pk)
    return render(request, template, {"customer": customer, "said": purpose.said_of(customer)[:SHOWN]})
