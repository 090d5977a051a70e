"""Campaign parameters of the addresses in messages, by which a shop's statistics know a visit again."""

from urllib.parse import parse_qsl, quote

NAMES = ("source", "medium", "campaign", "content")
LONGEST = 100


def added(url: str, given: dict[str, str]) -> str:
    """A web address with `utm_…` parameters before its fragment; what was there stays byte for byte.

    One that has parameters of this kind already was marked by hand and is left as it is, as is everything
    that is no web address (tel:, line:).
    """
    if not url.lower().startswith(("http://", "https://")):
        return url
    address, mark, fragment = url.partition("#")
    before, _question, query = address.partition("?")
    if any(name.lower().startswith("utm_") for name, _value in parse_qsl(query, keep_blank_values=True)):
        return url
    new = "&".join(f"utm_{name}={quote(given[name], safe='')}" for name in NAMES if given.get(name))
    if not new:
        return url
    query = f"{query}&{new}" if query and not query.endswith("&") else query + new
    return f"{before}?{query}{mark}{fragment}"
