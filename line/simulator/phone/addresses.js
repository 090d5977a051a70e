// Where a link leads. Addresses of LINE's own lead to LINE's stand-in, this simulator.

import { webAddress } from "/phone/dom.js";

const LIFF = /^https:\/\/(liff\.line\.me|miniapp\.line\.me)\//i;
const TALK = /^(?:https:\/\/line\.me\/R\/|line:\/\/)oaMessage\/[^/?]+\/?\??(.*)$/i;

/** {web}: an address to open; {text}: words to put into the field; {call}: a number; {nothing}: cannot be opened. */
export function destination(url) {
  const address = String(url);
  if (LIFF.test(address)) return { web: address.replace(LIFF, `${location.origin}/liff/`) };
  const talk = TALK.exec(address);
  if (talk) return { text: plain(talk[1]) };
  if (/^tel:/i.test(address)) return { call: plain(address.slice(4)) };
  return webAddress(address) ? { web: address } : { nothing: address };
}

function plain(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
