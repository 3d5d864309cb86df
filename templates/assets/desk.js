// A desk, kept up to date by its stream, and worked without leaving the page. The page is whole without this.
const $ = (id) => document.getElementById(id);
const desk = $("desk");
const { stream: address, kinds } = desk.dataset;
const say = (words) => ($("line").textContent = words);

// ---- fresh parts in place of old ones, and what is being typed stays ----
const keyless = (part) => part.outerHTML.replace(/(name="idempotency_key" value=")[^"]*/g, "$1");
const got = new Map();
for (const part of document.querySelectorAll("[data-part]")) got.set(part.id, keyless(part));

const fields = "input:not([type=hidden], [readonly]), textarea, select";
const isTyped = (part) =>
  [...part.querySelectorAll(fields)].some((field) => field === document.activeElement || field.value !== field.defaultValue);
/** What has the focus, in words that find its like on the fresh page. */
function mark(part) {
  const at = document.activeElement;
  if (!part.contains(at)) return null;
  const form = at.closest("form");
  const like = (other) =>
    other.localName === at.localName && other.textContent.trim() === at.textContent.trim() && (!form || other.closest("form")?.action === form.action);
  return (fresh) =>
    (at.id && fresh.querySelector("#" + CSS.escape(at.id))) ||
    [...fresh.querySelectorAll(at.localName)].find(like) ||
    fresh.querySelector("h1, h2");
}
let isBehind = false;
function show(page, pressed = null) {
  isBehind = false;
  const { key } = seal(page);
  for (const part of document.querySelectorAll("[data-part]")) {
    const fresh = page.getElementById(part.id);
    if (!fresh) continue;
    const html = keyless(fresh);
    if (got.get(part.id) === html && !part.contains(pressed)) continue;
    if (!part.contains(pressed) && isTyped(part)) {
      isBehind = true;
      continue;
    }
    got.set(part.id, html);
    const find = mark(part);
    for (const open of part.querySelectorAll("details[open][id]")) {
      fresh.querySelector("#" + CSS.escape(open.id))?.setAttribute("open", "");
    }
    part.replaceWith(document.importNode(fresh, true));
    const target = find?.($(part.id));
    if (target && !target.matches("a, button, input, summary")) target.tabIndex = -1;
    target?.focus({ preventScroll: true });
  }
  if (key) for (const field of document.querySelectorAll("[name=idempotency_key]")) field.value = key;
  document.body.dataset.mood = page.body.dataset.mood;
  document.body.toggleAttribute("data-still", "still" in page.body.dataset);
  document.dispatchEvent(new CustomEvent("desk:fresh"));
}
const seal = (page) => ({ key: page.querySelector("[name=idempotency_key]")?.value });
const read = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
const isThis = (answer, page) => page.getElementById("desk") && new URL(answer.url).pathname === location.pathname;

let asking = false;
let again = false;
/** How many presses were answered. */
let answered = 0;
async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  const before = answered;
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    const page = await read(answer);
    // A press was answered meanwhile, and went to an address of its own: this page is older, and has no way to undo it.
    if (before !== answered) again = true;
    // Signed out, or the night is over for this link: the page itself says so.
    else if (!isThis(answer, page)) location.reload();
    else show(page);
  } catch {
    // The stream says that the line is down.
  } finally {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }
}
document.addEventListener("focusout", () => setTimeout(() => isBehind && refresh(), 50));

// ---- pressing, without leaving the page ----
function refuse(words) {
  $("refused").textContent = words;
  $("refused").hidden = !words;
  if (words) $("refused").scrollIntoView({ block: "nearest" });
}
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "1";
  const what = (event.submitter ?? form).textContent.trim();
  try {
    const answer = await fetch(form.getAttribute("action"), {
      method: "POST",
      body: new URLSearchParams(new FormData(form, event.submitter)),
    });
    const page = await read(answer);
    if (isThis(answer, page) || (page.getElementById("desk") && !answer.ok)) {
      if (answer.ok) history.replaceState(null, "", answer.url);
      answered += 1;
      refuse("");
      show(page, form);
      const problems = $("errors");
      if (problems) problems.focus();
      else say(what + ": done");
      if (answer.ok) $("undo")?.scrollIntoView({ block: "nearest" });
    } else if (answer.ok) {
      location.assign(answer.url);
    } else {
      refuse(page.querySelector("main p")?.textContent ?? "That couldn’t be done.");
      refresh();
    }
  } catch {
    refuse("That didn’t get through. Look at your connection, and press it again.");
  } finally {
    delete form.dataset.busy;
  }
});

// ---- the stream ----
let last = desk.dataset.revision;
let timer = 0;
const soon = () => (timer ||= setTimeout(() => ((timer = 0), refresh()), 300));
function connect() {
  const line = new EventSource(`${address}?after=${encodeURIComponent(last)}`);
  for (const kind of kinds.split(" ")) {
    line.addEventListener(kind, (event) => {
      if (event.lastEventId) last = event.lastEventId;
      soon();
    });
  }
  line.onopen = () => say("Up to date");
  line.onerror = () => {
    say("Offline, retrying");
    if (line.readyState === EventSource.CLOSED) setTimeout(connect, 5000 + Math.random() * 10_000);
  };
}
connect();

// ---- single keys, which can be turned off (WCAG 2.1.4) ----
const keys = $("keyboard");
if (keys) {
  const KEY = "desk:keys";
  const on = $("keys-on");
  keys.hidden = false;
  try {
    on.checked = localStorage.getItem(KEY) !== "off";
    on.addEventListener("change", () => localStorage.setItem(KEY, on.checked ? "on" : "off"));
  } catch {
    // Storage is closed to us: the switch works, and is forgotten.
  }
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (!on.checked || event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
    if (target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
    const found = key === "?" ? $("keys") : /^[a-z1-4]$/.test(key) && document.querySelector(`[data-key="${key}"]`);
    if (!found) return;
    event.preventDefault();
    if (found.localName === "button") found.click();
    else found.focus();
  });
}
