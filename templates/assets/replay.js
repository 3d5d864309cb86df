// Plays a past night back in its own time, from one file: this page's own, or one from the visitor's disk. The list on
// the page is the whole of it without this.
import { clock, label, money, nameOf } from "./words.js";
import { BYTES_MAX, read } from "./nightfile.js";
import { draw } from "./sleeves.js";

const $ = (id) => document.getElementById(id);
const player = $("player");
/** How often the hands of the clock move. */
const TICK_MS = 250;
/** A song that has begun this lately is gone back from, not to. */
const LATELY_MS = 2000;
/** A song that came this lately is shown in place of the one on the decks: whoever went to it wants to see it. */
const FRESH_MS = 15_000;

let night;
/** Where we are, in milliseconds from the opening, and how many moments are behind us. */
let at = 0;
let passed = 0;
let speed = 1;
let timer = 0;
let ticked = 0;
/** What stands at that time. */
let state;

// ---- what stands when ----
function begin() {
  at = 0;
  passed = 0;
  state = { playing: null, arrived: null, freshUntil: 0, promised: null, joined: new Map(), dances: new Map() };
}
const APPLY = {
  share: (data, when) => Object.assign(state, { arrived: data, freshUntil: when + FRESH_MS }),
  share_joined: ({ share_id, name }) => state.joined.set(share_id, [...(state.joined.get(share_id) ?? []), name]),
  now_playing: ({ share }) => Object.assign(state, { playing: share, freshUntil: 0 }),
  totals: ({ promised_pence }) => (state.promised = promised_pence),
  dance: ({ share_id, dances }) => state.dances.set(share_id, dances),
};
/** Goes to a time; gives back what came by on the way there. */
function go(to) {
  const wanted = Math.max(0, Math.min(night.lasts, to));
  if (wanted < at) begin();
  at = wanted;
  const from = passed;
  while (passed < night.moments.length && night.moments[passed].at <= at) {
    const { at: when, kind, data } = night.moments[passed];
    APPLY[kind]?.(data, when);
    passed += 1;
  }
  return night.moments.slice(from, passed);
}

// ---- words ----
const wall = (ms) => clock(new Date(night.begins + ms), night.zone);
const titleOf = ({ track }) => nameOf(track) + (track.artist ? " by " + track.artist : "");
const PARTS = { 25: "A quarter of the way", 50: "Halfway", 75: "Three quarters", 100: "All that was hoped for" };
const milestoneOf = ({ percent, amount_pence, label: words }) =>
  [money(amount_pence), PARTS[percent] ?? words].filter(Boolean).join(", ");
function pledgeOf({ name, amount_pence }) {
  return `${name ?? "Someone"} promised` + (amount_pence === null ? "" : " " + money(amount_pence));
}
/** What is said of a moment, in the list and aloud: a strong part, a plain part, and somebody's own words. */
const TOLD = {
  share: (data) => [titleOf(data), `shared by ${data.shared_by}`, data.dedication],
  share_joined: ({ share_id, name }) => [null, `${name} dances too, to ${songs.get(share_id) ?? "a song"}`, null],
  now_playing: ({ share }) => (share ? ["On the decks: " + titleOf(share), null, null] : null),
  pledge: (data) => [pledgeOf(data), null, data.message],
  milestone: (data) => ["Reached: " + milestoneOf(data), null, null],
  totals: ({ promised_pence }) => [null, money(promised_pence) + " promised", null],
  status: ({ status }) => ({ live: ["The night is open", null, null], ended: ["The night is over", null, null] })[status],
  slot: ({ host, title }) => [`${host} takes the decks` + (title ? `: ${title}` : ""), null, null],
  quiet: ({ is_quiet }) => [is_quiet ? "A quiet moment" : "The music goes on", null, null],
};
/** The songs of this night by the ids of their shares. */
const songs = new Map();

