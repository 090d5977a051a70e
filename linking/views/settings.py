"""How friends link, on the dashboard: proofs, the shop's pages, and what is to be set up at LINE."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.http import Request
from channels.models import Channel
from linking import contract, inside, login, signed, ways
from linking.forms_settings import WaysForm
from linking.models import LinkSettings
from routes.signing_in import liff_endpoint


@permission_required("linking.change_linksettings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def link_settings(request: Request) -> HttpResponse:
    row = LinkSettings.present()
    form = WaysForm(request.POST or None, initial=WaysForm.of(row))
    if form.is_valid():
        ways.save(**form.wanted(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("link_settings")
    channel = Channel.objects.filter(tenant=request.tenant.pk).first()
    context = {
        "form": form,
        "settings": row,
        "channel": channel,
        "secret": signed.secret(row),
        "callback": login.redirect_uri(),
        "liff_endpoint": liff_endpoint(),
        "addresses": _addresses(channel),
    }
    return render(request, "linking/settings.html", context)


@permission_required("linking.change_linksettings", raise_exception=True)
@require_POST
def rotate_secret(request: Request) -> HttpResponse:
    """A new signing secret; the old one lives for another day."""
    signed.rotate(by=request.user)
    messages.success(request, _("There is a new secret. The former one is accepted for another day."))
    return redirect("link_settings")


def _addresses(channel: Channel | None) -> list[tuple[str, str]]:
    """Where linking begins, by what the address does."""
    found = [(_("LINE Login, such as on the sign-up page"), contract.address("login/signup/"))]
    if channel and channel.liff_id:
        found += [
            (_("Linking inside LINE, such as from the rich menu"), inside.address("link", entry="menu")),
            (_("One's own link inside LINE"), inside.address("me")),
        ]
    return found
