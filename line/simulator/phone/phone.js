// The page: one phone or several side by side, kept up to date while somebody looks.

import { Chat } from "/phone/chat.js";
import { button, make } from "/phone/dom.js";
import { List } from "/phone/list.js";
import { switchLanguage, translatePage, word } from "/phone/words.js";
import { Line } from "/phone/world.js";

const EVERY = 1000;
const MOST = 20;
const stage = document.getElementById("phones");
let phones = [];

class Phone {
  constructor(place) {
    this.note = make("div", { class: "notice", role: "status" });
    this.close = button("close", "×", () => remove(this));
    this.glass = make("div", { class: "glass" });
    this.element = make("article", { class: "phone" }, this.close, this.glass, this.note);
    this.#show(place);
  }

  get place() {
    return this.at ? `${this.at.channel}/${this.at.user}` : "";
  }

  refresh() {
    return this.view.refresh();
  }

  /** A chat that is not there (any more) gives way to the list. */
  async redraw() {
    this.close.setAttribute("aria-label", word("closePhone"));
    this.close.title = word("closePhone");
    try {
      await this.view.redraw();
    } catch (error) {
      this.notice(word("failed", { why: error.message }));
      if (this.at) this.back();
    }
  }

  choose(channel, user) {
    this.#go(`${channel}/${user}`);
  }

  back() {
    this.#go(this.at.channel);
  }

  notice(text) {
    this.note.textContent = text;
    this.note.classList.add("shown");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.note.classList.remove("shown"), 3000);
  }

  #show(place) {
    const [channel, user] = place.split("/");
    this.at = user ? { channel, user } : null;
    this.view = user ? new Chat(new Line(channel, user), this) : new List(this, channel || null);
    this.glass.replaceChildren(this.view.element);
  }

  #go(place) {
    this.#show(place);
    remember();
    return this.redraw();
  }
}

function add(place = "") {
  const phone = new Phone(place);
  phones.push(phone);
  stage.append(phone.element);
  return phone.redraw();
}

function remove(phone) {
  phones = phones.filter((one) => one !== phone);
  phone.element.remove();
  remember();
}

function remember() {
  history.replaceState(null, "", `#${phones.map((phone) => phone.place).join(",")}`);
}

/** What is somewhere out of sight need not be asked for. */
function isSeen(phone) {
  const { top, bottom } = phone.element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

async function keepUpToDate() {
  if (!document.hidden) await Promise.allSettled(phones.filter(isSeen).map((phone) => phone.refresh()));
  setTimeout(keepUpToDate, EVERY);
}

document.getElementById("add-phone").addEventListener("click", async () => {
  if (phones.length >= MOST) return phones[0].notice(word("tooManyPhones", { n: MOST }));
  await add();
  remember();
  phones.at(-1).element.scrollIntoView();
});
document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  translatePage();
  for (const phone of phones) phone.redraw();
});

translatePage();
for (const place of decodeURIComponent(location.hash.slice(1)).split(",").slice(0, MOST)) add(place);
keepUpToDate();
