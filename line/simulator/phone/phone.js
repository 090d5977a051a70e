// The page: one phone or several side by side, kept up to date while somebody looks.

import { Chat } from "/phone/chat.js";
import { button, make } from "/phone/dom.js";
import { List } from "/phone/list.js";
import { switchLanguage, translatePage, word } from "/phone/words.js";
import { Line } from "/phone/world.js";

const EVERY = 1000;
const stage = document.getElementById("phones");
let phones = [];

class Phone {
  constructor(place) {
    this.note = make("div", { class: "notice", role: "status" });
    this.close = button("close", "×", () => remove(this));
    this.screen = make("div", { class: "glass" });
    this.element = make("article", { class: "phone" }, this.close, this.screen, this.note);
    this.#show(place);
  }

  get place() {
    return this.at ? `${this.at.channel}/${this.at.user}` : "";
  }

  refresh() {
    return this.view.refresh();
  }

  redraw() {
    this.close.setAttribute("aria-label", word("closePhone"));
    this.close.title = word("closePhone");
    return this.view.redraw();
  }

  #show(place) {
    const [channel, user] = place.split("/");
    this.at = user ? { channel, user } : null;
    this.view = user ? this.#chat(channel, user) : this.#list(channel);
    this.screen.replaceChildren(this.view.element);
  }

  #chat(channel, user) {
    const back = () => this.#go(channel);
    return new Chat(new Line(channel, user), { back, notice: (text) => this.#notice(text) });
  }

  #list(channel) {
    return new List((chosen, user) => this.#go(`${chosen}/${user}`), channel || null);
  }

  #go(place) {
    this.#show(place);
    remember();
    this.redraw();
  }

  #notice(text) {
    this.note.textContent = text;
    this.note.classList.add("shown");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.note.classList.remove("shown"), 2000);
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

async function keepUpToDate() {
  if (!document.hidden) await Promise.allSettled(phones.map((phone) => phone.refresh()));
  setTimeout(keepUpToDate, EVERY);
}

document.getElementById("add-phone").addEventListener("click", () => add().then(remember));
document.getElementById("language").addEventListener("click", () => {
  switchLanguage();
  translatePage();
  for (const phone of phones) phone.redraw();
});

translatePage();
for (const place of decodeURIComponent(location.hash.slice(1)).split(",")) add(place);
keepUpToDate();
