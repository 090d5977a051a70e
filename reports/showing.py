"""A report as sections of blocks, in one language: what pages, PDF and Excel draw."""

from collections.abc import Iterator
from datetime import date

from django.utils import translation
from django.utils.translation import gettext as _

from reports import catalogue, sentences
from reports.blocks import MONEY, TIMES, Block, Paragraphs, Section, Tile, Tiles
from reports.models import Kind, Report
from reports.sections.told import ORDERS, REVENUE, Told, label
from reports.writing import Hand, number


def told(report: Report) -> Told:
    about = report.figures["about"]
    hand = Hand(about["currency"], about["time_zone"])
    return Told(hand, report.figures, report.kind, report.first, report.last)


def sections(report: Report, language: str) -> list[Section]:
    """Those that are on and have anything to say, in the report's order."""
    with translation.override(language):
        return list(_sections(report))


def _sections(report: Report) -> Iterator[Section]:
    known = told(report)
    for code, is_on in catalogue.chosen(report.kind, report.sections):
        if is_on and (found := _section(report, code, known)):
            yield found


def _section(report: Report, code: str, known: Told) -> Section | None:
    part = catalogue.PARTS[code]
    if code == catalogue.SUMMARY:
        said: list[Block] = [Paragraphs(summary(report)), *_uncounted(report), Tiles(figures(known))]
        return Section(code, str(part.title), said)
    if code == catalogue.COMMENT:
        texts = paragraphs(report.comment)
        return Section(code, str(part.title), [Paragraphs(texts)]) if texts else None
    data = known.data(part.reads or code)
    return part.show(data, known) if part.show and data else None


def _uncounted(report: Report) -> Iterator[Paragraphs]:
    """That some of its days are still to be counted, such as while the month goes on."""
    until = date.fromisoformat(report.figures["about"]["counted_until"])
    if until < report.last:
        said = {"day": f"{until:%Y/%m/%d}"}
        yield Paragraphs([_("Days after %(day)s were not counted yet.") % said], is_quiet=True)


def summary(report: Report) -> list[str]:
    """As somebody wrote it, else the sentences that follow from the figures, in the active language."""
    return paragraphs(report.summary) or sentences.of(told(report))


def summary_in(report: Report, language: str) -> list[str]:
    with translation.override(language):
        return summary(report)


def figures(known: Told) -> list[Tile]:
    """The large figures of the first page: how many, at what price, with what return."""
    friends, cost, orders = (known.data(code) for code in ("friends", "cost", "orders"))
    found = [
        Tile(label("friends"), number((friends.get("now") or {}).get("friends"))),
        Tile(label("messages"), cost.get("messages")),
        Tile(str(ORDERS), number(orders.get("orders"))),
        Tile(str(REVENUE), number(orders.get("revenue")), MONEY),
        Tile(known.cost, number(cost.get("total")), MONEY),
        Tile(_("ROAS"), number(orders.get("roas")), TIMES),
    ]
    return [tile for tile in found if tile.value is not None]


def paragraphs(text: str) -> list[str]:
    return [line for part in text.splitlines() if (line := part.strip())]


def title(report: Report) -> str:
    """In the active language."""
    if report.kind == Kind.MONTH:
        month = {"year": report.first.year, "month": f"{report.first.month:02}"}
        return _("Monthly report %(year)s/%(month)s") % month
    if report.kind == Kind.CAMPAIGN:
        return _("Campaign report: %(name)s") % {"name": report.name}
    return _("Send report: %(name)s") % {"name": report.name}


def file_name(report: Report, language: str, ending: str) -> str:
    """Without what a client typed: it goes through mail servers and file systems."""
    what = {
        Kind.MONTH: f"{report.first:%Y-%m}",
        Kind.CAMPAIGN: f"campaign-{report.campaign_id}",
        Kind.SEND: f"send-{report.broadcast_id}",
    }[Kind(report.kind)]
    return f"report-{what}-v{report.version}-{language}.{ending}"
