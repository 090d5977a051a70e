// The line to write in.

import { box, iconButton, make } from "/phone/dom.js";
import { word } from "/phone/words.js";

const LONGEST = 5000;

/** `say(text)`, `attach()` and `sticker()` are told what was done; `toMenu`, where there is a menu to go back to. */
export class Composer {
  constructor({ say, attach, sticker, toMenu }) {
    this.tell = say;
    this.field = make("textarea", { class: "field", rows: "1", "aria-label": word("write"), placeholder: "Aa" });
    this.field.maxLength = LONGEST;
    this.field.addEventListener("input", () => this.#grow());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    const send = make("button", { type: "submit", class: "send", "aria-label": word("send"), text: "➤" });
    const back = toMenu ? iconButton("to-menu", "☰", word("showMenu"), toMenu) : null;
    const face = iconButton("sticker-open", "☺", word("sticker"), sticker);
    const plus = iconButton("attach", "＋", word("attach"), attach);
    const submit = (event) => {
      event.preventDefault();
      this.#send();
    };
    const line = box("field-frame", this.field, face);
    this.element = make("form", { class: "composer", on: { submit } }, back, plus, line, send);
  }

  write(text) {
    this.field.value = text;
    this.#grow();
    this.focus();
  }

  focus() {
    this.field.focus();
    this.field.setSelectionRange(this.field.value.length, this.field.value.length);
  }

  /** Enter sends, as on a computer; with shift it is a new line, and while kana are being turned it is theirs. */
  #key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.#send();
  }

  #send() {
    const text = this.field.value.trim();
    this.field.value = "";
    this.#grow();
    if (text) this.tell(text);
  }

  #grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight, 110)}px`;
  }
}
