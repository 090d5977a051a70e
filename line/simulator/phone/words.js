// The page's own words, in Japanese and English.

const WORDS = {
  simulator: { ja: "シミュレーター", en: "simulator" },
  addPhone: { ja: "電話を追加", en: "Add a phone" },
  closePhone: { ja: "この電話を閉じる", en: "Close this phone" },
  tooManyPhones: { ja: "電話は{n}台までです。", en: "At most {n} phones." },
  otherLanguage: { ja: "English", en: "日本語" },

  talks: { ja: "トーク", en: "Chats" },
  search: { ja: "名前で検索", en: "Search by name" },
  noChannels: {
    ja: "まだアカウントがありません。チャネルを接続すると、ここに表示されます。",
    en: "No accounts yet. They appear here once a channel is connected.",
  },
  noPeople: { ja: "まだ誰もいません。「＋」で人を追加できます。", en: "Nobody here yet. Add somebody with “+”." },
  nobodyFound: { ja: "該当する人がいません。", en: "Nobody by that name." },
  newPerson: { ja: "人を追加", en: "Add a person" },
  personName: { ja: "名前", en: "Name" },
  today: { ja: "今日", en: "Today" },
  yesterday: { ja: "昨日", en: "Yesterday" },

  back: { ja: "戻る", en: "Back" },
  menu: { ja: "メニュー", en: "Menu" },
  addFriend: { ja: "友だち追加", en: "Add friend" },
  block: { ja: "ブロック", en: "Block" },
  unblock: { ja: "ブロック解除", en: "Unblock" },
  blocked: { ja: "ブロック中", en: "Blocked" },
  stranger: { ja: "未追加", en: "Not added" },
  strangerNote: { ja: "このアカウントはまだ友だちではありません。", en: "This account is not a friend yet." },
  blockedNote: { ja: "ブロック中のため、メッセージは届きません。", en: "Blocked: messages do not arrive." },
  noMessages: { ja: "メッセージはまだありません。", en: "No messages yet." },
  older: { ja: "以前のメッセージを表示", en: "Show earlier messages" },
  newest: { ja: "新しいメッセージ", en: "New messages" },
  read: { ja: "既読", en: "Read" },
  unsentMine: { ja: "メッセージの送信を取り消しました", en: "You unsent a message." },
  isWriting: { ja: "入力中", en: "Writing" },

  write: { ja: "メッセージを入力", en: "Enter a message" },
  send: { ja: "送信", en: "Send" },
  attach: { ja: "写真・位置情報などを送る", en: "Send a photo, a place, …" },
  sendPicture: { ja: "写真を送る", en: "Send a photo" },
  camera: { ja: "カメラ", en: "Camera" },
  album: { ja: "写真・動画", en: "Photos and videos" },
  files: { ja: "ファイル", en: "File" },
  keyboard: { ja: "キーボードを開く", en: "Open the keyboard" },
  showMenu: { ja: "メニューに戻る", en: "Back to the menu" },
  voiceInput: { ja: "音声入力が開きます", en: "Voice input opens" },

  more: { ja: "このメッセージのメニュー", en: "Menu of this message" },
  reply: { ja: "リプライ", en: "Reply" },
  copy: { ja: "コピー", en: "Copy" },
  unsend: { ja: "送信取消", en: "Unsend" },
  unsendNote: {
    ja: "相手のトークからも消え、元に戻せません。",
    en: "It disappears for the account too, and cannot be brought back.",
  },
  preview: { ja: "通知の見え方", en: "Show as notification" },
  cancel: { ja: "キャンセル", en: "Cancel" },
  copied: { ja: "コピーしました", en: "Copied" },
  copyFailed: { ja: "コピーできませんでした: {text}", en: "Could not copy: {text}" },
  replyTo: { ja: "{name}に返信", en: "Reply to {name}" },
  quoted: { ja: "メッセージ", en: "Message" },

  image: { ja: "写真", en: "Photo" },
  video: { ja: "動画", en: "Video" },
  play: { ja: "再生", en: "Play" },
  download: { ja: "保存", en: "Save" },
  openLink: { ja: "リンクを開く", en: "Open the link" },
  sticker: { ja: "スタンプ", en: "Sticker" },
  location: { ja: "位置情報", en: "Location" },
  coupon: { ja: "クーポン", en: "Coupon" },
  showCoupon: { ja: "クーポンを見る", en: "Show the coupon" },
  validUntil: { ja: "{at} まで", en: "Until {at}" },
  lineEmoji: { ja: "LINE絵文字", en: "LINE emoji" },
  everyone: { ja: "All", en: "All" },
  somebody: { ja: "メンバー", en: "member" },

  place: { ja: "場所の名前", en: "Name of the place" },
  address: { ja: "住所", en: "Address" },
  latitude: { ja: "緯度", en: "Latitude" },
  longitude: { ja: "経度", en: "Longitude" },
  sendPlace: { ja: "この位置を送信", en: "Send this place" },
  choose: { ja: "選択", en: "Choose" },
  date: { ja: "日付を選択", en: "Choose a date" },
  time: { ja: "時刻を選択", en: "Choose a time" },
  datetime: { ja: "日時を選択", en: "Choose date and time" },
  phoneCall: { ja: "{number} に電話をかけます", en: "Calls {number}" },
  notOpened: { ja: "開けないリンクです: {url}", en: "This cannot be opened: {url}" },
  opened: { ja: "新しいタブで開きました", en: "Opened in a new tab" },
  failed: { ja: "できませんでした: {why}", en: "That did not work: {why}" },
  tooLarge: { ja: "{mb} MBまで送れます。", en: "At most {mb} MB can be sent." },

  lastImage: { ja: "画像を送信しました", en: "sent a photo." },
  lastVideo: { ja: "動画を送信しました", en: "sent a video." },
  lastAudio: { ja: "音声メッセージを送信しました", en: "sent a voice message." },
  lastFile: { ja: "ファイルを送信しました", en: "sent a file." },
  lastSticker: { ja: "スタンプを送信しました", en: "sent a sticker." },
  lastLocation: { ja: "位置情報を送信しました", en: "sent a location." },
  lastCoupon: { ja: "クーポンを送信しました", en: "sent a coupon." },
  lastOther: { ja: "メッセージを送信しました", en: "sent a message." },
};

let language = localStorage.getItem("language") ?? "ja";

export function word(key, values = {}) {
  return WORDS[key][language].replace(/{(\w+)}/g, (_, name) => values[name]);
}

export function locale() {
  return language === "ja" ? "ja-JP" : "en-GB";
}

export function switchLanguage() {
  language = language === "ja" ? "en" : "ja";
  localStorage.setItem("language", language);
}

/** Put the words into the page's fixed parts. */
export function translatePage() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word]")) {
    element.textContent = word(element.dataset.word);
  }
  const other = document.getElementById("language");
  other.textContent = word("otherLanguage");
  other.lang = language === "ja" ? "en" : "ja";
}
