// The list of chats: whose telephone to look at, in which account.

import { avatar, box, button, make } from "/phone/dom.js";
import { clockTime, inOneLine, word } from "/phone/words.js";
import { channels, people } from "/phone/world.js";

/** The first screen of a phone. `choose(channel, user)` opens a chat. */
export class List {
  constructor(choose, channel = null) {
    this.choose = choose;
    this.channel = channel;
    this.seen = "";
    this.title = make("h2");
    this.accounts = make("div", { class: "accounts", role: "tablist" });
    this.field = make("input", { type: "search", class: "search", on: { input: () => this.refresh() } });
    this.rows = make("ul", { class: "rows" });
    const parts = [this.title, this.accounts, this.field, this.rows];
    this.element = make("section", { class: "screen list" }, ...parts);
  }

  async refresh() {
    const all = await channels();
    this.channel ??= all[0]?.id ?? null;
    const nobody = { people: [], all: 0 };
    const found = this.channel ? await people(this.channel, this.field.value) : nobody;
    const news = JSON.stringify([all, this.channel, found]);
    if (news === this.seen) return;
    this.seen = news;
    this.#draw(all, found);
  }

  redraw() {
    this.seen = "";
    return this.refresh();
  }

  #draw(all, found) {
    this.title.textContent = word("talks");
    this.field.placeholder = word("search");
    this.field.setAttribute("aria-label", word("search"));
    this.field.hidden = !all.length;
    this.accounts.replaceChildren(...all.map((account) => this.#tab(account)));
    const note = this.#note(all, found);
    const rows = found.people.map((person) => this.#row(person));
    this.rows.replaceChildren(...rows, ...(note ? [make("li", { class: "empty", text: note })] : []));
  }

  #note(all, found) {
    const unseen = found.all - found.people.length;
    if (!all.length) return word("noChannels");
    if (!found.all) return word("noPeople");
    return unseen ? word("more", { n: unseen }) : null;
  }

  #tab(account) {
    const choose = () => {
      this.channel = account.id;
      this.refresh();
    };
    const chosen = String(account.id === this.channel);
    return button("account", account.name, choose, { role: "tab", "aria-selected": chosen });
  }

  #row(person) {
    const open = () => this.choose(this.channel, person.userId);
    const name = make("b", { text: person.name });
    const last = make("span", { class: "last", text: inOneLine(person.last) });
    const row = button("row", "", open);
    row.append(avatar(person.name), make("span", { class: "row-text" }, name, last), side(person));
    return make("li", {}, row);
  }
}

function side(person) {
  const time = person.at ? make("time", { text: clockTime(person.at) }) : null;
  const news = person.unread ? unread(person.unread) : state(person.state);
  return make("span", { class: "row-side" }, time, news);
}

function unread(number) {
  return make("span", { class: "unread", text: number > 99 ? "99+" : String(number) });
}

function state(name) {
  return name === "friend" ? null : make("span", { class: `state ${name}`, text: word(name) });
}
