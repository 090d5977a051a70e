"""What was said in the cosmetics maker's chats of late. All of it is invented.

A talk begins with its state, how long ago it began, and who takes care of it (- for nobody). Then, line by
line: `>` the friend, `<` the client's people, `#` a note among them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

PICTURE, STICKER = "［写真］", "［スタンプ］"
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SCRIPT = f"""
done 6d marketer
> 定期便のお届け日を変更できますか？
< はい、マイページの「定期便」からご変更いただけます。
> できました。ありがとうございます！
> {STICKER}

done 5d marketer
> 敏感肌でも化粧水は使えますか
< アルコールフリーですのでお使いいただけます。はじめは腕の内側でお試しください。
> 試してみます

done 5d manager
> 領収書の宛名を変更したいです
< 承知しました。会社名をお知らせください。
> 有限会社ことり工房でお願いします
# 経理に依頼済み。再発行は翌営業日。
< 再発行いたしました。メールをご確認ください。

done 4d marketer
> ポンプが固くて押せません
> {PICTURE}
< お写真ありがとうございます。交換品を本日お送りします。
# ロット2026-09の不具合。製造に連絡した。
> 助かります

done 4d marketer
> リップバームの色は何色ありますか
< 無色・桜色・柿色の3色です。

done 4d -
> まちがえました

done 3d marketer
> 誕生月の特典はいつ届きますか？
< 誕生月の1日にこのトークへお送りします。

done 3d manager
> 引っ越しました。住所変更はどこからできますか
< マイページの「お客様情報」からお願いいたします。
> ありがとうございます

done 3d marketer
> クレンジングオイルはマツエクでも大丈夫？
< はい、マツエクをされている方もお使いいただけます。
> {STICKER}

done 2d marketer
> 昨日届いた箱がつぶれていました
> {PICTURE}
< 申し訳ございません。中身に問題はございませんか？
> 中身は大丈夫でした
< 安心いたしました。お詫びにサンプルを同封いたします。
# 運送会社に報告。次回サンプル3包を同封。

done 2d marketer
> 美容液と化粧水、どちらを先につけますか
< 化粧水のあとに美容液をお使いください。

done 2d -
> {STICKER}

in_progress 2d marketer
> 肌荒れしてしまいました。使うのをやめたほうがいいですか
< ご心配をおかけしております。いったんご使用をお控えください。お使いの品はどちらでしょうか？
> うるおい化粧水です。3日目です
# 品質管理の佐野さんに相談中。今日中に電話する。

in_progress 30h marketer
> まとめ買いの割引はありますか？10本ほど考えています
< ありがとうございます。お見積りをお作りします。お届け先はご自宅でよろしいでしょうか？
> 職場にお願いします

in_progress 27h manager
> 取材のご相談です。広報のご担当者さまはいらっしゃいますか
# 広報に転送した。返事待ち。
< ご連絡ありがとうございます。担当者より折り返しご連絡いたします。

in_progress 25h marketer
> ギフトラッピングの見本を見せてもらえますか
< もちろんです。赤と紺の2種類がございます。
> 紺がいいです！

in_progress 22h marketer
> 注文したのに確認メールが来ません
< お調べします。ご注文のお名前をお願いいたします。
> 渡辺です

in_progress 8h manager
> 法人で契約できますか
# 営業へ。見込み大。

unread 6h -
> うるおい化粧水の詰め替え用はありますか？

unread 5h marketer
> 先日のクレンジング、とてもよかったです
> {PICTURE}

unread 4h -
> 銀座店は予約できますか
> 土曜の午後がいいです

unread 3h -
> 定期便を一度お休みしたいです

unread 2h marketer
> 紺のラッピング、メッセージカードもつけられますか？

unread 50m -
> この色、店頭にありますか？
> {PICTURE}

unread 20m -
> {STICKER}
> 新色たのしみにしています！
"""
SAVED = {
    "お礼": "{name}さま、ご連絡ありがとうございます。",
    "住所変更": "{name}さま、住所のご変更はマイページの「お客様情報」からお願いいたします。",
    "営業時間": "営業時間は10:00〜20:00です。時間外にいただいたご連絡は翌営業日にお返事いたします。",
    "確認中": "お調べしますので、少々お待ちください。",
}


@dataclass(frozen=True)
class Talk:
    """`lines` are pairs of a mark and what was said."""

    state: str
    ago: timedelta
    assignee: str
    lines: tuple[tuple[str, str], ...]


def talks() -> list[Talk]:
    """Oldest first."""
    return sorted(_read(), key=lambda talk: -talk.ago)


def _read() -> Iterator[Talk]:
    for part in SCRIPT.strip().split("\n\n"):
        head, *lines = part.splitlines()
        state, ago, assignee = head.split()
        said = tuple((line[0], line[2:]) for line in lines)
        yield Talk(state, int(ago[:-1]) * UNITS[ago[-1]], assignee.strip("-"), said)
