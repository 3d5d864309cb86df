// Reads the file of a night. It may come from anybody's disk, so nothing in it is believed: what isn't as it should be
// is refused, and what is known is copied out, field by field. Texts stay texts; whoever shows them sets textContent.

/** Far more than the longest night; the service cuts its own off before. */
export const BYTES_MAX = 16 * 1024 * 1024;
const MOMENTS_MAX = 50_000;
const LASTS_MAX_MS = 14 * 24 * 3600 * 1000;
const LINKS_MAX = 20;
const MOODS = ["party", "gentle", "remembrance"];

const refuse = (why) => {
  throw new TypeError(why);
};
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value) => (isObject(value) ? value : refuse("an object"));
const list = (value, most) => (Array.isArray(value) && value.length <= most ? value : refuse("a list"));
const text = (value, most = 1000) => (typeof value === "string" && value.length <= most ? value : refuse("a text"));
const maybe = (value, read) => (value === null || value === undefined ? null : read(value));
const count = (value) => (Number.isSafeInteger(value) && value >= 0 ? value : refuse("a whole number"));
const time = (value) => {
  const at = Date.parse(text(value, 40));
  return Number.isFinite(at) ? at : refuse("a time");
};
function zone(value) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: text(value, 60) });
    return value;
  } catch {
    return "UTC";
  }
}

function link(value) {
  const { service, url, is_gone } = object(value);
  return { service: text(service, 40), url: text(url, 4000), is_gone: is_gone === true };
}
function track(value) {
  const { id, title, artist, service, kind, links } = object(value);
  return {
    id: text(id, 40),
    title: maybe(title, text),
    artist: maybe(artist, text),
    service: maybe(service, text),
    kind: maybe(kind, text),
    // Only what leads to the web: a file could name any scheme.
    links: list(links, LINKS_MAX).map(link).filter(({ url }) => /^https?:\/\//i.test(url)),
  };
}
function share(value) {
  const { id, track: song, shared_by, dedication, shared_at } = object(value);
  return { id: text(id, 40), track: track(song), shared_by: text(shared_by), dedication: maybe(dedication, text), shared_at: time(shared_at) };
}

/** What each kind says. Others are of a later day, and passed over. */
const KINDS = {
  share,
  share_joined: ({ share_id, name }) => ({ share_id: text(share_id, 40), name: text(name) }),
  now_playing: (data) => ({ share: maybe(data.share, share) }),
  pledge: ({ name, amount_pence, message }) => ({ name: maybe(name, text), amount_pence: maybe(amount_pence, count), message: maybe(message, (value) => text(value, 4000)) }),
  milestone: ({ percent, amount_pence, label }) => ({ percent: maybe(percent, count), amount_pence: count(amount_pence), label: maybe(label, text) }),
  totals: ({ promised_pence }) => ({ promised_pence: count(promised_pence) }),
  dance: ({ share_id, dances }) => ({ share_id: text(share_id, 40), dances: count(dances) }),
  status: ({ status }) => ({ status: text(status, 20) }),
  slot: ({ host, title }) => ({ host: text(host), title: maybe(title, text) }),
  quiet: ({ is_quiet }) => ({ is_quiet: is_quiet === true }),
};

/** The night in a text, or a TypeError or SyntaxError. */
export function read(json) {
  const file = object(JSON.parse(json));
  const begins = time(file.starts_at);
  const lasts = time(file.ends_at) - begins;
  if (lasts < 0 || lasts > LASTS_MAX_MS) refuse("a night");
  const moments = [];
  for (const moment of list(file.moments, MOMENTS_MAX)) {
    const { at_ms, kind, data } = object(moment);
    const at = Math.min(count(at_ms), lasts);
    if (Object.hasOwn(KINDS, text(kind, 40))) moments.push({ at, kind, data: KINDS[kind](object(data)) });
  }
  // In order of time, whatever the file says; what happened at once stays as it was.
  moments.sort((one, other) => one.at - other.at);
  return {
    title: text(file.title),
    mood: MOODS.includes(file.mood) ? file.mood : "party",
    zone: zone(file.time_zone),
    begins, lasts, moments,
  };
}
