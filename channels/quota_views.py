"""Asking LINE at once about the month's messages; the page that shows them is billing's."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.errors import AppError
from accounts.http import Request
from channels import month_counts


@permission_required("billing.view_ledgerentry", raise_exception=True)
@require_POST
def ask(request: Request) -> HttpResponse:
    """Ask LINE now, and come back to the quota."""
    try:
        month_counts.ask_now(request.tenant)
        messages.success(
            request, _("LINE has answered. Days that it has counted meanwhile follow in a moment.")
        )
    except AppError as refusal:
        messages.warning(request, refusal.message)
    return redirect("cost_quota")
