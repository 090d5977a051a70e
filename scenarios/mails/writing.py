"""The mail as it leaves: plain text, the same as simple HTML, who sends it, and how to be rid of it."""

import re
from collections.abc import Callable
from email.utils import formataddr, parseaddr
from html import escape

import orjson
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from accounts import current
from broadcasts.tracking import utm
from composing.content import URL, Template
from scenarios.flow.steps import Send
from scenarios.mails import tokens
from scenarios.models import MailSend, MailSettings, Version
from scenarios.texts import links

BY_MAIL = {"source": "mail", "medium": "mail"}
MOST_LINKS = 200  # behind them addresses are left as they are


def filled(step: Send, values: str) -> tuple[str, str]:
    """Subject and text as one person gets them; with the same values they are the same."""
    mail = orjson.loads(Template(orjson.dumps(step.mail)).fill(values))
    return " ".join(mail["subject"].split()), mail["text"]


def link(step: Send, version: Version, values: str, place: int) -> str | None:
    """Where the link at this place of a person's text leads, from 0, with campaign parameters if the step has
    any; None: there is no such link.
    """
    _subject, text = filled(step, values)
    found = URL.findall(text)
    if not 0 <= place < len(found):
        return None
    given = links.parameters(step, version)
    return utm.added(found[place], given | BY_MAIL if given else {})


def message(send: MailSend, step: Send, *, to: str, sender: MailSettings) -> EmailMultiAlternatives:
    """One mail to one address. Answers and complaints go to the client, not to us."""
    subject, text = filled(step, send.values)
    leaving = tokens.unsubscribing(send.pk)
    facts = {"client": current.tenant(), "sender": sender, "leaving": leaving, "is_test": send.is_test}
    with translation.override(_language(send)):
        plain = render_to_string("scenarios/mails/mail.txt", {**facts, "text": _tracked(text, send.pk)})
        html = render_to_string("scenarios/mails/mail.html", {**facts, "text": _as_html(text, send.pk)})
        subject = _("[Test] %(subject)s") % {"subject": subject} if send.is_test else subject
    mail = EmailMultiAlternatives(
        subject,
        plain,
        formataddr((sender.sender_name, sender.sender_address or _own_address())),
        [to],
        reply_to=[sender.reply_to] if sender.reply_to else None,
        headers={
            "List-Unsubscribe": f"<{leaving}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _tracked(text: str, send: int) -> str:
    return URL.sub(_numbered(lambda place, url: tokens.tracked(send, place)), text)


def _as_html(text: str, send: int) -> str:
    """Paragraphs, line breaks and links; all else that was written is shown as it was written."""
    kept: list[str] = []

    def anchor(place: int, url: str) -> str:
        kept.append(f'<a href="{escape(tokens.tracked(send, place))}">{escape(url)}</a>')
        return f"\0{len(kept) - 1}\0"

    marked = escape(URL.sub(_numbered(anchor), text))
    paragraphs = [paragraph.replace("\n", "<br>") for paragraph in re.split(r"\n{2,}", marked.strip())]
    html = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return mark_safe(re.sub(r"\0(\d+)\0", lambda found: kept[int(found[1])], html))  # noqa: S308  (escaped)


def _numbered(made: Callable[[int, str], str]) -> Callable[[re.Match[str]], str]:
    places = iter(range(MOST_LINKS))

    def instead(found: re.Match[str]) -> str:
        place = next(places, None)
        return found[0] if place is None else made(place, found[0])

    return instead


def _own_address() -> str:
    _name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return address


def _language(send: MailSend) -> str:
    """That of what we add to the text: of the friend, if LINE has told it."""
    spoken = send.entry.friend.language if send.entry.friend else ""
    return "en" if spoken.startswith("en") else "ja"
