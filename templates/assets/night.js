// A night's page, kept up to date by its stream. The page is whole without this.
import "./paste.js";
import "./player.js";
import { draw } from "./sleeves.js";
import { clock, kitchens, label, money, nameOf, number } from "./words.js";

const $ = (id) => document.getElementById(id);
const { slug, revision, status, zone, began, promised, received } = $("night").dataset;
const list = $("songs");

// ---- a song's card ----
function put(element, text) {
  if (text) element.textContent = text;
  else element.remove();
}
/** Where a link leads, and the player that a tap opens: as parts/link_attrs.html. */
function lead(element, { service, kind, url, embed_url }) {
  element.href = url;
  element.rel = "noopener nofollow ugc external";
  if (!embed_url) return;
  Object.assign(element.dataset, { player: embed_url, service, kind, on: label(service) });
}
function cardOf(share) {
  const card = $("card").content.firstElementChild.cloneNode(true);
  const part = (selector) => card.querySelector(selector);
  const { track } = share;
  const name = nameOf(track);
  const links = track.links.filter(({ url }) => /^https?:\/\//i.test(url));
  const first = links.find(({ is_gone }) => !is_gone);
  card.id = "s-" + share.id;
  draw(part(".sleeve"), track.id);
  const title = part("h3 a");
  title.textContent = name;
  title.href = "/songs/" + track.id;
  put(part(".by"), track.artist);
  part(".who b").textContent = share.shared_by;
  const others = new Intl.ListFormat("en-GB").format(share.joined_by);
  put(part(".who span"), others && ", with " + others);
  const time = part("time");
  time.dateTime = share.shared_at;
  time.textContent = Date.parse(share.shared_at) < Date.parse(began) ? "beforehand" : clock(new Date(share.shared_at), zone);
  put(part(".for"), share.dedication && `“${share.dedication}”`);
  const dance = part(".dance");
  dance.href = `/events/${slug}/shares/${share.id}/dance`;
  dance.lastElementChild.textContent = " to " + name;
  countDances(dance, share.dances);
  const play = part(".play");
  const [verb, what, where] = play.querySelectorAll("span > span");
  what.textContent = " " + name;
  if (first) {
    lead(play, first);
    where.textContent = label(first.service);
  } else if (!track.title) {
    play.remove();
  } else {
    const words = encodeURIComponent(track.artist ? `${name} ${track.artist}` : name);
    play.href = "https://www.youtube.com/results?search_query=" + words;
    play.rel = "noopener external";
    play.className = "btn slim quiet";
    play.firstElementChild.remove();
    verb.textContent = "Look for";
    where.textContent = "YouTube";
  }
  const chips = part(".chips");
  for (const link of links) {
    if (link === first) continue;
    const chip = document.createElement(link.is_gone ? "span" : "a");
    const of = document.createElement("span");
    of.className = "vh";
    of.textContent = name + (link.is_gone ? " is no longer on " : " on ");
    chip.className = link.is_gone ? "chip gone" : "chip";
    chip.append(of, label(link.service));
    if (link.is_gone) chip.append(Object.assign(document.createElement("span"), { textContent: "gone", ariaHidden: "true" }));
    else lead(chip, link);
    chips.appendChild(document.createElement("li")).append(chip);
  }
  if (!chips.children.length) chips.remove();
  const report = part(".report");
  report.href = "/report?about=share:" + share.id;
  report.firstElementChild.textContent = " " + name;
  return card;
}
// ---- dancing ----
/** What this phone keeps: a switch, or which songs it danced to. Storage may be closed to us, and then it's forgotten. */
function kept(key, value) {
  try {
    if (value !== undefined) localStorage.setItem(key, value);
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
const danced = new Set((kept("danced:" + slug) ?? "").split(",").filter(Boolean));
const songOf = (dance) => dance.href.split("/").at(-2);
function countDances(dance, dances) {
  let n = dance.querySelector(".n");
  if (!n && dances) {
    n = document.createElement("span");
    n.className = "n";
    dance.append(" ", n);
  }
  if (n) n.textContent = number(dances);
  dance.role = "button";
  dance.ariaPressed = danced.has(songOf(dance));
}
function danceCame({ share_id, dances }) {
  for (const dance of document.querySelectorAll(".dance")) if (songOf(dance) === share_id) countDances(dance, dances);
}
const send = (method, path) =>
  fetch("/api/v1" + path, { method, headers: { "content-type": "application/json" }, body: method === "POST" ? "{}" : undefined });
/** Whatever goes wrong, the link's own page says what. */
async function tapped(link, method, path) {
  try {
    const answer = await send(method, path);
    if (answer.ok) return await answer.json();
  } catch {
    // No line: the page will say so.
  }
  location.href = link.href;
}
document.addEventListener("click", async (event) => {
  const dance = event.target.closest?.("a.dance");
  if (!dance || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const share_id = songOf(dance);
  const told = await tapped(dance, "POST", `/shares/${share_id}/dances`);
  if (!told) return;
  danced.add(share_id);
  kept("danced:" + slug, [...danced].join());
  danceCame({ share_id, dances: told.dances });
});
for (const dance of document.querySelectorAll(".song .dance")) countDances(dance, +(dance.querySelector(".n")?.textContent ?? "").replace(/\D/g, ""));

const kitchen = $("dancing");
const presence = `/events/${slug}/presence`;
function kitchensCame({ dancing }) {
  if ($("kitchens")) $("kitchens").textContent = dancing ? kitchens(dancing) : "Whose kitchen is first?";
}
/** A kitchen fades after three minutes, so one that dances says so again while its page is looked at. */
function dancing(isOn) {
  kitchen.ariaPressed = isOn;
  kept("dancing", isOn ? slug : "");
}
if (kitchen) {
  kitchen.role = "button";
  dancing(kept("dancing") === slug);
  const still = () => kitchen.ariaPressed === "true" && !document.hidden && send("POST", presence).catch(() => {});
  still();
  setInterval(still, 120_000);
  document.addEventListener("visibilitychange", still);
  kitchen.addEventListener("click", async (event) => {
    event.preventDefault();
    const isOn = kitchen.ariaPressed !== "true";
    const told = await tapped(kitchen, isOn ? "POST" : "DELETE", presence);
    if (!told) return;
    dancing(isOn);
    kitchensCame(told);
  });
}

/** Puts a card where its time belongs, newest first. */
function place(card) {
  const time = (song) => Date.parse(song.querySelector("time").dateTime);
  const older = [...list.children].find((song) => time(song) <= time(card));
  list.insertBefore(card, older ?? null);
  $("none")?.remove();
}

// ---- what is said aloud: one voice, at most once in 10 s ----
const told = { promised: +promised, received: +received, at: 0, timer: 0 };
const heard = { promised: +promised, received: +received, songs: 0, playing: "", passed: [] };
function speak() {
  told.timer = 0;
  const words = [];
  const more = heard.promised - told.promised;
  if (more) words.push((more > 0 ? `${money(more)} more, ` : "") + `${money(heard.promised)} in all`);
  words.push(...heard.passed);
  if (heard.received > told.received) words.push(`${money(heard.received)} received`);
  if (heard.songs) words.push(heard.songs === 1 ? "1 new song" : `${number(heard.songs)} new songs`);
  if (heard.playing) words.push("Now playing: " + heard.playing);
  Object.assign(told, { promised: heard.promised, received: heard.received });
  Object.assign(heard, { songs: 0, playing: "", passed: [] });
  if (!words.length || !$("aloud").checked) return;
  told.at = Date.now();
  $("said").textContent = words.join(". ") + ".";
}
function soon() {
  told.timer ||= setTimeout(speak, Math.max(500, told.at + 10_000 - Date.now()));
}

// ---- songs: let in as they come, or held back until asked for ----
const held = new Map();
function count() {
  const button = $("waiting").firstElementChild;
  $("waiting").hidden = !held.size;
  button.textContent = held.size === 1 ? "Show 1 new song" : `Show ${number(held.size)} new songs`;
}
function letIn() {
  for (const card of held.values()) place(card);
  held.clear();
  count();
}
function songCame(share) {
  const card = cardOf(share);
  if ($(card.id) || held.has(card.id)) return;
  heard.songs += 1;
  soon();
  held.set(card.id, card);
  if ($("flow").checked) letIn();
  else count();
}
/** Draws something anew, and gives the focus to its like if it had it. */
function redraw(old, fresh, swap) {
  const had = old.contains(document.activeElement) ? document.activeElement : null;
  swap();
  if (!had) return;
  const links = [...fresh.querySelectorAll("a")];
  const same = links.find((link) => link.href === had.href && link.className === had.className);
  (same ?? links[0]).focus({ preventScroll: true });
}
function songChanged(share) {
  const id = "s-" + share.id;
  const isShown = share.state === "shown" && share.track;
  const card = $(id);
  if (!isShown) {
    card?.remove();
    if (held.delete(id)) count();
  } else if (card) {
    const fresh = cardOf(share);
    fresh.classList.remove("new");
    redraw(card, fresh, () => card.replaceWith(fresh));
    if ($("now")?.dataset.share === share.id) nowPlaying({ share }, true);
  } else {
    held.delete(id);
    songCame(share);
  }
}
function nowPlaying({ share }, isSame = false) {
  const now = $("now");
  if (!now) return;
  const was = now.dataset.share;
  if (was === (share?.id ?? "") && !isSame) return;
  now.hidden = !share;
  $("nothing").hidden = Boolean(share);
  now.dataset.share = share?.id ?? "";
  if (!share) return;
  draw(now.querySelector(".sleeve"), share.track.id);
  const [sleeve, heading] = now.children;
  redraw(now, now, () => now.replaceChildren(sleeve, heading, ...[...cardOf(share).children].slice(1)));
  if (was !== share.id) {
    heard.playing = nameOf(share.track) + (share.track.artist ? " by " + share.track.artist : "");
    soon();
  }
}

// ---- money ----
function totals(sums) {
  for (const element of document.querySelectorAll("[data-live]")) {
    const charity = element.closest("[data-charity]")?.dataset.charity;
    const from = charity ? sums.by_charity.find((part) => part.charity === charity) : sums;
    const pence = from?.[element.dataset.live + "_pence"];
    const plain = from?.[element.dataset.live];
    if (pence !== undefined) element.textContent = money(pence);
    else if (plain !== undefined) element.textContent = number(plain);
    const some = element.closest("[data-some]");
    if (some) some.hidden = !pence;
  }
  const full = Math.max(1, sums.target_pence ?? sums.promised_pence);
  for (const [groove, pence] of [[".ring .p", sums.promised_pence], [".ring .r", sums.received_pence]]) {
    const path = document.querySelector(groove);
    const tenths = Math.min(1000, Math.floor((pence * 1000) / full));
    path?.setAttribute("stroke-dasharray", `${tenths / 10} 100`);
    if (tenths) path?.removeAttribute("display");
    else path?.setAttribute("display", "none");
  }
  document.querySelectorAll(".street rect").forEach((pane, at) => pane.classList.toggle("lit", at < sums.shares));
  heard.promised = sums.promised_pence;
  heard.received = sums.received_pence;
  if (heard.promised !== told.promised || heard.received !== told.received) soon();
}

/** A milestone was reached: its line lights up, and is said with the rest. */
function milestone({ percent, amount_pence }) {
  const mark = document.querySelector(percent ? `.marks [data-percent="${percent}"]` : `.marks [data-amount="${amount_pence}"]:not([data-percent])`);
  if (!mark || mark.classList.contains("is-on")) return;
  mark.classList.add("is-on");
  mark.lastElementChild.hidden = false;
  heard.passed.push(`${mark.children[0].textContent} reached: ${mark.children[1].textContent}`.replace(/: $/, ""));
  soon();
}

/** The night opened or closed: the page is another one now. Once for each turn, and not over what is being typed. */
function turned(now, id) {
  if (now === status) return;
  $("turn").hidden = false;
  const key = "turned:" + slug;
  try {
    if ($("link")?.value || sessionStorage.getItem(key) === id) return;
    sessionStorage.setItem(key, id);
  } catch {
    return;
  }
  // Not all at the same moment.
  setTimeout(() => location.reload(), Math.random() * 3000);
}

// ---- the stream ----
/** What the light says: live, catching up, or offline. */
function light(state, words) {
  const chip = $("light");
  chip.hidden = false;
  chip.classList.toggle("live", state === "live");
  chip.classList.toggle("off", state === "off");
  chip.lastElementChild.textContent = words;
}
let last = revision;
let stream;
function connect() {
  stream?.close();
  stream = new EventSource(`/events/${encodeURIComponent(slug)}/stream?after=${encodeURIComponent(last)}`);
  const mine = stream;
  const on = (kind, does) =>
    stream.addEventListener(kind, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      const data = JSON.parse(event.data);
      does?.(data, event.lastEventId);
      // For the page's other scripts.
      $("night").dispatchEvent(new CustomEvent("live:" + kind, { detail: data }));
    });
  light("wait", "Catching up");
  on("totals", (sums) => {
    light("live", status === "live" ? "Live" : "Up to date");
    totals(sums);
  });
  on("share", songCame);
  on("share_changed", songChanged);
  on("now_playing", (change) => nowPlaying(change));
  on("dance", danceCame);
  on("presence", kitchensCame);
  on("pledge");
  on("lineup");
  on("night");
  on("milestone", milestone);
  on("status", (change, id) => turned(change.status, id));
  stream.onopen = () => light("wait", "Catching up");
  stream.onerror = () => {
    light("off", "Offline, retrying");
    // A full house ends it for good; a dropped line comes back by itself.
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => mine === stream && connect(), 5000 + Math.random() * 10_000);
  };
}
// A phone that slept may hold a line that is dead without saying so.
let hiddenAt = 0;
document.addEventListener("visibilitychange", () => {
  if (document.hidden) hiddenAt = Date.now();
  else if (Date.now() - hiddenAt > 10_000) connect();
});
addEventListener("pageshow", (event) => event.persisted && connect());
addEventListener("online", connect);
addEventListener("offline", () => light("off", "Offline, retrying"));

// ---- the switches ----
for (const id of ["flow", "aloud"]) {
  const key = "night:" + id;
  $(id).checked = kept(key) !== "off";
  $(id).addEventListener("change", () => kept(key, $(id).checked ? "on" : "off"));
}
$("flow").addEventListener("change", () => $("flow").checked && letIn());
$("waiting").firstElementChild.addEventListener("click", () => {
  letIn();
  list.querySelector("a")?.focus();
});
$("choices").hidden = false;
// Each card in full would drown a screen reader; the status line says how many came.
list.parentElement.setAttribute("aria-live", "off");

const starts = $("starts");
if (starts) {
  const at = new Date(starts.dateTime);
  const say = (timeZone) =>
    `${clock(at, timeZone)} on ${new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone }).format(at)}`;
  if (say() !== say(zone)) {
    $("yours").textContent = `That’s ${say()} where you are.`;
    $("yours").hidden = false;
  }
}
connect();
