"""Programs that open links to show, to index or to watch them, told from people."""

import re
from functools import lru_cache

from django.http import HttpRequest

# Their names end in words that no browser's has; Cubot makes phones. LINE's own preview is line-poker.
MACHINE = re.compile(
    r"(?<!cu)bot(\b|_)|crawl|spider|slurp|line-poker|facebookexternalhit|facebookcatalog|meta-external|embedly"
    r"|preview|whatsapp/|skypeuri|vkshare|mediapartners|lighthouse|pingdom|uptime|monitor|scanner|safelinks"
    r"|^(curl|wget|python|go-http|java|okhttp|axios|node|ruby|php|libwww|apache-httpclient)",
    re.IGNORECASE,
)
# Where a browser says that it fetches a page ahead, or for a preview of it; the older names still come.
PURPOSES = ("Sec-Purpose", "Purpose", "X-Purpose", "X-Moz")
AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)


def is_behind(request: HttpRequest) -> bool:
    """Whether a program, and no person, asks for a page."""
    purpose = "".join(request.headers.get(name, "") for name in PURPOSES)
    return is_machine(request.method or "", request.headers.get("User-Agent", ""), purpose)


def is_machine(method: str, agent: str, purpose: str = "") -> bool:
    """Whether no person opens this: a HEAD, a program by its name or without one, a page fetched ahead.

    `purpose` is what stands in the headers of PURPOSES.
    """
    return method == "HEAD" or _is_program(agent) or bool(purpose and AHEAD.search(purpose))


@lru_cache(maxsize=4_096)
def _is_program(agent: str) -> bool:
    return not agent or bool(MACHINE.search(agent))
