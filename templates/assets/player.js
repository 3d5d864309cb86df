// A song's player, from its service: only once somebody taps Play, one at a time, in a dock that stays while songs come and
// go. Without this, or with a modifier key, the tap opens the service's own page.
const SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation";

const root = document.documentElement;
let dock;
let opener;

function element(tag, set, ...inside) {
  const made = Object.assign(document.createElement(tag), set);
  made.append(...inside);
  return made;
}
function close() {
  dock?.remove();
  dock = undefined;
  root.classList.remove("has-dock");
  // Its card may have been drawn anew meanwhile.
  const again = opener?.isConnected ? opener : document.querySelector(`a[data-player="${CSS.escape(opener.dataset.player)}"]`);
  (again ?? document.getElementById("main")).focus();
}
function shapeOf(service, kind) {
  if (service === "youtube") return "video";
  const isList = /^(album|playlist|set|artist|show)$/.test(kind) && service !== "mixcloud";
  return isList ? "tall" : "slim";
}
function play(link) {
  const { player, service, kind, on } = link.dataset;
  const named = link.closest(".song, .setlist li")?.querySelector("h3, strong") ?? document.querySelector("h1");
  const song = named.textContent.trim();
  const frame = element("iframe", {
    src: player,
    title: `${on} player: ${song}`,
    className: shapeOf(service, kind),
    allow: "encrypted-media; fullscreen",
    referrerPolicy: "strict-origin-when-cross-origin",
  });
  frame.setAttribute("sandbox", SANDBOX);
  const shut = element("button", { type: "button", className: "btn slim quiet" }, "Close the player");
  shut.addEventListener("click", close);
  const away = element("a", { href: link.href, rel: link.rel }, `Open on ${on}`);
  const name = element("h2", { tabIndex: -1 }, song);
  const fresh = element("section", { className: "dock", ariaLabel: "Player" }, name, frame, element("div", { className: "row" }, away, shut));
  fresh.addEventListener("keydown", ({ key }) => key === "Escape" && close());
  if (dock) dock.replaceWith(fresh);
  else document.body.append(fresh);
  dock = fresh;
  opener = link;
  root.classList.add("has-dock");
  root.style.setProperty("--dock", dock.offsetHeight + "px");
  name.focus({ preventScroll: true });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-player]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  play(link);
});
// A link that acts like a button takes the space bar too.
document.addEventListener("keydown", (event) => {
  if (event.key !== " " || event.target.tagName !== "A" || event.target.role !== "button") return;
  event.preventDefault();
  event.target.click();
});
