"""What the cosmetics maker's account answers by itself: greetings, keywords, and when the shop is closed."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django_tenants.utils import tenant_context

from autoreplies import matching, services
from autoreplies.models import AutoReply
from demo.scene import Scene
from friends import services as friends
from friends.models import Friend

Trigger, Match, When = AutoReply.Trigger, AutoReply.Match, AutoReply.When
WIFI = "店内Wi-FiのSSIDは「hiyori-guest」です。パスワードはスタッフにお尋ねください。"
TYPED = "ＷＩ－ＦＩ"  # in full width, as a phone's keyboard may give it
RULES: tuple[dict, ...] = (
    {
        "trigger": Trigger.GREETING,
        "name": "はじめてのあいさつ",
        "text": "{{display_name|お客様}}さま、ひより化粧品の友だち追加ありがとうございます。"
        "お肌のお悩みは、このトークからいつでもご相談ください。",
    },
    {
        "trigger": Trigger.RETURN,
        "name": "おかえりなさい",
        "text": "おかえりなさい、{{display_name|お客様}}さま。またお会いできてうれしいです。",
    },
    {
        "name": "営業時間",
        "words": ["営業時間", "何時まで", "定休日"],
        "match": Match.CONTAINS,
        "text": "営業時間は10:00〜20:00です。年末年始はお休みをいただきます。",
    },
    {
        "name": "駐車場",
        "words": ["駐車場", "パーキング"],
        "match": Match.CONTAINS,
        "text": "提携の駐車場が2か所あります。3,000円以上のお買い上げで1時間無料です。",
    },
    {
        "name": "クーポン",
        "words": ["クーポン", "割引"],
        "text": "次回のお買い物で使える10％OFFクーポンです。コード：LINE10",
    },
    {"name": "Wi-Fi", "words": ["Wi-Fi", "ワイファイ"], "match": Match.CONTAINS, "text": WIFI},
    {
        "trigger": Trigger.ANYTHING,
        "name": "営業時間外のお返事",
        "when": When.CLOSED,
        "text": "ただいま営業時間外です。翌営業日に担当者よりお返事いたします。",
    },
)


def set_answers(scene: Scene) -> None:
    with (
        scene.account.step("Greetings, keywords, business hours: what the account answers by itself"),
        tenant_context(scene.main),
    ):
        closed_at = _set_hours(ZoneInfo(scene.main.time_zone))
        for rule in RULES:
            _save(rule)
        scene.account.tell("、".join(rule["name"] for rule in RULES))
        late = matching.rules().for_text("明日は開いていますか？", closed_at)
        scene.account.check(
            late is not None and late.when == When.CLOSED,
            f"who writes on {closed_at:%Y/%m/%d}, a day off, would have 「{late}」",
        )


def someone_asks_for_wifi(scene: Scene) -> None:
    with (
        scene.account.step(f"Somebody writes 「{TYPED}」 in full width"),
        tenant_context(scene.main),
    ):
        friend = Friend.objects.reachable().filter(conversation=None).order_by("pk")[7]
        before = scene.billed()
        scene.line.say(scene.channel_id, friend.line_user_id, TYPED)
        is_answered = scene.has_received(friend, WIFI)
        scene.account.check(
            is_answered and scene.billed() == before,
            f"the keyword Wi-Fi answered {friend} on the phone, free of charge",
        )
        scene.show_phone(friend)


def _save(rule: dict) -> None:
    fields = {name: value for name, value in rule.items() if name != "text"}
    tags = [friends.create_tag("クーポン請求", color="#ca8a04")] if rule["name"] == "クーポン" else None
    messages = [{"type": "text", "text": rule["text"]}]
    services.save_auto_reply(AutoReply(), tags=tags, messages=messages, **fields)


@transaction.atomic
def _set_hours(zone: ZoneInfo) -> datetime:
    """Ten to eight, and in any case while the demo runs; closed at New Year. A moment on such a day."""
    now = timezone.localtime(timezone=zone)
    opens, closes = min(10, now.hour) * 60, max(20, now.hour + 2) * 60 % (24 * 60)
    new_year = date(now.year + 1, 1, 1)
    services.save_hours(
        [(weekday, opens, closes) for weekday in range(7)],
        [new_year + timedelta(days=day) for day in range(-1, 3)],
    )
    return datetime.combine(new_year, time(12), zone)
