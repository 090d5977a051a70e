// A chat: both sides' messages, quick replies, the line to write in.

import { avatar, make, webAddress } from "/phone/dom.js";
import { messageView, quickReplies } from "/phone/messages.js";
import { clockTime, day, word } from "/phone/words.js";

/** The chat screen of one phone. `line` acts for its person, `back` leaves the chat, `notice` shows a word. */
export class Chat {
  constructor(line, { back, notice }) {
    this.line = line;
    this.back = back;
    this.notice = notice;
    this.seen = "";
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
    this.top = make("div", { class: "chat-top" });
    this.foot = make("div", { class: "chat-foot" });
    this.element = make("section", { class: "screen chat" }, this.top, this.log, this.foot);
  }

  /** Draw again when something has changed since the last time. */
  async refresh() {
    const state = await this.line.chat();
    const news = JSON.stringify([state.items.length, state.items.at(-1)?.id, state.person, state.account]);
    if (news === this.seen) return;
    this.seen = news;
    this.#draw(state);
  }

  redraw() {
    this.seen = "";
    return this.refresh();
  }

  #draw({ account, person, items }) {
    this.top.replaceChildren(...this.#header(account, person));
    this.log.replaceChildren(...this.#items(account, items, person));
    if (!this.foot.contains(document.activeElement)) this.foot.replaceChildren(...this.#footer(person, items));
    else this.foot.querySelector(".quick-replies")?.remove();
    this.log.scrollTop = this.log.scrollHeight;
  }

  #header(account, person) {
    const [label, act] = person.state === "friend" ? ["block", () => this.line.block()] : ["unblock", () => this.line.add()];
    const change = person.state === "stranger" ? null
      : make("button", { type: "button", class: "quiet", text: word(label), on: { click: () => this.#after(act()) } });
    return [
      make("button", { type: "button", class: "back", "aria-label": word("back"), text: "‹", on: { click: this.back } }),
      make("div", { class: "title" }, make("b", { text: account.name }), make("small", { text: person.name })),
      ...[change].filter(Boolean),
    ];
  }

  #items(account, items, person) {
    if (person.state === "stranger" && !items.length) return [this.#introduction(account)];
    if (!items.length) return [make("p", { class: "empty", text: word("noMessages") })];
    return items.flatMap((item, index) => {
      const before = items[index - 1];
      const newDay = !before || day(before.at) !== day(item.at);
      const follows = before && !newDay && before.mine === item.mine && item.at - before.at < 60;
      return [newDay ? make("div", { class: "day", text: day(item.at) }) : null, this.#item(account, item, follows)].filter(Boolean);
    });
  }

  #item(account, item, follows) {
    const view = messageView(item.message, (action) => this.#tap(action, item.id), (url) => this.#open(url, item.id));
    const time = make("time", { text: clockTime(item.at) });
    if (item.mine) return make("div", { class: "item mine" }, time, view);
    const sender = item.message.sender?.name ?? account.name;
    return make("div", { class: `item theirs ${follows ? "follows" : ""}` }, avatar(sender, "small"),
      make("div", { class: "column" }, follows ? null : make("span", { class: "sender", text: sender }),
        make("div", { class: "line" }, view, time)));
  }

  #introduction(account) {
    return make("div", { class: "introduction" }, avatar(account.name, "large"), make("h2", { text: account.name }),
      make("p", { text: account.basicId }), make("p", { class: "soft", text: word("strangerNote") }),
      make("button", { type: "button", class: "add-friend", text: word("addFriend"), on: { click: () => this.#after(this.line.add()) } }));
  }

  #footer(person, items) {
    if (person.state === "blocked") return [make("p", { class: "blocked-note", text: word("blockedNote") })];
    const last = items.at(-1);
    const replies = last && !last.mine ? quickReplies(last.message, (action) => this.#tap(action, last.id)) : null;
    return [replies, this.#composer()].filter(Boolean);
  }

  #composer() {
    const field = make("input", { type: "text", class: "field", "aria-label": word("write"), placeholder: "Aa", autocomplete: "off", maxlength: "5000" });
    const file = make("input", { type: "file", accept: "image/png,image/jpeg", class: "hidden", "aria-label": word("sendPicture") });
    file.addEventListener("change", () => this.#sendPicture(file.files[0]));
    const send = (event) => {
      event.preventDefault();
      const text = field.value.trim();
      field.value = "";
      if (text) this.#after(this.line.say(text));
    };
    return make("form", { class: "composer", on: { submit: send } },
      make("label", { class: "attach", title: word("sendPicture") }, "+", file), field,
      make("button", { type: "submit", class: "send", "aria-label": word("send"), text: "➤" }));
  }

  #sendPicture(file) {
    const reader = new FileReader();
    reader.addEventListener("load", () => this.#after(this.line.sendPicture(reader.result.split(",")[1])));
    reader.readAsDataURL(file);
  }

  #tap(action, messageId) {
    const acts = {
      uri: () => this.#follow(action.uri, messageId),
      message: () => this.#after(this.line.say(action.text)),
      postback: () => this.#after(this.line.postback(action.data, action.displayText ?? action.text)),
      clipboard: () => navigator.clipboard?.writeText(action.clipboardText),
    };
    return acts[action.type] ?? (() => this.notice(action.label ?? action.type));
  }

  #open(url, messageId) {
    return (event) => {
      event.preventDefault();
      this.#follow(url, messageId);
    };
  }

  #follow(url, messageId) {
    if (!webAddress(url)) return this.notice(url);
    this.notice(word("opened"));
    return this.line.open(url, messageId);
  }

  async #after(doing) {
    try {
      await doing;
    } catch {
      this.notice(word("failed"));
    }
    await this.refresh();
  }
}
