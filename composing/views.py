from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from accounts.errors import AppError
from accounts.http import Request
from composing import draft, editor


@permission_required("friends.view_friend", raise_exception=True)
@require_POST
def compose(request: Request) -> HttpResponse:
    """The bubbles after a button on the page, and the phone; only the phone while somebody types."""
    if "do" not in request.POST:
        return render(request, "composing/phone.html", editor.context(draft.of_form(request.POST)))
    asked = request.POST.get("offers", "")
    try:
        context = editor.context(draft.of_form(request.POST), asked=asked)
    except AppError as error:
        as_it_was = request.POST.dict() | {"do": "show"}
        context = editor.context(draft.of_form(as_it_was), asked=asked) | {"problem": error.message}
    return render(request, "composing/composed.html", context)
