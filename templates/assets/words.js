// Words and numbers as the pages write them, for scripts that draw songs and money.
export const number = (n) => n.toLocaleString("en-GB");
/** As Pence in money.rs: £20, £20.50, £1,250. */
export const money = (pence) =>
  "£" + number(Math.floor(pence / 100)) + (pence % 100 ? "." + String(pence % 100).padStart(2, "0") : "");
/** As clock_words in when.rs: 9pm, 9:30pm, midnight. */
export function clock(date, timeZone) {
  const [hour, minute] = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone })
    .format(date).split(":").map(Number);
  if (hour % 12 === 0 && minute === 0) return hour ? "midday" : "midnight";
  return ((hour + 11) % 12) + 1 + (minute ? ":" + String(minute).padStart(2, "0") : "") + (hour < 12 ? "am" : "pm");
}
// parts/services.html
const services = new URLSearchParams(document.querySelector("meta[name=services]")?.content);
const KINDS = { album: "record", playlist: "playlist", set: "playlist", artist: "artist", episode: "show", show: "show" };
export const label = (service) => services.get(service) ?? "the web";
/** As Track::name in track.rs. */
export function nameOf({ title, service, kind }) {
  if (title) return title;
  if (!service) return "A song without a name";
  const what = Object.hasOwn(KINDS, kind) && service !== "web" ? KINDS[kind] : "song";
  return `A ${what} on ${label(service)}`;
}
/** `14 kitchens dancing` */
export const kitchens = (n) => (n === 1 ? "1 kitchen dancing" : `${number(n)} kitchens dancing`);
