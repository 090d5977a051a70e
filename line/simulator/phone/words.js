// The page's own words, in Japanese and English.

const WORDS = {
  ja: {
    simulator: "シミュレーター", addPhone: "電話を追加", closePhone: "この電話を閉じる", talks: "トーク",
    search: "名前で検索", noChannels: "まだアカウントがありません。チャネルを接続すると、ここに表示されます。",
    noPeople: "該当する人がいません。", more: "ほか {n} 人。名前で検索してください。", back: "戻る", addFriend: "友だち追加",
    block: "ブロック", unblock: "ブロック解除", blocked: "ブロック中", stranger: "未追加", menu: "メニュー",
    strangerNote: "このアカウントはまだ友だちではありません。", blockedNote: "ブロック中のため、メッセージは届きません。",
    noMessages: "メッセージはまだありません。", write: "メッセージを入力", send: "送信", image: "写真", video: "動画",
    audio: "音声メッセージ", sticker: "スタンプ", location: "位置情報", coupon: "クーポン", file: "メッセージ",
    otherLanguage: "English", sendPicture: "写真を送る", opened: "アプリ内ブラウザで開きました", account: "アカウント",
    failed: "できませんでした", today: "今日", received: "{name}からメッセージ",
  },
  en: {
    simulator: "simulator", addPhone: "Add a phone", closePhone: "Close this phone", talks: "Chats",
    search: "Search by name", noChannels: "No accounts yet. They appear here once a channel is connected.",
    noPeople: "Nobody by that name.", more: "{n} more. Search by name.", back: "Back", addFriend: "Add friend",
    block: "Block", unblock: "Unblock", blocked: "Blocked", stranger: "Not added", menu: "Menu",
    strangerNote: "This account is not a friend yet.", blockedNote: "Blocked: messages do not arrive.",
    noMessages: "No messages yet.", write: "Enter a message", send: "Send", image: "Photo", video: "Video",
    audio: "Voice message", sticker: "Sticker", location: "Location", coupon: "Coupon", file: "Message",
    otherLanguage: "日本語", sendPicture: "Send a photo", opened: "Opened in the in-app browser", account: "Account",
    failed: "That did not work", today: "Today", received: "Message from {name}",
  },
};

let language = localStorage.getItem("language") ?? "ja";

export function word(key, values = {}) {
  return WORDS[language][key].replace(/{(\w+)}/g, (_, name) => values[name]);
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
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = word(element.dataset.word);
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
  return word(message.type in WORDS.ja ? message.type : "file");
}
