// A night on another page, kept up to date by its stream. The page is whole without this.
import { kitchens, money, nameOf } from "./words.js";

const $ = (id) => document.getElementById(id);
const { slug, status, revision, sleeps } = $("lite").dataset;
const SONGS = 4;

const whoOf = ({ shared_by, dedication }) => shared_by + (dedication ? `, “${dedication}”` : "");
function fill(element, share) {
  element.querySelector("b").textContent = nameOf(share.track);
  element.querySelector(".by").textContent = share.track.artist ?? "";
  element.querySelector(".who").textContent = whoOf(share);
}
function lineOf(share) {
  const line = $("song").content.firstElementChild.cloneNode(true);
  line.id = "s-" + share.id;
  fill(line, share);
  return line;
}
function came(share) {
  if ($("s-" + share.id)) return;
  $("songs").prepend(lineOf(share));
  while ($("songs").children.length > SONGS) $("songs").lastElementChild.remove();
  $("newest").hidden = false;
}
function changed(share) {
  const isShown = share.state === "shown" && share.track;
  const line = $("s-" + share.id);
  if (isShown) line?.replaceWith(lineOf(share));
  else line?.remove();
  $("newest").hidden = !$("songs").children.length;
  if ($("now")?.dataset.share === share.id) playing({ share: isShown ? share : null });
}
function playing({ share }) {
  const now = $("now");
  if (!now) return;
  now.hidden = !share;
  now.dataset.share = share?.id ?? "";
  if (share) fill(now, share);
}
function dancing(count) {
  const place = $("kitchens");
  if (!place) return;
  place.hidden = !count;
  place.textContent = count ? kitchens(count) : "";
}
function totals(sums) {
  const promised = document.querySelector('[data-lite="promised"]');
  if (promised) promised.textContent = money(sums.promised_pence);
  dancing(sums.dancing);
}

let last = revision;
let stream;
function connect() {
  stream = new EventSource(`/events/${encodeURIComponent(slug)}/stream?after=${encodeURIComponent(last)}`);
  const line = (words) => $("line") && ($("line").textContent = words);
  const on = (kind, does) =>
    stream.addEventListener(kind, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      does(JSON.parse(event.data));
    });
  on("totals", (sums) => {
    line("Live");
    totals(sums);
  });
  on("share", came);
  on("share_changed", changed);
  on("now_playing", playing);
  on("presence", (change) => dancing(change.dancing));
  // Another page now. Not all at the same moment.
  on("status", (change) => change.status !== status && setTimeout(() => location.reload(), Math.random() * 3000));
  stream.onopen = () => line("Catching up");
  stream.onerror = () => {
    line("Offline, retrying");
    // A full house ends it for good; a dropped line comes back by itself.
    if (stream.readyState === EventSource.CLOSED) setTimeout(wake, 5000 + Math.random() * 10_000);
  };
}
/** A card that nobody looks at takes nobody's seat. An overlay may be captured without being looked at. */
const isAsleep = () => sleeps !== undefined && document.hidden;
function wake() {
  const isOpen = stream && stream.readyState !== EventSource.CLOSED;
  if (isAsleep()) stream?.close();
  else if (!isOpen) connect();
}
document.addEventListener("visibilitychange", wake);
wake();
