// What a tap does: every kind of action of LINE's, links, and the menu of a message.
// Source: https://developers.line.biz/en/reference/messaging-api/#action-objects

import { destination } from "/phone/addresses.js";
import { couponSheet } from "/phone/coupons.js";
import { chooseFile, pickDate, pickPlace } from "/phone/pickers.js";
import { openMedia, openSheet } from "/phone/sheets.js";
import { word } from "/phone/words.js";

/** The taps in one chat. `chat` offers `glass`, `after(doing)`, `foot`, `notice(text)`, `sendPicture(file)`. */
export class Taps {
  constructor(line, chat) {
    this.line = line;
    this.chat = chat;
  }

  /** What a message of this id needs to be drawn. */
  of(messageId) {
    return {
      tap: (action) => () => this.do(action, messageId),
      open: (url) => this.open(url, messageId),
      show: (media) => this.#show(media, messageId),
      coupon: (_id, offer) => openSheet(this.chat.glass, word("coupon"), couponSheet(offer)),
    };
  }

  do(action, messageId = null) {
    const after = (doing) => this.chat.after(doing);
    const acts = {
      message: () => after(this.line.say(action.text)),
      postback: () => this.#postback(action),
      datetimepicker: () => this.#pick(action, (params) => after(this.line.postback(action.data, { params }))),
    };
    (acts[action.type] ?? (() => this.#onTelephone(action, messageId)))();
  }

  /** A tap on the menu: LINE counts it and does its part, then the telephone does its own. */
  async onMenu(action, area) {
    const tap = (params) => this.chat.after(this.line.tapMenu(area, params));
    if (action.type === "datetimepicker") return this.#pick(action, tap);
    await tap();
    if (action.type === "postback") return this.#input(action);
    return this.#onTelephone(action);
  }

  open(url, messageId = null) {
    const { web, text, call, nothing } = destination(url);
    if (nothing !== undefined) return this.chat.notice(word("notOpened", { url: nothing }));
    if (call !== undefined) return this.chat.notice(word("phoneCall", { number: call }));
    if (text !== undefined) return this.chat.foot.write(text);
    this.chat.notice(word("opened"));
    return this.line.open(web, messageId);
  }

  #onTelephone(action, messageId = null) {
    const acts = {
      uri: () => this.open(action.uri, messageId),
      clipboard: () => this.copy(action.clipboardText),
      camera: () => chooseFile("image/*", "environment", (file) => this.chat.sendFile(file)),
      cameraRoll: () => chooseFile("image/*,video/*", null, (file) => this.chat.sendFile(file)),
      location: () => this.place(),
    };
    acts[action.type]?.();
  }

  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      this.chat.notice(word("copied"));
    } catch {
      this.chat.notice(word("copyFailed", { text }));
    }
  }

  place() {
    pickPlace(this.chat.glass, (place) => this.chat.after(this.line.send({ type: "location", ...place })));
  }

  /** `text`, the older sister of `displayText`, is also said. */
  #postback(action) {
    const tell = async () => {
      if (action.text && !action.displayText) await this.line.say(action.text);
      await this.line.postback(action.data, { shown: action.displayText });
    };
    this.chat.after(tell());
    this.#input(action);
  }

  #input({ inputOption, fillInText }) {
    const foot = this.chat.foot;
    const acts = {
      closeRichMenu: () => foot.showMenu(false),
      openRichMenu: () => foot.showMenu(true),
      openKeyboard: () => foot.write(fillInText ?? ""),
      openVoice: () => this.chat.notice(word("voiceInput")),
    };
    acts[inputOption]?.();
  }

  #pick(action, done) {
    pickDate(this.chat.glass, action, done);
  }

  #show(media, messageId) {
    const ended = () => media.trackingId && this.chat.after(this.line.watched(media.trackingId));
    openMedia(this.chat.glass, media, { ended, follow: (url) => this.open(url, messageId) });
  }
}
