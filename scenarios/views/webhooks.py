"""Pages: webhooks of scenarios, what became of each, and the secret by which they are signed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.errors import AppError
from accounts.http import Request
from accounts.paging import page
from relays import outside
from scenarios.acts import signing
from scenarios.acts import webhooks as sending
from scenarios.models import Errand

STATES = [(state.value, state.label) for state in Errand.State if state not in {"unknown", "superseded"}]


class WebhookFilter(forms.Form):
    state = forms.ChoiceField(
        label=gettext_lazy("State"), required=False, choices=[("", gettext_lazy("All")), *STATES]
    )
    before = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0)


@permission_required("scenarios.view_errand", raise_exception=True)
@require_GET
def webhooks(request: Request) -> HttpResponse:
    """What went or goes to other programs, newest first."""
    form = WebhookFilter(request.GET)
    form.is_valid()
    state = form.cleaned_data.get("state")
    found = Errand.objects.filter(kind=Errand.Kind.WEBHOOK, **({"state": state} if state else {}))
    shown = page(found.select_related("entry__scenario", "entry__friend"), form.cleaned_data.get("before"))
    rows = [(errand, outside.in_words(errand.problem)) for errand in shown.rows]
    context = {"form": form, "page": shown, "rows": rows, "state": state}
    return render(request, "scenarios/webhooks/list.html", context)


@permission_required("scenarios.change_errand", raise_exception=True)
@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    errand = get_object_or_404(Errand, pk=pk, kind=Errand.Kind.WEBHOOK)
    try:
        sending.send_again(errand, by=request.user)
        messages.success(request, _("It is being sent again."))
    except AppError as error:
        messages.error(request, error.message)
    return redirect("scenario_webhooks")


@permission_required("scenarios.view_webhooksecret", raise_exception=True)
@never_cache
@require_GET
def secret(request: Request) -> HttpResponse:
    """The secret itself, for whoever builds the receiver."""
    return render(request, "scenarios/webhooks/secret.html", {"secret": signing.secret()})


@permission_required("scenarios.change_webhooksecret", raise_exception=True)
@never_cache
@require_http_methods(["GET", "POST"])
def renew(request: Request) -> HttpResponse:
    """Asks first: receivers need the new one within a day."""
    if request.method == "POST":
        signing.renew(by=request.user)
        messages.success(request, _("There is a new secret. The former one is good for one more day."))
        return redirect("scenario_webhook_secret")
    return render(request, "scenarios/webhooks/renew.html")
