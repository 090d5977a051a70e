"""The account manager reports a month to the client."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

from django.utils import timezone
from django_tenants.utils import tenant_context
from pypdf import PdfReader

from accounts import services as accounts
from demo.scene import Scene
from reports import files
from reports.models import Report

# Drafts are the agency's: a key has these rights only where they are named.
SCOPES = [f"reports.{act}_report" for act in ("view", "add", "change", "release")]
COMMENT = "クリック率が伸びました。来月は乾燥ケアに絞ります。"


def last_month_is_reported(scene: Scene) -> None:
    manager = replace(scene, key=accounts.create_api_key(scene.main, name="Reports", scopes=SCOPES)[1])
    with (
        scene.account.step("Last month's report: drafted, commented, reviewed, released"),
        tenant_context(scene.main),
    ):
        month = (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)
        made = manager.api("POST", "reports/", kind="month", month=f"{month:%Y-%m}", language="ja")["id"]
        marketer, page = scene.signed_in("marketer"), scene.page(f"reports/{made}/")
        scene.account.check(marketer.get(page) == 404, "the client does not see the draft")
        manager.api("PUT", f"reports/{made}/comment/", comment=COMMENT)
        manager.api("PUT", f"reports/{made}/review/")
        manager.api("PUT", f"reports/{made}/release/")
        found = Report.objects.get(pk=made)
        paper = PdfReader(BytesIO(files.pdf_of(found, "ja")))
        words = "".join(each.extract_text() for each in paper.pages)
        is_told = COMMENT in words and scene.main.name in words
        scene.account.check(is_told, f"{len(paper.pages)} pages, with the account manager's comment")
        scene.account.check(marketer.get(page) == 200, "released, the client reads it")
