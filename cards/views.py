"""Setting up the membership card."""

from datetime import date

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts import current
from accounts.http import Request
from cards import faces, public, services
from cards.forms import FIELDS, CardForm
from cards.models import CardSettings
from customers.models import Customer
from linking import inside

NUMBERS = {"ean13": "4901234567894", "nw7": "1234567890", "code39": "A1234567"}
NUMBER = "1234-5678"


@permission_required("cards.view_cardsettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def card(request: Request) -> HttpResponse:
    """Whoever may look sees how the card looks; changing it is a right of its own."""
    may_change = request.user.has_perm("cards.change_cardsettings")
    settings = CardSettings.present()
    settings.colour = settings.colour or current.tenant().color
    given = request.POST if request.method == "POST" and may_change else None
    form = CardForm(given, instance=settings)
    if given is not None and form.is_valid():
        services.change_settings(**form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("card")
    context = {
        "form": form,
        "settings": settings,
        "may_change": may_change,
        "face": _example(CardSettings.present()),
        "address": public.address(),
        "is_ready": bool(inside.address(public.PAGE)),
    }
    return render(request, "cards/settings.html", context)


@permission_required("cards.change_cardsettings", raise_exception=True)
@require_POST
def preview(request: Request) -> HttpResponse:
    """The card as the form has it at this moment; as it is kept, while something there is not valid."""
    form = CardForm(request.POST, instance=CardSettings.present())
    shown = form.instance if form.is_valid() else CardSettings.present()
    return render(request, "cards/face.html", {"face": _example(shown)})


def _example(settings: CardSettings) -> faces.Face:
    """A customer who does not exist, with whatever the card would show."""
    points, rank, expiry = (getattr(settings, name) for name in FIELDS)
    customer = Customer(
        number=NUMBERS.get(settings.symbol, NUMBER),
        name=_("Hanako Yamada"),
        attributes={points: 1_250, rank: _("Gold"), expiry: date(2027, 3, 31).isoformat()},
        updated_at=timezone.now(),
    )
    customer.attributes.pop("", None)
    return faces.of(customer, settings)
