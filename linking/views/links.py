"""Links on the dashboard: how many are linked, the table, one link, linking and unlinking by hand."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from customers import rows as customer_rows
from customers.models import Customer
from friends.models import Friend
from linking import entries, pairs, staff, unlinking
from linking.models import Link, LinkDuty
from linking.pairs import Pair
from linking.staff_forms import ByHandForm, LinkFilter

SEE, MAKE, END = "linking.view_link", "linking.add_link", "linking.delete_link"


@permission_required(SEE, raise_exception=True)
@require_GET
def id_links(request: Request) -> HttpResponse:
    form = LinkFilter(request.GET)
    found = page(form.links(), form.cleaned_data.get("before"))
    is_part = request.htmx and not request.htmx.boosted
    template = "linking/dashboard/rows.html" if is_part else "linking/dashboard/list.html"
    return render(request, template, {"form": form, "page": found, "tab": "id_links"})


@permission_required(SEE, raise_exception=True)
@require_GET
def rate(request: Request) -> HttpResponse:
    """How many are linked at present, fetched by the page: counting takes a moment."""
    return render(request, "linking/dashboard/rate.html", {"rate": staff.rate()})


@permission_required(SEE, raise_exception=True)
@require_GET
def id_link(request: Request, pk: int) -> HttpResponse:
    link = get_object_or_404(Link.objects.select_related("friend", "customer"), pk=pk)
    others = staff.others(link)
    context = {
        "link": link,
        "others": others,
        "people": staff.people([link, *others]),
        "entry_names": entries.names(),
        "duties": LinkDuty.objects.filter(link=link),
        "tab": "id_links",
    }
    return render(request, "linking/dashboard/link.html", context)


@permission_required(END, raise_exception=True)
@require_http_methods(["GET", "POST"])
def end(request: Request, pk: int) -> HttpResponse:
    link = get_object_or_404(Link.objects.select_related("friend", "customer"), pk=pk)
    if request.method == "POST":
        try:
            unlinking.unlink(link, how=Link.Ended.BY_STAFF, by=request.user)
            messages.success(request, _("The link has ended. It stays in the history."))
        except AppError as error:
            messages.error(request, error.message)
        return redirect(link)
    return render(request, "linking/dashboard/end.html", {"link": link})


@permission_required(MAKE, raise_exception=True)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Link by hand. What it contradicts is shown first, for those who may decide to confirm."""
    asked = {name: request.GET.get(name, "") for name in ("friend", "customer")}
    form = ByHandForm(request.POST or None, initial=asked)
    rivals: list[Link] = []
    may_replace = request.user.has_perm("linking.change_linkconflict")
    if form.is_valid():
        friend, number = form.cleaned_data["friend"], form.cleaned_data["customer"]
        rivals = staff.rivals(friend, number)
        if not rivals or (form.cleaned_data["replace"] and may_replace):
            pair = Pair(number, friend=friend.pk)
            [result] = pairs.link_pairs(
                [pair],
                method=Link.Method.STAFF,
                by=request.user,
                replace=bool(rivals),
                reason=form.cleaned_data["reason"],
            )
            if result.link_id:
                return redirect("id_link", result.link_id)
            form.add_error(None, result.reason)
    context = {"form": form, "rivals": rivals, "may_replace": may_replace, "tab": "id_links"}
    return render(request, "linking/dashboard/new.html", context)


@permission_required(SEE, raise_exception=True)
@require_GET
def of_customer(request: Request, pk: int) -> HttpResponse:
    """The links of a customer, for their page."""
    customer = get_object_or_404(Customer, pk=pk)
    links = Link.objects.filter(customer=customer).select_related("friend", "customer")
    return render(request, "linking/dashboard/of_customer.html", {"customer": customer, "links": links})


@permission_required(SEE, raise_exception=True)
@require_GET
def of_friend(request: Request, pk: int) -> HttpResponse:
    """The links of a friend, for their profile."""
    friend = get_object_or_404(Friend, pk=pk)
    links = list(Link.objects.filter(friend=friend).select_related("friend", "customer"))
    active = next((link for link in links if link.unlinked_at is None), None)
    facts, others = customer_rows.said(active.customer) if active else ([], [])
    context = {
        "friend": friend,
        "active": active,
        "facts": [(label, value) for label, value in [*facts, *others] if value is not None],
        "past": [link for link in links if link.unlinked_at],
    }
    return render(request, "linking/dashboard/of_friend.html", context)
