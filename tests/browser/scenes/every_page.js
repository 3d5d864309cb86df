// Every page there is to read, on an old phone in the dark and on a wide screen by day: nothing sticks out, and axe
// finds nothing.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { sticksOut } from "../support/looks.js";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** What WCAG 2.2 AA asks for, and what axe counts as good practice. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const LOOKS = [
  { colorScheme: "dark", width: 320, height: 640 },
  { colorScheme: "light", width: 1280, height: 800 },
];

const FOR_ALL = [
  "/", "/events", "/songs", "/stories", "/stories/edges", "/search", "/search?q=e", "/search?q=ed", "/search?q=nothing+of+it",
  "/totals", "/charities", "/charities/cavell-nurses-trust", "/about", "/privacy", "/accessibility", "/house-rules",
  "/report", "/sign-in",
];
const OF_A_NIGHT = [
  "", "/share?link=Lovely+Day", "/mine", "/dancing", "/pledge", "/pledge?kind=per_song", "/pledge?kind=match", "/sums",
];
const FOR_HOSTS = ["/host", "/host/events/new", "/host/charities", "/host/charities/new", "/host/account"];
const OF_A_DESK = ["", "/details", "/kindness", "/history", "/ledger", "/imports", "/songs"];

/** What axe finds, in lines. */
async function faults(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
  return found.violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html.slice(0, 160)}`));
}

async function readThem(person, paths) {
  const wrong = [];
  const walk = async ({ colorScheme, width, height }) => {
    const page = await person.context.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const path of paths) {
      const answer = await page.goto(path);
      const note = (what) => wrong.push(`${path} (${width}, ${colorScheme}): ${what}`);
      if (answer.status() !== 200) note(`status ${answer.status()}`);
      (await sticksOut(page)).forEach(note);
      (await faults(page)).forEach(note);
    }
    await page.close();
  };
  await Promise.all(LOOKS.map(walk));
  return wrong;
}

export async function everyPage({ reader, path }) {
  const nights = OF_A_NIGHT.map((page) => path + page);
  await reader.page.goto(path);
  nights.push(await reader.page.locator("#songs h3 a").last().getAttribute("href"));
  assert.deepEqual(await readThem(reader, [...FOR_ALL, ...nights, `/report?about=event:${path.split("/").at(-1)}`]), []);
}

export async function everyDesk({ host, path }) {
  const song = await host.page.getByRole("link", { name: /^Edit / }).first().getAttribute("href");
  const pages = [...FOR_HOSTS, ...OF_A_DESK.map((page) => `/host${path}${page}`), song];
  assert.deepEqual(await readThem(host, pages), []);
}

/** The pages that a night has only once it is over. */
export async function everyRecord({ reader, host, path }) {
  const pages = ["", "/replay", "/sums", "/embed", "/overlay"].map((page) => path + page);
  assert.deepEqual(await readThem(reader, ["/", ...pages]), []);
  const desks = ["", "/ledger", "/settlements/sepsis-trust"].map((page) => `/host${path}${page}`);
  assert.deepEqual(await readThem(host, desks), []);
}
