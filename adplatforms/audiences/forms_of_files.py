"""The columns of a file of hashes, as each platform takes them.

None of them was tried against the platform; the documents are named with each.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from adplatforms.hashing import Hashes
from adplatforms.models import AdAudience

Form, Contacts = AdAudience.Form, AdAudience.Contacts


@dataclass(frozen=True)
class FileForm:
    """`header` names the columns for e-mail and phone; None: there is no header.

    `least` is how many people the platform needs to make an audience of a file, as far as it says so.
    """

    header: tuple[str, str] | None
    least: int
    source: str
    phone: Callable[[Hashes], str] = lambda hashes: hashes.phone


FORMS = {
    Form.META: FileForm(
        ("email", "phone"),
        100,
        "https://www.facebook.com/business/help/2082575038703844",
        phone=lambda hashes: hashes.phone_digits,
    ),
    Form.GOOGLE: FileForm(("Email", "Phone"), 1_000, "https://support.google.com/google-ads/answer/7476159"),
    Form.LINE: FileForm(None, 100, "https://www.linebiz.com/jp/manual/line-ads/tracking_011/"),
    Form.X: FileForm(
        None, 100, "https://business.x.com/en/help/campaign-setup/campaign-targeting/custom-audiences/lists"
    ),
    Form.TIKTOK: FileForm(
        ("Email_SHA256", "Phone_SHA256"),
        1_000,
        "https://ads.tiktok.com/help/article/list-of-supported-ids-and-formats-for-a-customer-file",
    ),
    Form.PLAIN: FileForm(("email_sha256", "phone_sha256"), 0, ""),
}


def of(audience: AdAudience) -> FileForm:
    return FORMS[Form(audience.form)]


def header(audience: AdAudience) -> str:
    """The first line with its end; "" if there is none."""
    names = of(audience).header
    return _line(audience, *names) if names else ""


def lines(audience: AdAudience, people: Iterable[Hashes]) -> list[str]:
    """A line with its end for each of those of whom a contact that was chosen is known."""
    phone = of(audience).phone
    written = (_line(audience, each.email, phone(each)) for each in people)
    return [line for line in written if line.strip(",\n")]


def chosen(audience: AdAudience, hashes: Hashes) -> Hashes:
    """Only those of the contacts that this audience gives out."""
    return Hashes(
        hashes.email if audience.contacts != Contacts.PHONE else "",
        hashes.phone if audience.contacts != Contacts.EMAIL else "",
        hashes.phone_digits if audience.contacts != Contacts.EMAIL else "",
    )


def _line(audience: AdAudience, email: str, phone: str) -> str:
    cells = {Contacts.EMAIL: [email], Contacts.PHONE: [phone]}.get(
        Contacts(audience.contacts), [email, phone]
    )
    return ",".join(cells) + "\n"
