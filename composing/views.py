from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.http import Request
from composing import draft, editor


@permission_required("friends.view_friend", raise_exception=True)
@require_POST
def compose(request: Request) -> HttpResponse:
    """The bubbles after a button on the page, and the phone; only the phone while somebody types."""
    template = "composing/composed.html" if "do" in request.POST else "composing/phone.html"
    return render(request, template, editor.context(draft.of_form(request.POST)))
