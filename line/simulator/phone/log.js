// The messages of a chat, one below the other, with the days between them.

import { avatar, box, button, make } from "/phone/dom.js";
import { Keyed } from "/phone/keyed.js";
import { row } from "/phone/row.js";
import { dayName, dayOf } from "/phone/times.js";
import { word } from "/phone/words.js";

const TOGETHER = 60;
const NEAR = 80;

/** `taps` acts on what is tapped, `menu(item)` opens a message's menu, `older()` asks for earlier ones. */
export class Log {
  constructor({ taps, menu, older, add }) {
    this.scene = { taps, menu };
    this.older = older;
    this.add = add;
    this.list = box("log-list");
    this.rows = new Keyed(this.list);
    this.log = make("div", { class: "log", role: "log", "aria-live": "polite", tabindex: "0" }, this.list);
    this.jump = button("jump", "", () => this.#toEnd(true));
    this.jump.hidden = true;
    this.top = 0;
    this.log.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    // Pictures that come late push the end away; who was there stays there.
    const stay = new ResizeObserver(() => this.wasAtEnd && this.#toEnd());
    for (const element of [this.log, this.list]) stay.observe(element);
    this.element = box("log-frame", this.log, this.jump);
  }

  draw(state) {
    const isFirst = this.newest === undefined;
    const newest = state.items.at(-1);
    const isNew = !isFirst && newest?.id !== this.newest;
    const follows = isFirst || this.wasAtEnd || (isNew && newest?.mine);
    this.newest = newest?.id ?? null;
    this.rows.show(this.#wanted(state));
    this.wasAtEnd = follows;
    if (follows) this.#toEnd();
    else if (isNew) this.#tellOfNews();
  }

  forget() {
    this.rows.show([]);
  }

  #wanted(state) {
    const { items, person, account } = state;
    if (!items.length) return [this.#empty(person, account)];
    const rows = items.flatMap((item, index) => this.#row(state, item, items[index - 1]));
    const last = state.loading ? [plain("loading", () => dots(account))] : [];
    return [...(state.hasOlder ? [plain("older", () => this.#olderButton())] : []), ...rows, ...last];
  }

  #row({ items, account, person, now }, item, before) {
    const isNewDay = !before || dayOf(before.at) !== dayOf(item.at);
    const follows = !isNewDay && isSequel(before, item);
    const quotes = quotedBy(item, items, account, person);
    const day = dayName(item.at, now);
    const scene = { ...this.scene, account, follows, quotes };
    const drawn = { key: item.id, sign: JSON.stringify([item, follows, quotes, account]), draw: () => row(item, scene) };
    return isNewDay ? [plain(`day ${day}`, () => make("p", { class: "day", text: day })), drawn] : [drawn];
  }

  #empty(person, account) {
    const isStranger = person.state === "stranger";
    const draw = () => (isStranger ? this.#introduction(account) : make("p", { class: "empty", text: word("noMessages") }));
    return { key: "empty", sign: JSON.stringify([isStranger, account]), draw };
  }

  #introduction(account) {
    return box(
      "introduction",
      avatar(account.name, "large", account.pictureUrl),
      make("h2", { text: account.name }),
      make("p", { text: account.basicId }),
      make("p", { class: "soft", text: word("strangerNote") }),
      button("add-friend", word("addFriend"), this.add),
    );
  }

  #olderButton() {
    return button("older", word("older"), this.older);
  }

  #tellOfNews() {
    this.jump.textContent = `↓ ${word("newest")}`;
    this.jump.hidden = false;
  }

  /** Only a person scrolls upwards; what is put in above or below does not. */
  #noteScroll() {
    if (this.#isAtEnd()) this.wasAtEnd = this.jump.hidden = true;
    else if (this.log.scrollTop < this.top) this.wasAtEnd = false;
    this.top = this.log.scrollTop;
  }

  #isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  #toEnd(isSmooth = false) {
    this.log.scrollTo({ top: this.log.scrollHeight, behavior: isSmooth ? "smooth" : "instant" });
  }
}

function plain(key, draw) {
  return { key, sign: key, draw };
}

function isSequel(before, item) {
  const sender = (one) => (one.mine ? "" : (one.message.sender?.name ?? null));
  const isSameSide = before.mine === item.mine && sender(before) === sender(item);
  return isSameSide && !before.unsent && item.at - before.at < TOGETHER;
}

/** The message that this one answers: by its token from the account, by its id from a friend. */
function quotedBy({ message, mine }, items, account, person) {
  const id = message.quotedMessageId;
  const found = items.find((one) => (mine ? one.id === id : message.quoteToken && one.quoteToken === message.quoteToken));
  if (!found) return (mine && id) || (!mine && message.quoteToken) ? { name: "", message: null } : null;
  return { name: found.mine ? person.name : account.name, message: found.unsent ? null : found.message };
}

function dots(account) {
  const three = box("balloon dots", ...[1, 2, 3].map(() => make("i")));
  three.setAttribute("aria-label", word("isWriting"));
  return box("item theirs", avatar(account.name, "small", account.pictureUrl), box("column", box("line", three)));
}
