"""The list of customers, and the page of one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import activity
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from customers import erasing, rows, search, services
from customers import life as lives
from customers.forms import CustomerFilter, CustomerForm
from customers.models import Customer


def may_see_contacts(request: Request) -> bool:
    return request.user.has_perm("customers.view_contact")


@permission_required("customers.view_customer", raise_exception=True)
@require_GET
def customers(request: Request) -> HttpResponse:
    form = CustomerFilter(request.GET, may_see_contacts=may_see_contacts(request))
    found = page(form.customers(), form.cleaned_data.get("before"))
    template = "customers/rows.html" if request.htmx and not request.htmx.boosted else "customers/list.html"
    return render(request, template, {"form": form, "page": found})


@permission_required("customers.view_customer", raise_exception=True)
@require_GET
def customer(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(search.with_links(Customer.objects.all()), pk=pk)
    facts, others = rows.said(found)
    context = {"customer": found, "facts": facts, "others": others}
    context |= {"aliases": found.aliases.all(), "part": lives.part(found)}
    return render(request, "customers/profile.html", context)


@permission_required("customers.view_customer", raise_exception=True)
@require_GET
def life(request: Request, pk: int) -> HttpResponse:
    """An older part of the timeline."""
    found = get_object_or_404(Customer, pk=pk)
    part = lives.part(found, request.GET.get("before", ""))
    return render(request, "customers/life.html", {"customer": found, "part": part})


@permission_required("customers.add_customer", raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    return _written(request, None)


@permission_required("customers.change_customer", raise_exception=True)
@require_http_methods(["GET", "POST"])
def edit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Customer, pk=pk)
    if request.method == "GET" and may_see_contacts(request):
        activity.record("customer.contacts_seen", found, by=request.user)
    return _written(request, found)


@permission_required("customers.erase_customer", raise_exception=True)
@require_http_methods(["GET", "POST"])
def erase(request: Request, pk: int) -> HttpResponse:
    """What would be emptied and what stays; then it is done."""
    found = get_object_or_404(Customer, pk=pk)
    if request.method == "POST":
        erasing.erase(found, by=request.user)
        messages.success(request, _("The personal data of customer %(number)s is erased.") % _number(found))
        return redirect("customer", found.pk)
    return render(request, "customers/erase.html", {"customer": found})


@permission_required("customers.erase_customer", raise_exception=True)
@require_POST
def readmit(request: Request, pk: int) -> HttpResponse:
    found = get_object_or_404(Customer, pk=pk)
    try:
        erasing.readmit(found, by=request.user)
        said = _("Customer %(number)s takes data in again.")
        messages.success(request, said % _number(found))
    except AppError as error:
        messages.warning(request, error.message)
    return redirect("customer", found.pk)


def _written(request: Request, customer: Customer | None) -> HttpResponse:
    form = CustomerForm(request.POST or None, customer=customer, may_see_contacts=may_see_contacts(request))
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_customer(form.row(), by=request.user, is_new=customer is None)
            messages.success(request, _("Saved."))
            return redirect("customer", saved.pk)
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "customers/edit.html", {"form": form, "customer": customer})


def _number(customer: Customer) -> dict[str, str]:
    return {"number": customer.number}
