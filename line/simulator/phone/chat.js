// A chat: both sides' messages, quick replies, the line to write in.

import { avatar, box, button, make, webAddress } from "/phone/dom.js";
import { messageView, quickReplies } from "/phone/messages.js";
import { clockTime, day, word } from "/phone/words.js";

/** One phone's chat. `line` acts for its person, `back` leaves the chat, `notice` shows a word. */
export class Chat {
  constructor(line, { back, notice }) {
    this.line = line;
    this.back = back;
    this.notice = notice;
    this.seen = "";
    this.top = box("chat-top");
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" });
    this.replies = box("replies");
    this.foot = box("chat-foot");
    const parts = [this.top, this.log, this.replies, this.foot];
    this.element = make("section", { class: "screen chat" }, ...parts);
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
    this.foot.replaceChildren();
    return this.refresh();
  }

  #draw({ account, person, items }) {
    this.top.replaceChildren(...this.#header(account, person));
    this.log.replaceChildren(...this.#content(account, person, items));
    this.replies.replaceChildren(...this.#quickReplies(person, items));
    this.#drawFoot(person.state === "blocked");
    this.log.scrollTop = this.log.scrollHeight;
  }

  /** The composer stays as it is while somebody writes in it. */
  #drawFoot(isBlocked) {
    const kind = isBlocked ? "blocked" : "open";
    if (this.foot.childElementCount && this.foot.dataset.kind === kind) return;
    this.foot.dataset.kind = kind;
    const note = make("p", { class: "blocked-note", text: word("blockedNote") });
    this.foot.replaceChildren(isBlocked ? note : this.#composer());
  }

  #header(account, person) {
    const name = make("b", { text: account.name });
    const whose = make("small", { text: person.name });
    const change = this.#change(person.state);
    const back = button("back", "‹", this.back, { "aria-label": word("back") });
    return [back, box("title", name, whose), ...(change ? [change] : [])];
  }

  #change(state) {
    const changes = {
      friend: () => button("quiet", word("block"), () => this.#after(this.line.block())),
      blocked: () => button("quiet", word("unblock"), () => this.#after(this.line.add())),
    };
    return changes[state]?.();
  }

  #content(account, person, items) {
    if (person.state === "stranger" && !items.length) return [this.#introduction(account)];
    if (!items.length) return [make("p", { class: "empty", text: word("noMessages") })];
    return items.flatMap((item, index) => this.#item(account, item, items[index - 1]));
  }

  #item(account, item, before) {
    const isNewDay = !before || day(before.at) !== day(item.at);
    const isSequel = !isNewDay && before.mine === item.mine && item.at - before.at < 60;
    const shown = item.mine ? this.#mine(item) : this.#theirs(account, item, isSequel);
    return isNewDay ? [box("day", day(item.at)), shown] : [shown];
  }

  #mine(item) {
    return box("item mine", time(item), this.#view(item));
  }

  #theirs(account, item, isSequel) {
    const sender = item.message.sender?.name ?? account.name;
    const name = isSequel ? null : make("span", { class: "sender", text: sender });
    const column = box("column", name, box("line", this.#view(item), time(item)));
    return box(`item theirs ${isSequel ? "follows" : ""}`, avatar(sender, "small"), column);
  }

  #view(item) {
    const tap = (action) => this.#tap(action, item.id);
    const open = (url) => (event) => {
      event.preventDefault();
      this.#follow(url, item.id);
    };
    return messageView(item.message, tap, open);
  }

  #quickReplies(person, items) {
    const last = items.at(-1);
    if (!last || last.mine || person.state === "blocked") return [];
    const replies = quickReplies(last.message, (action) => this.#tap(action, last.id));
    return replies ? [replies] : [];
  }

  #introduction(account) {
    return box(
      "introduction",
      avatar(account.name, "large"),
      make("h2", { text: account.name }),
      make("p", { text: account.basicId }),
      make("p", { class: "soft", text: word("strangerNote") }),
      button("add-friend", word("addFriend"), () => this.#after(this.line.add())),
    );
  }

  #composer() {
    const field = make("input", {
      type: "text",
      class: "field",
      "aria-label": word("write"),
      placeholder: "Aa",
      autocomplete: "off",
      maxlength: "5000",
    });
    const send = make("button", { type: "submit", class: "send", "aria-label": word("send"), text: "➤" });
    const submit = (event) => {
      event.preventDefault();
      this.#say(field);
    };
    return make("form", { class: "composer", on: { submit } }, this.#attachment(), field, send);
  }

  #say(field) {
    const text = field.value.trim();
    field.value = "";
    if (text) this.#after(this.line.say(text));
  }

  #attachment() {
    const label = word("sendPicture");
    const accept = "image/png,image/jpeg";
    const file = make("input", { type: "file", accept, class: "hidden", "aria-label": label });
    file.addEventListener("change", () => this.#sendPicture(file.files[0]));
    return make("label", { class: "attach", title: label }, "+", file);
  }

  #sendPicture(file) {
    const reader = new FileReader();
    const send = () => this.#after(this.line.sendPicture(reader.result.split(",")[1]));
    reader.addEventListener("load", send);
    reader.readAsDataURL(file);
  }

  #tap(action, messageId) {
    const acts = {
      uri: () => this.#follow(action.uri, messageId),
      message: () => this.#after(this.line.say(action.text)),
      postback: () => this.#after(this.line.postback(action.data, action.displayText ?? action.text)),
      clipboard: () => navigator.clipboard?.writeText(action.clipboardText),
    };
    return acts[action.type] ?? (() => this.notice(action.label));
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

function time(item) {
  return make("time", { text: clockTime(item.at) });
}
