"""The codes of the shop that a coupon gives out."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import spreadsheets
from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import key, page, words
from accounts.spreadsheets import Sheet
from coupons import codes as store
from coupons import files, warning
from coupons.forms import MakeForm, PasteForm
from coupons.models import Code, Coupon
from coupons.views.pages import get
from imports import services as imports
from imports.forms import UploadForm

MOST_WRITTEN = 200_000  # rows of a file


@permission_required("coupons.view_code", raise_exception=True)
@require_GET
def codes(request: Request, pk: int) -> HttpResponse:
    return _page(request, get(pk), PasteForm())


@permission_required("coupons.change_coupon", raise_exception=True)
@require_POST
def add(request: Request, pk: int) -> HttpResponse:
    """Put in what was pasted."""
    coupon, form = get(pk), PasteForm(request.POST)
    if form.is_valid():
        pasted = form.cleaned_data["codes"]
        try:
            _told(request, len(pasted), store.add(coupon, pasted, by=request.user))
            return redirect("own_coupon_codes", pk)
        except AppError as error:
            form.add_error(None, error.message)
    return _page(request, coupon, form)


@permission_required("coupons.change_coupon", raise_exception=True)
@require_http_methods(["GET", "POST"])
def upload(request: Request, pk: int) -> HttpResponse:
    """A file of codes; its columns are chosen on the pages of imports."""
    coupon = get(pk)
    form = UploadForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        kind, given = imports.kind_named(files.NAME), form.cleaned_data["file"]
        try:
            with files.of_coupon(given, coupon) as rows:
                run = imports.upload(kind, rows, name=given.name, by=request.user)
            return redirect("import_run", run.pk)
        except AppError as error:
            form.add_error("file", error.message)
    return render(request, "coupons/upload.html", {"coupon": coupon, "form": form})


@permission_required("coupons.change_coupon", raise_exception=True)
@require_POST
def make(request: Request, pk: int) -> HttpResponse:
    """Make codes here, for a shop that takes them over."""
    coupon, form = get(pk), MakeForm(request.POST)
    if form.is_valid():
        try:
            count = store.make(coupon, form.cleaned_data["count"], by=request.user)
            messages.success(
                request, _("%(count)s codes were made. Hand them to the shop.") % {"count": f"{count:,}"}
            )
        except AppError as error:
            messages.error(request, error.message)
    else:
        messages.error(request, " ".join(map(str, form.errors["count"])))
    return redirect("own_coupon_codes", pk)


@permission_required("coupons.change_coupon", raise_exception=True)
@require_GET
def file(request: Request, pk: int) -> HttpResponse:
    """The codes that nobody has yet, to enter them in the shop's system."""
    coupon = get(pk)
    rows = Code.objects.free().filter(coupon=coupon).order_by("pk").values_list("code")[:MOST_WRITTEN]
    sheet = Sheet("codes", _("Codes"), [_("Code")], list(rows))
    return spreadsheets.download([sheet], request.GET.get("format", ""), f"coupon-{pk}-codes")


def _page(request: Request, coupon: Coupon, form: PasteForm) -> HttpResponse:
    rows, q = Code.objects.filter(coupon=coupon), words(request.GET.get("q", ""))
    if q:
        rows = rows.filter(code__in=store.spellings(q))
    context = {
        "coupon": coupon,
        "page": page(rows, key(request.GET.get("before", ""))),
        "q": q,
        "form": form,
        "make": MakeForm(),
        "left": store.left(coupon),
        "is_low": warning.is_low(coupon),
    }
    return render(request, "coupons/codes.html", context)


def _told(request: Request, count: int, new: set[str]) -> None:
    if new:
        messages.success(request, _("%(count)s codes were added.") % {"count": f"{len(new):,}"})
    if count > len(new):
        said = _("%(count)s codes were here already, or twice in the list, and were left out.")
        messages.warning(request, said % {"count": f"{count - len(new):,}"})
