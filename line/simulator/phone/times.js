// Hours and days as LINE writes them, in Japan's time.

import { locale, word } from "/phone/words.js";

const ZONE = { timeZone: "Asia/Tokyo" };
const HOUR = { hour: "2-digit", minute: "2-digit", ...ZONE };
const DAY = { year: "numeric", month: "2-digit", day: "2-digit", ...ZONE };
const SHORT_DAY = { month: "numeric", day: "numeric", ...ZONE };
const WEEKDAY = { weekday: "short", ...ZONE };

/** All of these take seconds since 1970. */
export function clockTime(seconds) {
  return written(seconds, HOUR);
}

/** A key that two moments of the same day share. */
export function dayOf(seconds) {
  return new Date(seconds * 1000).toLocaleDateString("en-CA", DAY);
}

/** 今日, 昨日, 11/21(土), or with the year when it is another one. */
export function dayName(seconds, now) {
  const day = dayOf(seconds);
  if (day === dayOf(now)) return word("today");
  if (day === dayOf(now - 86_400)) return word("yesterday");
  const isThisYear = day.slice(0, 4) === dayOf(now).slice(0, 4);
  return `${written(seconds, isThisYear ? SHORT_DAY : DAY)} (${written(seconds, WEEKDAY)})`;
}

/** In the list of chats: the hour for today, else the day. */
export function listTime(seconds, now) {
  const day = dayOf(seconds);
  if (day === dayOf(now)) return clockTime(seconds);
  return day === dayOf(now - 86_400) ? word("yesterday") : written(seconds, SHORT_DAY);
}

export function dayAndTime(seconds) {
  return `${written(seconds, DAY)} ${clockTime(seconds)}`;
}

function written(seconds, form) {
  return new Date(seconds * 1000).toLocaleString(locale(), form);
}
