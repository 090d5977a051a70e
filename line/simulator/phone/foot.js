// The foot of a chat: the line to write in, or the chat bar with the rich menu over it.

import { area } from "/phone/areas.js";
import { box, button, iconButton, make, picture } from "/phone/dom.js";
import { Composer } from "/phone/composer.js";
import { inOneLine } from "/phone/summary.js";
import { word } from "/phone/words.js";

/** `acts`: say, attach, sticker, unblock, tapMenu(action, number), menuShown. */
export class Foot {
  constructor(acts) {
    this.acts = acts;
    this.panel = box("rich-menu");
    this.bar = box("foot-bar");
    this.quote = box("quote-bar");
    this.element = box("chat-foot", this.panel, this.quote, this.bar);
    this.quoted = null;
    this.forget();
  }

  /** Draw everything anew the next time. */
  forget() {
    this.drawn = null;
    this.menuId = undefined;
  }

  draw({ person, menu }) {
    if (menu?.richMenuId !== this.menuId) this.#takeMenu(menu);
    const kind = person.state === "blocked" ? "blocked" : this.menu && !this.isWriting ? "bar" : "writing";
    const sign = `${kind} ${this.menuId} ${this.isOpen}`;
    if (sign === this.drawn) return;
    this.drawn = sign;
    this.#drawPanel(kind);
    this.#drawBar(kind);
  }

  /** Open or close the menu, if there is one. */
  showMenu(isOpen) {
    this.isWriting = false;
    this.#setOpen(isOpen);
  }

  /** Show the line to write in, with these words in it. */
  write(text) {
    this.#toWriting();
    this.composer?.write(text);
  }

  replyTo(item, name) {
    this.quoted = item;
    const close = iconButton("quiet", "✕", word("cancel"), () => this.#endQuote());
    const words = box("quote", make("b", { text: word("replyTo", { name }) }), make("span", { text: inOneLine(item.message) }));
    this.quote.replaceChildren(words, close);
    this.#toWriting();
    this.composer?.focus();
  }

  #takeMenu(menu) {
    this.menu = menu;
    this.menuId = menu?.richMenuId;
    this.isOpen = menu?.selected ?? false;
    this.isWriting = false;
    if (this.isOpen) this.acts.menuShown();
  }

  #setOpen(isOpen) {
    if (isOpen && !this.isOpen && this.menu) this.acts.menuShown();
    this.isOpen = isOpen;
    this.acts.redraw();
  }

  #toWriting() {
    this.isWriting = true;
    this.acts.redraw();
  }

  #drawPanel(kind) {
    const shown = kind === "bar" && this.isOpen;
    this.panel.hidden = !shown;
    if (!shown) return;
    const { size, areas, imageUrl, chatBarText } = this.menu;
    const places = areas.map(({ bounds, action }, number) => {
      return area(bounds, size, action.label ?? action.text ?? action.type, () => this.acts.tapMenu(action, number));
    });
    this.panel.style.aspectRatio = `${size.width} / ${size.height}`;
    this.panel.replaceChildren(picture(imageUrl, "fill", chatBarText), ...places);
  }

  #drawBar(kind) {
    const kinds = { blocked: () => this.#blocked(), bar: () => this.#chatBar(), writing: () => this.#writing() };
    this.composer = null;
    this.bar.replaceChildren(kinds[kind]());
  }

  #blocked() {
    const note = make("p", { text: word("blockedNote") });
    return box("blocked-note", note, button("quiet-button", word("unblock"), this.acts.unblock));
  }

  #chatBar() {
    const label = `${this.menu.chatBarText} ${this.isOpen ? "▾" : "▴"}`;
    const toggle = button("chat-bar-text", label, () => this.#setOpen(!this.isOpen), { "aria-expanded": this.isOpen });
    return box("chat-bar", iconButton("keyboard", "⌨", word("keyboard"), () => this.write("")), toggle);
  }

  #writing() {
    const toMenu = this.menu ? () => this.showMenu(true) : null;
    this.composer = new Composer({ ...this.acts, say: (text) => this.#say(text), toMenu });
    return this.composer.element;
  }

  #say(text) {
    const quoted = this.quoted?.id ?? null;
    this.#endQuote();
    this.acts.say(text, quoted);
  }

  #endQuote() {
    this.quoted = null;
    this.quote.replaceChildren();
  }
}