// ---- what is shown ----
function put(element, words) {
  element.textContent = words ?? "";
  element.hidden = !words;
}
/** Whether the song on the decks is the one to show, or the one that came last. */
const isOnDecks = () => state.playing && at >= state.freshUntil;
const shown = () => (isOnDecks() ? state.playing : state.arrived);
function showSong() {
  const share = shown();
  const card = $("now");
  put($("now-title"), isOnDecks() ? "On the decks" : share ? "Just arrived" : "Nothing yet");
  card.dataset.share = share?.id ?? "";
  for (const part of card.querySelectorAll("[data-part]")) part.hidden = !share;
  if (!share) return;
  const part = (name) => card.querySelector(`[data-part="${name}"]`);
  draw(part("sleeve"), share.track.id);
  put(part("name"), nameOf(share.track));
  put(part("by"), share.track.artist);
  const others = state.joined.get(share.id) ?? [];
  put(part("who"), share.shared_by + (others.length ? ", with " + new Intl.ListFormat("en-GB").format(others) : ""));
  put(part("for"), share.dedication && `“${share.dedication}”`);
  const danced = state.dances.get(share.id);
  put(part("danced"), danced && (danced === 1 ? "1 dance" : `${danced} dances`));
  const link = share.track.links.find(({ is_gone }) => !is_gone);
  const play = part("play");
  play.hidden = !link;
  if (!link) return;
  play.href = link.url;
  play.querySelector("span").textContent = `Play ${nameOf(share.track)} on ${label(link.service)}`;
}
function show() {
  showSong();
  $("clock").textContent = wall(at);
  $("sum").parentElement.hidden = state.promised === null;
  if (state.promised !== null) $("sum").textContent = money(state.promised);
  const slider = $("slider");
  slider.value = at / 1000;
  slider.setAttribute("aria-valuetext", wall(at));
  const rows = [...$("told").children];
  // The last row behind us.
  const on = rows.findLast((row) => Number(row.dataset.moment) < passed);
  for (const row of rows) {
    row.classList.toggle("is-on", row === on);
    if (row === on) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}
function rowOf({ at: when, kind, data }, number) {
  // Of the totals only what it came to in the end: the milestones tell the way there.
  const isLastTotal = night.moments.findLastIndex((moment) => moment.kind === "totals") === number;
  const words = kind === "totals" && !isLastTotal ? null : TOLD[kind]?.(data);
  if (!words) return null;
  const [strong, plain, own] = words;
  const row = document.createElement("li");
  row.dataset.moment = number;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "textbtn";
  button.textContent = wall(when);
  const to = document.createElement("span");
  to.className = "vh";
  to.textContent = `: go to ${strong ?? plain}`;
  button.append(to);
  button.addEventListener("click", () => jump(when));
  const told = document.createElement("div");
  for (const [tag, part] of [["strong", strong], ["span", plain && (strong ? " " : "") + plain]]) {
    if (part) told.appendChild(document.createElement(tag)).textContent = part;
  }
  if (own) {
    const quote = told.appendChild(document.createElement("blockquote"));
    quote.className = "for";
    quote.textContent = `“${own}”`;
  }
  row.append(button, told);
  return row;
}

// ---- what is said aloud: one voice, at most once in 10 s ----
const voice = { at: 0, timer: 0, words: [] };
function speak() {
  voice.timer = 0;
  const words = voice.words.splice(0);
  if (!words.length || !$("aloud").checked) return;
  voice.at = Date.now();
  $("said").textContent = `${wall(at)}. ${words.slice(-4).join(". ")}.`;
}
function say(words) {
  voice.words.push(...words);
  if (voice.words.length) voice.timer ||= setTimeout(speak, Math.max(500, voice.at + 10_000 - Date.now()));
}
function sayMoments(moments) {
  const told = moments.filter(({ kind }) => kind !== "dance" && kind !== "share_joined").map(({ kind, data }) => TOLD[kind]?.(data));
  say(told.filter(Boolean).map(([strong, plain]) => [strong, plain].filter(Boolean).join(", ")));
}

// ---- playing ----
/** The time when the decks were closed for a while: nothing happened that anybody would wait for. */
function closedUntil(when) {
  const turns = night.moments.filter(({ kind }) => kind === "status");
  const last = turns.findLast((turn) => turn.at <= when);
  if (last?.data.status !== "ended") return when;
  return turns.find((turn) => turn.at > when && turn.data.status === "live")?.at ?? when;
}
function tick() {
  const now = performance.now();
  const came = go(closedUntil(at + (now - ticked) * speed));
  ticked = now;
  sayMoments(came);
  show();
  if (at >= night.lasts) pause();
}
function pause() {
  clearInterval(timer);
  timer = 0;
  $("toggle").textContent = at >= night.lasts ? "Play it once more" : at ? "Go on" : "Play the night";
}
function play() {
  if (at >= night.lasts) begin();
  ticked = performance.now();
  timer ||= setInterval(tick, TICK_MS);
  $("toggle").textContent = "Pause";
}
function jump(to) {
  go(to);
  ticked = performance.now();
  voice.words.length = 0;
  const share = shown();
  say([share ? titleOf(share) : "No song yet"]);
  show();
  if (!timer) pause();
}
/** The time of the next song, or of the one before. */
function songAt(direction) {
  const times = night.moments.filter(({ kind }) => kind === "share").map((moment) => moment.at);
  const found = direction > 0 ? times.find((when) => when > at) : times.findLast((when) => when < at - (timer ? LATELY_MS : 0));
  return found ?? null;
}
function jumpToSong(direction) {
  const found = songAt(direction);
  if (found !== null) jump(found);
  else say([direction > 0 ? "That was the last song" : "That was the first song"]);
  put($("edge"), found !== null ? "" : direction > 0 ? "That was the last song." : "That was the first song.");
}

// ---- a night from a file ----
function open(json) {
  const fresh = read(json);
  if (timer) pause();
  night = fresh;
  begin();
  songs.clear();
  for (const { kind, data } of night.moments) if (kind === "share") songs.set(data.id, titleOf(data));
  document.body.dataset.mood = night.mood;
  $("slider").max = Math.ceil(night.lasts / 1000);
  $("told").replaceChildren(...night.moments.map(rowOf).filter(Boolean));
  $("from").textContent = wall(0);
  $("until").textContent = wall(night.lasts);
  go(0);
  show();
  pause();
  player.hidden = false;
}
const trouble = (words) => put($("trouble"), words);

$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (!file) return;
  try {
    if (file.size > BYTES_MAX) throw new TypeError("too long");
    open(await file.text());
    trouble("");
    $("file").removeAttribute("aria-invalid");
    $("title").textContent = night.title;
    document.title = `${night.title}, from a file – #TwitterDisco`;
    $("opened").hidden = false;
  } catch {
    trouble("That file isn’t a night of ours, or it is damaged. Choose another; nothing has changed here.");
    $("file").setAttribute("aria-invalid", "true");
    $("trouble").scrollIntoView({ block: "center" });
  }
});
$("toggle").addEventListener("click", () => (timer ? pause() : play()));
$("back").addEventListener("click", () => jumpToSong(-1));
$("on").addEventListener("click", () => jumpToSong(1));
$("slider").addEventListener("input", () => jump(Number($("slider").value) * 1000));
for (const choice of document.querySelectorAll("[name=speed]")) {
  choice.addEventListener("change", () => (speed = Number(choice.value)));
}
try {
  $("aloud").checked = localStorage.getItem("night:aloud") !== "off";
  $("aloud").addEventListener("change", () => localStorage.setItem("night:aloud", $("aloud").checked ? "on" : "off"));
} catch {
  // Storage is closed to us: the switch works, and is forgotten.
}
$("choose").hidden = false;
try {
  const answer = await fetch(player.dataset.file);
  if (!answer.ok) throw new TypeError(answer.statusText);
  open(await answer.text());
} catch {
  trouble("The player couldn’t fetch this night. Everything is in the list below; load the page again to play it.");
}
