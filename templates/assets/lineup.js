// Who holds the decks, how far behind the night is, and what its hosts say tonight: kept as the stream tells it.
import { clock as onTheWall } from "./words.js";

const $ = (id) => document.getElementById(id);
const night = $("night");
const { slug, status, zone } = night.dataset;
const clock = (at) => onTheWall(at, zone);

/** As Drift::in_words in drift.rs. */
const drift = (late) => (late > 0 ? `${late} min behind` : late < 0 ? `${-late} min ahead` : "on time");

let told = null;
/** The server's clock, as far as it was heard; a phone's own may say anything. */
let offset = null;
const now = () => (offset === null ? null : performance.now() + offset);

function element(name, text, className) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
/** Moves what is to come on by the minutes that whoever is on stays longer: as drift.rs does, between two messages. */
function overrun({ slots, behind_minutes }) {
  const on = slots.findIndex((slot) => slot.is_on && slot.begun_at);
  const time = now();
  if (on < 0 || time === null) return { late: behind_minutes, expected: slots.map((slot) => Date.parse(slot.expected_at)) };
  const minute = Math.floor(time / 60_000) * 60_000;
  const late = Math.max(behind_minutes, Math.trunc((minute - Date.parse(slots[on].ends_at)) / 60_000));
  const expected = slots.map((slot) => Date.parse(slot.expected_at));
  let cursor = minute;
  for (let at = on + 1; at < slots.length; at++) {
    const own = expected[at];
    const room = Math.min(slots[at].minutes * 60_000, at + 1 < slots.length ? expected[at + 1] - own : Infinity);
    expected[at] = Math.max(own, cursor);
    cursor = expected[at] + room;
  }
  return { late, expected };
}
function draw() {
  if (!told) return;
  const { slots } = told;
  const { late, expected } = overrun(told);
  $("decks").hidden = !slots.length;
  $("drift").textContent = late === null ? "" : drift(late);
  const on = slots.findLastIndex((slot) => slot.is_on);
  // Whoever has ended, and whoever was passed by, isn't next.
  const begun = slots.findLastIndex((slot) => slot.begun_at);
  const next = slots.findIndex((slot, at) => at > Math.max(on, begun));
  const list = $("decks").querySelector("ol");
  list.replaceChildren(
    ...slots.map((slot, at) => {
      const row = document.createElement("li");
      const time = element("time", clock(expected[at]));
      time.dateTime = new Date(expected[at]).toISOString();
      row.append(time, element("span", slot.host + (slot.title ? ": " + slot.title : "")));
      if (slot.is_on) {
        row.className = "on";
        row.setAttribute("aria-current", "true");
        row.append(element("span", "on now", "small coral"));
      } else if (at === next) row.append(element("span", "next", "small mint"));
      const planned = clock(Date.parse(slot.starts_at));
      if (planned !== time.textContent) row.append(element("span", "planned for " + planned, "small muted"));
      return row;
    }),
  );
}
night.addEventListener("live:lineup", ({ detail }) => {
  told = detail;
  draw();
});
night.addEventListener("live:night", ({ detail }) => {
  document.body.dataset.mood = detail.mood;
  document.body.toggleAttribute("data-still", Boolean(detail.quiet_since));
  $("quiet").hidden = !detail.quiet_since;
  $("welcome").hidden = !detail.welcome;
  $("welcome").firstElementChild.textContent = detail.welcome ?? "";
  if ($("paused")) $("paused").hidden = !detail.is_paused;
});

// Between two messages only the clock moves things, and only the server's counts: it is heard once.
if (status === "live" && !$("decks").hidden) {
  fetch(`/api/v1/events/${encodeURIComponent(slug)}/lineup`)
    .then(async (answer) => {
      const heard = Date.parse(answer.headers.get("date"));
      if (heard) offset = heard - performance.now();
      told ??= await answer.json();
      draw();
    })
    .catch(() => {});
  setInterval(() => document.hidden || draw(), 30_000);
}
