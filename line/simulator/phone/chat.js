// A chat: both sides' messages, quick replies, and the foot with its menu.

import { box, button, iconButton, make } from "/phone/dom.js";
import { Foot } from "/phone/foot.js";
import { Log } from "/phone/log.js";
import { quickReplies } from "/phone/messages.js";
import { pickAttachment, pickSticker, chooseFile } from "/phone/pickers.js";
import { openChoices, showNotification } from "/phone/sheets.js";
import { inOneLine } from "/phone/summary.js";
import { Taps } from "/phone/taps.js";
import { MOST_MEGABYTES, readyToSend } from "/phone/uploads.js";
import { word } from "/phone/words.js";

const PAGE = 60;

/** One phone's chat. `line` acts for its person; the phone offers `back()`, `notice(text)` and its `glass`. */
export class Chat {
  constructor(line, phone) {
    this.line = line;
    this.phone = phone;
    this.seen = "";
    this.most = PAGE;
    this.turn = 0;
    this.taps = new Taps(line, this);
    this.log = new Log({
      taps: this.taps,
      menu: (item) => this.#messageMenu(item),
      older: () => this.#showOlder(),
      add: () => this.after(this.line.add()),
    });
    this.foot = new Foot(this.#footActs());
    this.top = box("chat-top");
    this.replies = box("replies");
    this.element = make("section", { class: "screen chat" }, this.top, this.log.element, this.replies, this.foot.element);
  }

  get glass() {
    return this.phone.glass;
  }

  /** Draw again when something has changed since the last time. */
  async refresh() {
    const turn = ++this.turn;
    const state = await this.line.chat(this.seen, this.most);
    // An answer that was overtaken by a later one is out of date.
    if (turn !== this.turn || state.version === this.seen) return;
    this.seen = state.version;
    this.state = state;
    this.#draw();
  }

  redraw() {
    this.seen = "";
    this.log.forget();
    this.foot.forget();
    return this.refresh();
  }

  /** Wait for what a person did, say so if it failed, and show what came of it. */
  async after(doing) {
    try {
      await doing;
    } catch (error) {
      this.notice(word("failed", { why: error.message }));
    }
    await this.refresh();
  }

  notice(text) {
    this.phone.notice(text);
  }

  async sendFile(file) {
    const ready = await readyToSend(file);
    if (!ready) return this.notice(word("tooLarge", { mb: MOST_MEGABYTES }));
    return this.after(this.line.sendFile(...ready));
  }

  #draw() {
    const { account, person, items } = this.state;
    this.top.replaceChildren(...this.#header(account, person, items));
    this.log.draw(this.state);
    this.replies.replaceChildren(...this.#quickReplies(person, items));
    this.foot.draw(this.state);
  }

  #header(account, person, items) {
    const title = box("title", make("b", { text: account.name }), make("small", { text: person.name }));
    const back = iconButton("back", "‹", word("back"), () => this.phone.back());
    // A stranger with an empty chat is invited in the middle of it.
    if (person.state === "stranger" && !items.length) return [back, title];
    const change = { friend: "block", blocked: "unblock", stranger: "addFriend" }[person.state];
    const act = () => this.after(person.state === "friend" ? this.line.block() : this.line.add());
    return [back, title, button("quiet-button", word(change), act)];
  }

  #quickReplies(person, items) {
    const last = items.at(-1);
    if (!last || last.mine || person.state === "blocked") return [];
    const replies = quickReplies(last.message, this.taps.of(last.id));
    return replies ? [replies] : [];
  }

  #footActs() {
    const file = (accept, capture) => () => chooseFile(accept, capture, (chosen) => this.sendFile(chosen));
    const kinds = {
      album: file("image/*,video/*", null),
      camera: file("image/*", "environment"),
      file: file("*/*", null),
      place: () => this.taps.place(),
    };
    return {
      say: (text, quoted) => this.after(this.line.say(text, quoted)),
      attach: () => pickAttachment(this.glass, kinds),
      sticker: () => pickSticker(this.glass, (one) => this.after(this.line.send({ type: "sticker", ...one }))),
      unblock: () => this.after(this.line.add()),
      tapMenu: (action, area) => this.taps.onMenu(action, area),
      menuShown: () => this.line.menuShown(),
      redraw: () => this.foot.draw(this.state),
    };
  }

  #messageMenu(item) {
    const { account, person } = this.state;
    const name = item.mine ? person.name : account.name;
    const text = item.message.text;
    openChoices(this.glass, inOneLine(item.message), [
      [word("reply"), () => this.foot.replyTo(item, name)],
      text && [word("copy"), () => this.taps.copy(text)],
      !item.mine && [word("preview"), () => this.#notify(item)],
      item.mine && [word("unsend"), () => this.#unsend(item), word("unsendNote")],
    ]);
  }

  #unsend(item) {
    this.after(this.line.unsend(item.id));
  }

  #notify({ message }) {
    const { account } = this.state;
    const name = message.sender?.name ?? account.name;
    const pictureUrl = message.sender?.iconUrl ?? account.pictureUrl;
    showNotification(this.glass, { name, pictureUrl, text: inOneLine(message) });
  }

  #showOlder() {
    this.most += PAGE;
    this.refresh();
  }
}
