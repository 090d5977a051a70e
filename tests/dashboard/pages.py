"""Reading pages as a browser does."""

from html.parser import HTMLParser


def fields_of(page: str) -> dict[str, str]:
    """What the fields of a page would send as they stand."""
    fields = _Fields()
    fields.feed(page)
    return fields.found


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.open = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        given = dict(attrs)
        if tag == "input" and "name" in given:
            self.found[given["name"]] = given.get("value") or ""
        elif tag in ("select", "textarea") and "name" in given:
            self.open = given["name"]
            self.found[self.open] = ""
        elif tag == "option" and self.open and "selected" in given:
            self.found[self.open] = given.get("value") or ""

    def handle_data(self, data: str) -> None:
        if self.open and self.get_starttag_text().startswith("<textarea"):
            self.found[self.open] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("select", "textarea"):
            self.open = ""
