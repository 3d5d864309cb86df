// A song's player comes when somebody taps Play, and nothing of its service before that. And what was copied is pasted.
import assert from "node:assert/strict";

import { card } from "./songs.js";
import { sees, wordsOf } from "../support/looks.js";

const PLAYERS = "https://www.youtube-nocookie.com";
const dock = (page) => page.getByRole("region", { name: "Player" });

export async function play({ supporter }) {
  const { page, context } = supporter;
  const asked = [];
  // No other site is reachable from a test: this one answers for the service.
  await context.route(PLAYERS + "/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ contentType: "text/html", body: "<title>A player</title><p>It plays.</p>" });
  });
  assert.deepEqual(supporter.strange, [], "nothing was asked of any service before a tap");
  supporter.visits.add(PLAYERS);

  const tap = card(page, "Don’t Stop Me Now").getByRole("link", { name: "Play Don’t Stop Me Now on YouTube" });
  await tap.click();
  await sees("the player", dock(page).getByRole("heading", { name: "Don’t Stop Me Now" }));
  await sees("what it plays", dock(page).frameLocator("iframe").getByText("It plays."));
  assert.deepEqual(asked, [PLAYERS + "/embed/HgzGwKwLmgM"]);
  const frame = dock(page).locator("iframe");
  assert.equal(await frame.getAttribute("title"), "YouTube player: Don’t Stop Me Now");
  const sandbox = (await frame.getAttribute("sandbox")).split(" ").sort();
  assert.deepEqual(sandbox, [
    "allow-popups", "allow-popups-to-escape-sandbox", "allow-presentation", "allow-same-origin", "allow-scripts",
  ]);
  assert.equal(await frame.getAttribute("allow"), "encrypted-media; fullscreen");
  assert.match(await wordsOf(dock(page)), /Open on YouTube Close the player/);
  const { width } = await frame.boundingBox();
  assert.ok(width <= page.viewportSize().width, "it fits");

  await dock(page).getByRole("button", { name: "Close the player" }).click();
  await dock(page).waitFor({ state: "detached" });
  assert.ok(await tap.evaluate((link) => link === document.activeElement), "the focus is back where it was");
  supporter.visits.delete(PLAYERS);
}

export async function paste({ guest }) {
  const { page, context } = guest;
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => navigator.clipboard.writeText("  https://youtu.be/HgzGwKwLmgM\n"));
  const field = page.getByRole("textbox", { name: "Paste a link or type a song" });
  await page.getByRole("button", { name: "Paste", exact: true }).click();
  assert.equal(await field.inputValue(), "https://youtu.be/HgzGwKwLmgM");
  assert.ok(await field.evaluate((field) => field === document.activeElement));
  await field.fill("");
}
