"""What is wrong, or doubtful, with a step that sends a notification message."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import current
from billing import months, plans
from scenarios.flow.finding import Finding
from scenarios.flow.steps import Notice
from scenarios.notices import content, templates
from scenarios.notices.content import Kind


def findings(step: Notice, path: str) -> Iterator[Finding]:
    """All of them, of a step that stands at `path`."""
    written = content.of_step(step)
    if not written.body or (written.kind == Kind.TEMPLATE and not written.template_key):
        yield Finding("no_notice", _("The notification message is not written yet."), path)
        return
    for each in content.problems(written):
        yield Finding(each.code, each.text, f"{path}.{each.path}")
    yield from _hints(written, path)


def _hints(written: content.Content, path: str) -> Iterator[Finding]:
    key = written.template_key
    if written.kind == Kind.TEMPLATE and key not in templates.TEMPLATES:
        told = _("Musubi does not know the template “%(key)s”. Compare it with LINE’s own list.")
        yield Finding("notice_template", told % {"key": key}, f"{path}.template_key", stops=False)
    if written.kind == Kind.FLEXIBLE:
        told = _("LINE must have reviewed the design of this message before it may be sent.")
        yield Finding("notice_review", told, f"{path}.messages", stops=False)
    if not has_price():
        told = _("No contract price of notification messages is entered: they are booked at 0 until it is.")
        yield Finding("notice_price", told, path, stops=False)


def has_price() -> bool:
    """Whether notices of the present month have a price."""
    tenant_id = current.tenant().pk
    month = months.month_of(timezone.now(), months.zone_of(tenant_id))
    return plans.notice_price(tenant_id, month) is not None
