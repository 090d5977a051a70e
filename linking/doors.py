"""Doors of pages that know whose they are (`friends/personal.py`), for whoever has no address of their own.

A door can be printed or stand in a menu. Inside LINE, LIFF tells who somebody is, and leads on to their page.
"""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render

from accounts.paging import key
from friends import personal
from linking import inside
from linking.errors import NoDoor

PAGE = "open"  # the page's name below the LIFF address


def lead(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """Open the page inside LINE; where there is no LIFF app, say that the message leads there."""
    address = inside.address(PAGE, kind=kind, number=str(number))
    if address:
        return redirect(address)
    return render(request, "linking/ended.html", {"message": NoDoor().message}, status=404)


def opened(request: HttpRequest) -> HttpResponse:
    """Where to go on, for whom LINE has confirmed. Raises what `inside.person_of` raises, and NoDoor."""
    kind, number = request.GET.get("kind", ""), key(request.GET.get("number", ""))
    if not personal.is_kind(kind) or not number or number >= personal.MOST:
        raise NoDoor
    friend = inside.person_of(request.POST.get("id_token", ""))
    return JsonResponse({"next": personal.address(kind, number, friend)})
