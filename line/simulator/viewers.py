"""Whose telephone a page of LINE's is open on: a cookie, set by the phone or by signing in."""

from line.simulator.exchange import Request

PERSON_COOKIE = "line_person"


def viewer(request: Request) -> str:
    """The user id in the cookie; empty for a browser in which nobody is signed in."""
    cookies = (pair.strip().partition("=") for pair in request.headers.get("cookie", "").split(";"))
    return next((value for name, _, value in cookies if name == PERSON_COOKIE), "")


def remember(user_id: str) -> dict[str, str]:
    """The header that signs this browser in."""
    return {"Set-Cookie": f"{PERSON_COOKIE}={user_id}; Path=/; SameSite=Lax"}
