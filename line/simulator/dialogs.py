"""The words and the HTML of LINE's own pages, at phone width, Japanese first."""

_PAGE = """<!doctype html><html lang="ja"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>LINE</title>
<link rel="stylesheet" href="/phone/dialog.css"><link rel="stylesheet" href="/dialog/login.css">
<main>{}</main></html>"""

CONSENT = _PAGE.format("""
<h1>{app}</h1>
<p><b>{person}</b> さんの次の情報へのアクセスを許可しますか？</p>
<ul class="rights">{rights}</ul>
<form method="post"><input type="hidden" name="shown" value="consent">{option}
<button name="decision" value="agree">許可する</button>
<button class="quiet" name="decision" value="decline">キャンセル</button></form>
<p class="small">許可はLINEの設定からいつでも取り消せます。<br>
Allow this app to know you? You can take it back at any time.</p>""")

OPTION = """<label class="option"><input type="checkbox" name="friend" value="yes"{checked}>
<span><b>{account}</b><br>{word}する</span></label>"""

IS_FRIEND = '<p class="option"><span><b>{account}</b><br>友だち追加済み</span></p>'

ADD_FRIEND = _PAGE.format("""
<h1>{account}</h1>
<p>LINE公式アカウントを{word}しますか？</p>
<form method="post"><input type="hidden" name="decision" value="agree">
<button name="friend" value="yes">{word}する</button>
<button class="quiet" name="friend" value="no">今はしない</button></form>
<p class="small">Add this LINE Official Account as a friend?</p>""")

ALREADY_FRIEND = _PAGE.format("""
<h1>{account}</h1>
<p>このLINE公式アカウントは友だち追加済みです。</p>
<form method="post"><input type="hidden" name="decision" value="agree">
<button name="friend" value="no">次へ</button></form>
<p class="small">You have already added this account.</p>""")

SIGN_IN = _PAGE.format("""
<h1>LINEにログイン</h1>
<p>どなたとしてログインしますか？</p>
<form method="get" class="search" role="search">{fields}
<input type="search" name="search_name" value="{search}" aria-label="名前で探す"
placeholder="名前で探す"></form>
<form method="post" class="people">{people}</form>
<p class="small">On this machine there are no passwords: choose who you are.</p>""")

HIDDEN = '<input type="hidden" name="{name}" value="{value}">'
PERSON = '<button class="person" name="person" value="{user_id}">{name}</button>'
NOBODY = "<p>まだ誰もいません。 / Nobody here yet.</p>"

BAD_REQUEST = _PAGE.format("""
<h1>400 Bad Request</h1><p>{reason}</p>
<p class="note">このページを開いたサイトの設定に誤りがあります。サイトの運営者にお問い合わせください。</p>
<p class="small">The site that sent you here asked for something LINE does not allow.</p>""")

CLOSED = _PAGE.format("""
<h1>閉じました</h1><p>このタブを閉じて、トークに戻ってください。</p>
<p class="small">Close this tab and return to the chat.</p>""")
