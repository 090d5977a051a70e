// The list of chats: whose telephone to look at, in which account.

import { avatar, make } from "/phone/dom.js";
import { clockTime, inOneLine, word } from "/phone/words.js";
import { channels, people } from "/phone/world.js";

/** The first screen of a phone. `choose(channel, user)` opens a chat. */
export class List {
  constructor(choose) {
    this.choose = choose;
    this.channel = null;
    this.search = "";
    this.seen = "";
    this.accounts = make("div", { class: "accounts", role: "tablist" });
    this.field = make("input", { type: "search", class: "search", on: { input: () => this.#find() } });
    this.title = make("h2");
    this.rows = make("ul", { class: "rows" });
    this.element = make("section", { class: "screen list" }, this.title, this.accounts, this.field, this.rows);
  }

  async refresh() {
    const all = await channels();
    this.channel ??= all[0]?.id ?? null;
    const found = this.channel ? await people(this.channel, this.search) : { people: [], all: 0 };
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
    const left = found.all - found.people.length;
    const note = !all.length ? word("noChannels") : !found.all ? word("noPeople") : left ? word("more", { n: left }) : null;
    this.rows.replaceChildren(...found.people.map((person) => this.#row(person)), ...(note ? [make("li", { class: "empty", text: note })] : []));
  }

  #tab(account) {
    const chosen = account.id === this.channel;
    const choose = () => {
      this.channel = account.id;
      this.refresh();
    };
    return make("button", { type: "button", role: "tab", class: "account", "aria-selected": String(chosen), text: account.name, on: { click: choose } });
  }

  #row(person) {
    const state = person.state === "friend" ? null : make("span", { class: `state ${person.state}`, text: word(person.state) });
    const unread = person.unread ? make("span", { class: "unread", text: person.unread > 99 ? "99+" : String(person.unread) }) : null;
    const time = person.at ? make("time", { text: clockTime(person.at) }) : null;
    return make("li", {}, make("button", { type: "button", class: "row", on: { click: () => this.choose(this.channel, person.userId) } },
      avatar(person.name), make("span", { class: "row-text" }, make("b", { text: person.name }), make("span", { class: "last", text: inOneLine(person.last) })),
      make("span", { class: "row-side" }, time, unread ?? state)));
  }

  #find() {
    this.search = this.field.value;
    this.refresh();
  }
}
