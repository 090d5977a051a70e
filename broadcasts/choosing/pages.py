"""What the pages of an A/B test show."""

from collections.abc import Sequence
from dataclasses import dataclass

from broadcasts.choosing import figures, variants
from broadcasts.choosing.figures import Figure, Metric
from broadcasts.models import Broadcast, Variant
from composing import phone
from composing.phone import Shown

DECIDABLE = Broadcast.Status.TESTING


@dataclass(frozen=True)
class Text:
    """One text as a page shows it; the figures are there once it was sent."""

    variant: Variant
    shown: Shown
    figure: Figure | None = None
    rates: Sequence[tuple[str, str, str]] = ()  # of each metric: its name, the rate, what it may really be
    is_ahead: bool = False


def context(broadcast: Broadcast) -> dict:
    """For `broadcasts/choosing/split_test.html`; nothing if there is no A/B test."""
    test = variants.test_of(broadcast)
    if test is None:
        return {"broadcast": broadcast, "test": None}
    found = figures.of(broadcast, asks_line=False) if broadcast.started_at else []
    ahead = figures.best(found, test.metric)
    return {
        "broadcast": broadcast,
        "test": test,
        "texts": texts(broadcast, found, ahead),
        "certainty": figures.certainty(found, test.metric),
        "is_waiting": broadcast.status == DECIDABLE,
    }


def texts(broadcast: Broadcast, found: Sequence[Figure] = (), ahead: Figure | None = None) -> list[Text]:
    """All its texts in order, with their figures as far as there are any."""
    known = {figure.variant.pk: figure for figure in found}
    return [
        _text(variant, known.get(variant.pk), is_ahead=ahead is not None and ahead.variant.pk == variant.pk)
        for variant in broadcast.variants.all()
    ]


def _text(variant: Variant, figure: Figure | None, *, is_ahead: bool) -> Text:
    said = variant.messages if figure else variant.written
    rates = [_rate(figure, metric) for metric in Metric] if figure else []
    return Text(variant, phone.shown(said), figure, rates, is_ahead)


def _rate(figure: Figure, metric: Metric) -> tuple[str, str, str]:
    rate, spread = figure.rate(metric), figure.range(metric)
    of_95 = f"{spread[0]:.1%}–{spread[1]:.1%}" if spread else ""  # noqa: RUF001  (a range)
    return str(metric.label), "–" if rate is None else f"{rate:.1%}", of_95  # noqa: RUF001
