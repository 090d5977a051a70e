// The page's own words, in Japanese and English.

const WORDS = {
  simulator: { ja: "シミュレーター", en: "simulator" },
  addPhone: { ja: "電話を追加", en: "Add a phone" },
  closePhone: { ja: "この電話を閉じる", en: "Close this phone" },
  talks: { ja: "トーク", en: "Chats" },
  search: { ja: "名前で検索", en: "Search by name" },
  noChannels: {
    ja: "まだアカウントがありません。チャネルを接続すると、ここに表示されます。",
    en: "No accounts yet. They appear here once a channel is connected.",
  },
  noPeople: { ja: "該当する人がいません。", en: "Nobody by that name." },
  more: { ja: "ほか {n} 人。名前で検索してください。", en: "{n} more. Search by name." },
  back: { ja: "戻る", en: "Back" },
  addFriend: { ja: "友だち追加", en: "Add friend" },
  block: { ja: "ブロック", en: "Block" },
  unblock: { ja: "ブロック解除", en: "Unblock" },
  blocked: { ja: "ブロック中", en: "Blocked" },
  stranger: { ja: "未追加", en: "Not added" },
  strangerNote: { ja: "このアカウントはまだ友だちではありません。", en: "This account is not a friend yet." },
  blockedNote: { ja: "ブロック中のため、メッセージは届きません。", en: "Blocked: messages do not arrive." },
  noMessages: { ja: "メッセージはまだありません。", en: "No messages yet." },
  write: { ja: "メッセージを入力", en: "Enter a message" },
  send: { ja: "送信", en: "Send" },
  image: { ja: "写真", en: "Photo" },
  video: { ja: "動画", en: "Video" },
  audio: { ja: "音声メッセージ", en: "Voice message" },
  sticker: { ja: "スタンプ", en: "Sticker" },
  location: { ja: "位置情報", en: "Location" },
  coupon: { ja: "クーポン", en: "Coupon" },
  file: { ja: "メッセージ", en: "Message" },
  otherLanguage: { ja: "English", en: "日本語" },
  sendPicture: { ja: "写真を送る", en: "Send a photo" },
  opened: { ja: "アプリ内ブラウザで開きました", en: "Opened in the in-app browser" },
  failed: { ja: "できませんでした", en: "That did not work" },
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

const TIME = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Tokyo" };
const DAY = { year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone: "Asia/Tokyo" };

export function clockTime(seconds) {
  return new Date(seconds * 1000).toLocaleTimeString(locale(), TIME);
}

export function day(seconds) {
  return new Date(seconds * 1000).toLocaleDateString(locale(), DAY);
}

/** A message in one line, as the chat list shows it. */
export function inOneLine(message) {
  if (!message) return "";
  if (message.text) return message.text;
  if (message.altText) return message.altText;
  return word(message.type in WORDS ? message.type : "file");
}
