// Calls to the simulator.

async function call(method, path, content) {
  const answer = await fetch(path, { method, body: content && JSON.stringify(content) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}

export const channels = () => call("GET", "/phone/api/channels");

export const people = (channel, search) =>
  call("GET", `/phone/api/channels/${channel}/people?search=${encodeURIComponent(search)}`);

/** One person's telephone, in one account's chat. */
export class Line {
  constructor(channel, user) {
    this.channel = channel;
    this.user = user;
  }

  chat() {
    return call("GET", `/phone/api/channels/${this.channel}/chats/${this.user}`);
  }

  add() {
    return this.#do("follow", { user_ids: [this.user] });
  }

  block() {
    return this.#do("unfollow", { user_ids: [this.user] });
  }

  say(text) {
    return this.#do("say", { user_id: this.user, text });
  }

  sendPicture(image) {
    return this.#do("say", { user_id: this.user, image });
  }

  postback(data, shown) {
    return this.#do("postback", { user_id: this.user, data, display_text: shown });
  }

  /** Count the tap and open the page as this person: the cookie tells LINE's dialog who is looking. */
  open(url, messageId) {
    document.cookie = `line_person=${this.user}; path=/; SameSite=Lax`;
    window.open(url, `in-app-${this.user}`, "width=390,height=780");
    const clicks = `/phone/api/channels/${this.channel}/chats/${this.user}/clicks`;
    return call("POST", clicks, { message_id: messageId, url });
  }

  #do(what, content) {
    return call("POST", `/sim/channels/${this.channel}/${what}`, content);
  }
}
