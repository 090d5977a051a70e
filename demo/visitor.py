"""A person at a browser, as far as the demo needs one: cookies, forms, links."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from http.client import HTTPMessage
from http.cookiejar import CookieJar

BROWSER = "Mozilla/5.0 (X11; Linux x64) Musubi's demo"


class _Stay(urllib.request.HTTPRedirectHandler):
    """Does not follow redirects: the demo looks at where they lead."""

    def redirect_request(self, *_: object) -> None:
        return None


class Visitor:
    """Keeps cookies, sends the CSRF token of the page it looks at."""

    def __init__(self, agent: str = BROWSER) -> None:
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()), _Stay())
        self._opener.addheaders = [("User-Agent", agent), ("Accept-Language", "ja")]
        self.page = ""
        self.headers = HTTPMessage()

    def get(self, url: str) -> int:
        return self._open(urllib.request.Request(url))  # noqa: S310  (addresses of this demo)

    def post(self, url: str, **fields: str) -> int:
        """Fill in the form of the page last seen; hidden fields are sent along."""
        data = urllib.parse.urlencode({**self._hidden(), **fields}).encode()
        return self._open(urllib.request.Request(url, data=data, headers={"Referer": url}))  # noqa: S310

    @property
    def location(self) -> str:
        return self.headers["Location"] or ""

    def sign_in(self, base_url: str, email: str, password: str) -> bool:
        url = f"{base_url}/sign-in/login/"
        self.get(url)
        return self.post(url, login=email, password=password) == 302

    def _hidden(self) -> dict[str, str]:
        fields = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", self.page)
        found = (
            {name: html.unescape(value) for name, value in re.findall(r'(name|value)="([^"]*)"', field)}
            for field in fields
        )
        return {each["name"]: each.get("value", "") for each in found if "name" in each}

    def _open(self, request: urllib.request.Request) -> int:
        try:
            answer = self._opener.open(request, timeout=20)
        except urllib.error.HTTPError as refusal:
            answer = refusal
        with answer:
            self.page, self.headers = answer.read().decode("utf-8", "replace"), answer.headers
            return answer.status or answer.code
