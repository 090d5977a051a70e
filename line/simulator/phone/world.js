// Calls to the simulator.

async function call(method, path, content) {
  const body = content instanceof Blob ? content : content && JSON.stringify(content);
  const answer = await fetch(path, { method, body });
  const given = await answer.json();
  if (!answer.ok) throw new Error(given.message ?? String(answer.status));
  return given;
}

export const channels = () => call("GET", "/phone/api/channels");

/** Those with news first; `most` of them. */
export const people = (channel, search, most) =>
  call("GET", `/phone/api/channels/${channel}/people?most=${most}&search=${encodeURIComponent(search)}`);

export const addPerson = (channel, name) => call("POST", `/sim/channels/${channel}/people`, { names: [name] });

/** One person's telephone, in one account's chat. */
export class Line {
  constructor(channel, user) {
    this.channel = channel;
    this.user = user;
  }

  /** The chat; only its `version` when that is still `seen`. */
  chat(seen, most) {
    return call("GET", `${this.#chat}?seen=${encodeURIComponent(seen)}&most=${most}`);
  }

  add() {
    return this.#do("follow", { user_ids: [this.user] });
  }

  block() {
    return this.#do("unfollow", { user_ids: [this.user] });
  }

  say(text, quoted = null) {
    return this.#do("say", { user_id: this.user, text, quoted_message_id: quoted });
  }

  /** A sticker or a place, as its message object. */
  send(message) {
    return this.#do("say", { user_id: this.user, message });
  }

  /** A picture, film, sound or other file. */
  sendFile(file, type, more) {
    const wishes = JSON.stringify({ message: { type, ...more }, media_type: file.type || null });
    const path = `/sim/channels/${this.channel}/upload/${this.user}?wishes=${encodeURIComponent(wishes)}`;
    return call("POST", path, file);
  }

  unsend(messageId) {
    return this.#do("unsend", { user_id: this.user, message_id: messageId });
  }

  postback(data, { shown = null, params = null } = {}) {
    return this.#do("postback", { user_id: this.user, data, display_text: shown, params });
  }

  /** A film was seen to its end. */
  watched(trackingId) {
    return this.#do("video-play-complete", { user_id: this.user, tracking_id: trackingId });
  }

  menuShown() {
    return this.#do(`richmenu/${this.user}/shown`, {});
  }

  /** What LINE does about the tap is done; what stays on the telephone is for the caller to do. */
  tapMenu(area, params = null) {
    return this.#do(`richmenu/${this.user}/tap`, { area, params });
  }

  /** Count the tap on a link and open it in a tab that is this person's. */
  open(url, messageId) {
    const address = new URLSearchParams({ person: this.user, url });
    window.open(`/phone/open?${address}`, `tab-of-${this.user}`);
    return messageId ? call("POST", `${this.#chat}/clicks`, { message_id: messageId, url }) : null;
  }

  get #chat() {
    return `/phone/api/channels/${this.channel}/chats/${this.user}`;
  }

  #do(what, content) {
    return call("POST", `/sim/channels/${this.channel}/${what}`, content);
  }
}
