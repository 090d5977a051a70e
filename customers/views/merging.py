"""Making two customers one: choose the other, look at what moves, confirm."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page, words
from customers import merging, search
from customers.errors import SameCustomer
from customers.models import Customer
from customers.views.people import may_see_contacts

MOST = 20


@permission_required("customers.merge_customer", raise_exception=True)
@require_GET
def choose(request: Request, pk: int) -> HttpResponse:
    """Look for the customer that stays."""
    gone = get_object_or_404(Customer, pk=pk)
    text = words(request.GET.get("q", ""), 200)
    found = []
    if text:
        matching = search.matching(text, may_see_contacts=may_see_contacts(request))
        found = page(matching.exclude(pk=gone.pk).filter(erased_at=None), None, size=MOST).rows
    context = {"gone": gone, "found": found, "q": text}
    is_part = request.htmx and not request.htmx.boosted
    return render(request, "customers/merge_found.html" if is_part else "customers/merge.html", context)


@permission_required("customers.merge_customer", raise_exception=True)
@require_http_methods(["GET", "POST"])
def confirm(request: Request, pk: int, into: int) -> HttpResponse:
    """What moves and what wins; then it is done."""
    gone, kept = get_object_or_404(Customer, pk=pk), get_object_or_404(Customer, pk=into)
    problem = ""
    if request.method == "POST":
        try:
            merging.merge(kept, gone, by=request.user)
            said = _("Customer %(gone)s is now part of %(number)s.")
            messages.success(request, said % {"gone": gone.number, "number": kept.number})
            return redirect("customer", kept.pk)
        except AppError as error:
            problem = error.message
    elif gone.pk == kept.pk:
        problem = SameCustomer().message
    context = {"gone": gone, "into": kept, "moves": merging.preview(gone), "problem": problem}
    return render(request, "customers/merge_confirm.html", context, status=409 if problem else 200)
