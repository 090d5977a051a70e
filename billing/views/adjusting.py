"""An adjustment of the ledger: asked for, shown with what it changes, and booked."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.errors import AppError
from accounts.http import Request
from billing import adjusting
from billing.forms import AdjustmentForm


@permission_required("billing.adjust_ledgerentry", raise_exception=True)
@require_http_methods(["GET", "POST"])
def adjust(request: Request) -> HttpResponse:
    """First what it changes, then, once confirmed, the entry. A form sent twice is booked once."""
    if request.method == "GET":
        month = timezone.localdate()
        form = AdjustmentForm(initial={"month": f"{month:%Y-%m}"} | request.GET.dict() | {"key": uuid4()})
        return render(request, "billing/adjust.html", {"form": form})
    form = AdjustmentForm(request.POST)
    context: dict[str, object] = {"form": form}
    if form.is_valid() and "change" not in request.POST:
        asked = form.cleaned_data
        try:
            if "confirm" in request.POST:
                entry = adjusting.adjust(request.tenant.pk, by=request.user, **asked)
                messages.success(request, _("The adjustment is in the ledger."))
                return redirect(f"{reverse('ledger_entries')}?month={entry.month:%Y-%m}")
            context["preview"] = adjusting.preview(
                request.tenant.pk, asked["messages"], month=asked["month"], owner=asked["owner"]
            )
            context["month"] = asked["month"]
            context["key"] = uuid4()  # of what is shown now: whoever goes back and changes it books another
        except AppError as error:
            form.add_error(None, error.message)
    return render(request, "billing/adjust.html", context)
