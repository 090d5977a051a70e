// The list of chats: whose telephone to look at, in which account.

import { avatar, box, button, iconButton, make } from "/phone/dom.js";
import { Keyed } from "/phone/keyed.js";
import { askName } from "/phone/pickers.js";
import { showNotification } from "/phone/sheets.js";
import { inOneLine } from "/phone/summary.js";
import { listTime } from "/phone/times.js";
import { word } from "/phone/words.js";
import { addPerson, channels, people } from "/phone/world.js";

const PAGE = 40;

/** The first screen of a phone. `phone.choose(channel, user)` opens a chat. */
export class List {
  constructor(phone, channel = null) {
    this.phone = phone;
    this.channel = channel;
    this.most = PAGE;
    this.seen = "";
    this.title = make("h2");
    this.add = iconButton("add-person", "＋", word("newPerson"), () => this.#addPerson());
    this.accounts = make("div", { class: "accounts", role: "tablist" });
    this.field = make("input", { type: "search", class: "search", on: { input: () => this.#search() } });
    this.rows = make("ul", { class: "rows", on: { scroll: () => this.#showMore() } });
    this.keyed = new Keyed(this.rows);
    const parts = [box("list-top", this.title, this.add), this.accounts, this.field, this.rows];
    this.element = make("section", { class: "screen list" }, ...parts);
  }

  async refresh() {
    const all = await channels();
    if (!all.some((one) => one.id === this.channel)) this.channel = all[0]?.id ?? null;
    const nobody = { people: [], all: 0, now: 0 };
    const asked = [this.channel, this.field.value, this.most];
    const found = this.channel ? await people(...asked) : nobody;
    // Somebody typed on meanwhile: the answer to that is under way.
    if (this.channel !== asked[0] || this.field.value !== asked[1]) return;
    const news = JSON.stringify([all, this.channel, found.people, found.all]);
    if (news === this.seen) return;
    this.seen = news;
    this.#draw(all, found);
    this.#notify(all, found.people);
  }

  redraw() {
    this.seen = "";
    this.keyed.show([]);
    return this.refresh();
  }

  #search() {
    this.most = PAGE;
    this.rows.scrollTop = 0;
    this.refresh();
  }

  #showMore() {
    const left = this.rows.scrollHeight - this.rows.scrollTop - this.rows.clientHeight;
    if (left > 200 || this.all <= this.most) return;
    this.most += PAGE;
    this.refresh();
  }

  #draw(all, found) {
    this.all = found.all;
    this.title.textContent = word("talks");
    this.add.title = word("newPerson");
    this.add.setAttribute("aria-label", word("newPerson"));
    this.add.hidden = !all.length;
    this.field.placeholder = word("search");
    this.field.setAttribute("aria-label", word("search"));
    this.field.hidden = !all.length;
    this.accounts.replaceChildren(...all.map((account) => this.#tab(account)));
    const note = this.#note(all, found);
    const rows = found.people.map((person) => this.#row(person, found.now));
    this.keyed.show(note ? [{ key: "note", sign: note, draw: () => make("li", { class: "empty", text: note }) }] : rows);
  }

  #note(all, found) {
    if (!all.length) return word("noChannels");
    if (found.all) return null;
    return word(this.field.value ? "nobodyFound" : "noPeople");
  }

  #tab(account) {
    const choose = () => {
      this.channel = account.id;
      this.unread = null;
      this.#search();
    };
    const chosen = String(account.id === this.channel);
    return button("account", account.name, choose, { role: "tab", "aria-selected": chosen });
  }

  #row(person, now) {
    const channel = this.channel;
    const draw = () => make("li", {}, rowOf(person, now, () => this.phone.choose(channel, person.userId)));
    return { key: `${channel} ${person.userId}`, sign: JSON.stringify(person), draw };
  }

  /** What has come since the last look is announced as a telephone does. */
  #notify(all, shown) {
    const before = this.unread;
    this.unread = new Map(shown.map((person) => [person.userId, person.unread]));
    const account = all.find((one) => one.id === this.channel);
    const person = before && shown.find((one) => before.has(one.userId) && one.unread > before.get(one.userId));
    if (!person?.last || person.silent) return;
    const name = `${person.last.sender?.name ?? account.name} → ${person.name}`;
    const open = () => this.phone.choose(account.id, person.userId);
    const pictureUrl = person.last.sender?.iconUrl ?? account.pictureUrl;
    showNotification(this.phone.glass, { name, pictureUrl, text: inOneLine(person.last), open });
  }

  #addPerson() {
    askName(this.phone.glass, async (name) => {
      const [user] = await addPerson(this.channel, name);
      this.phone.choose(this.channel, user);
    });
  }
}

function rowOf(person, now, open) {
  const name = make("b", { text: person.name });
  const last = make("span", { class: "last", text: inOneLine(person.last) });
  const row = button("row", "", open);
  row.append(avatar(person.name), make("span", { class: "row-text" }, name, last), side(person, now));
  return row;
}

function side(person, now) {
  const time = person.at ? make("time", { text: listTime(person.at, now) }) : null;
  const news = person.unread ? unread(person.unread) : state(person.state);
  return make("span", { class: "row-side" }, time, news);
}

function unread(number) {
  return make("span", { class: "unread", text: number > 99 ? "99+" : String(number) });
}

function state(name) {
  return name === "friend" ? null : make("span", { class: `state ${name}`, text: word(name) });
}
