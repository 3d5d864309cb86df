// Songs come, are danced to, go on the decks, and go again.
import assert from "node:assert/strict";

import { counts, fitsPhones, missing, pause, says, sees, wordsOf } from "../support/looks.js";

export const songs = (page) => page.getByRole("log", { name: "Songs" });
export const card = (page, name) =>
  songs(page).getByRole("listitem").filter({ has: page.getByRole("heading", { name, exact: true }) });
export const now = (page) => page.getByRole("region", { name: "Now playing" });

/** Shares a song from the night's page, and comes back to it. `what` is what is pasted or typed. */
export async function share(page, what, { title, dedication, nickname } = {}) {
  await page.getByRole("textbox", { name: "Paste a link or type a song" }).fill(what);
  await page.getByRole("button", { name: "Share a song" }).click();
  await sees("the form", page.getByRole("heading", { level: 1, name: "Share a song" }));
  if (title) await page.getByLabel("Title").fill(title);
  if (dedication) await page.getByLabel("Who’s it for?").fill(dedication);
  if (nickname) await page.getByLabel("Your nickname").fill(nickname);
  await page.getByRole("button", { name: "Share it" }).click();
  await sees("what became of it", page.getByRole("heading", { level: 1, name: "Your songs" }));
  await page.getByRole("main").getByRole("link").first().click();
  await sees("the songs", songs(page));
}

export async function shareSongs(night) {
  const { guest, supporter } = night;
  await supporter.page.evaluate(() => (window.isTheSamePage = true));

  await share(guest.page, "https://youtu.be/HgzGwKwLmgM", {
    title: "Don’t Stop Me Now", dedication: "for everyone on nights", nickname: "Sam",
  });
  const queen = card(supporter.page, "Don’t Stop Me Now");
  await sees("the song that came", queen);
  assert.match(await wordsOf(queen), /Sam .*“for everyone on nights” Play Don’t Stop Me Now on YouTube/);

  await share(guest.page, "New Order - Blue Monday", { dedication: "for my sister in Salford" });
  const monday = card(supporter.page, "Blue Monday");
  await sees("the second song", monday);
  assert.match(await wordsOf(monday), /New Order Sam .*“for my sister in Salford” Look for Blue Monday on YouTube/);

  await counts("songs on the supporter’s page", songs(supporter.page).getByRole("listitem"), 2);
  assert.match(await wordsOf(songs(supporter.page)), /^Blue Monday .* Don’t Stop Me Now/, "newest first");
  await sees("how many", supporter.page.getByRole("heading", { name: "Songs 2 so far" }));
  // Exactly once, and still so when the page is loaded anew.
  await pause(500);
  for (const name of ["Don’t Stop Me Now", "Blue Monday"]) await counts(name, card(supporter.page, name), 1, 0);
  assert.ok(await supporter.page.evaluate(() => window.isTheSamePage), "the page was not loaded again");
}

export async function dance(night) {
  const { guest, supporter } = night;
  const tap = supporter.page.getByRole("button", { name: "Dance to Don’t Stop Me Now" });
  assert.equal(await tap.getAttribute("aria-pressed"), "false");
  await tap.click();
  await sees("the count, on the guest’s page", guest.page.getByRole("button", { name: "Dance to Don’t Stop Me Now 1" }));
  await sees("the dance, kept", supporter.page.getByRole("button", { name: "Dance to Don’t Stop Me Now 1", pressed: true }));
  // Once for each, however often it is tapped.
  await tap.click();
  await pause(500);
  await sees("the same count", guest.page.getByRole("button", { name: "Dance to Don’t Stop Me Now 1", exact: true }));

  await supporter.page.getByRole("button", { name: "I’m dancing" }).click();
  for (const { page } of [guest, supporter]) await sees("a kitchen", page.getByText("1 kitchen dancing"));
  await guest.page.getByRole("button", { name: "I’m dancing" }).click();
  for (const { page } of [guest, supporter]) await sees("two kitchens", page.getByText("2 kitchens dancing"));
}

/** Sharing what is there already is dancing along with whoever shared it. */
export async function join(night) {
  const { guest, supporter } = night;
  const play = card(guest.page, "Don’t Stop Me Now").getByRole("link", { name: /^Play / });
  await play.focus();
  await share(supporter.page, "https://www.youtube.com/watch?v=HgzGwKwLmgM&t=10", { nickname: "Morag" });
  for (const { page } of [guest, supporter]) {
    await says("the card", card(page, "Don’t Stop Me Now"), /Sam, with Morag /);
    await counts("cards of it", card(page, "Don’t Stop Me Now"), 1);
  }
  assert.ok(await play.evaluate((link) => link === document.activeElement), "a card that is drawn anew keeps the focus");
}

/** Somebody’s one word as long as a title may be pushes nothing off anybody’s phone, least of all the way to remove it. */
export async function longWord(night) {
  const { host, guest } = night;
  const word = "Supercalifragilistic".repeat(10);
  await share(guest.page, word, { dedication: word });
  await sees("it", card(guest.page, word));
  await fitsPhones("the live night with a long word", guest.page);
  const remove = host.page.getByRole("button", { name: `Remove ${word}` });
  await sees("the way to remove it", remove);
  await fitsPhones("the desk with a long word", host.page);
  await remove.click();
  await sees("the way back", host.page.getByRole("button", { name: new RegExp(`^Show it again ?: ${word}$`) }));
  await fitsPhones("the desk with a long word removed", host.page);
  await missing("what was removed", card(guest.page, word));
}

export async function putOn(night) {
  const { host, guest, supporter } = night;
  await host.page.getByRole("button", { name: "Now playing Blue Monday" }).click();
  for (const { page } of [guest, supporter]) {
    await says("what is on", now(page), /Now Blue Monday New Order Sam .*for my sister in Salford/);
  }
  await missing("the empty decks", guest.page.getByText("Nothing on the decks just now."));
  await host.page.getByRole("button", { name: "Now playing Don’t Stop Me Now" }).click();
  for (const { page } of [guest, supporter]) await says("what is on now", now(page), /Now Don’t Stop Me Now Sam, with Morag/);
  await fitsPhones("the live night with songs", guest.page);
  await fitsPhones("the desk of a live night", host.page);
}

export async function removeAndUndo(night) {
  const { host, guest, supporter } = night;
  await share(guest.page, "The Wurzels - Combine Harvester");
  await sees("it", card(supporter.page, "Combine Harvester"));
  // Where the signal is poor, the news of a removal is at the desk before the answer to it; the way to undo it stays.
  host.line.lag(500);
  const remove = host.page.getByRole("button", { name: "Remove Combine Harvester" });
  await remove.click();
  for (const { page } of [guest, supporter]) await missing("what was removed", card(page, "Combine Harvester"));
  await host.page.getByRole("button", { name: /^Show it again ?: Combine Harvester$/ }).click();
  for (const { page } of [guest, supporter]) await counts("what is shown again", card(page, "Combine Harvester"), 1);
  await remove.click();
  for (const { page } of [guest, supporter]) await missing("what was removed for good", card(page, "Combine Harvester"));
  host.line.lag(0);
  await counts("songs that stay", songs(supporter.page).getByRole("listitem"), 2);
}
