// The guest's phone is without a line for a minute, and misses nothing by it.
import assert from "node:assert/strict";

import { listen, missing, pause, says, sees, until, wordsOf } from "../support/looks.js";
import { light } from "./planning.js";
import { promise, promised } from "./promises.js";
import { card, now, share, songs } from "./songs.js";

const MINUTE_MS = 60_000;

/** A tunnel: every connection breaks, and the next one works. */
export async function dropped(night) {
  const { guest, supporter } = night;
  const { page } = supporter;
  await page.goto(night.path);
  await says("the light", light(page), "Live");
  // Something the page was told of before: it isn't told of it again.
  await share(guest.page, "Forss - Flickermood");
  await sees("the song that came", card(page, "Flickermood"));
  const before = await wordsOf(songs(page));
  const told = await listen(light(page));
  await supporter.expecting(/Failed to load resource: net::/, async () => {
    supporter.line.drop();
    await says("the light", light(page), "Offline, retrying");
    await says("the light", light(page), "Live");
  });
  assert.deepEqual((await told()).map(({ words }) => words), ["Live", "Offline, retrying", "Catching up", "Live"]);
  assert.equal(await wordsOf(songs(page)), before);
}

export async function goOffline(night) {
  const { guest } = night;
  await says("the light", light(guest.page), "Live");
  await guest.page.evaluate(() => (window.isTheSamePage = true));
  night.told = await listen(light(guest.page));
  night.said = await listen(guest.page.getByRole("status"));
  night.stopExpecting = guest.expects(/Failed to load resource: net::/);
  await guest.goOffline();
  night.away = Date.now();
  await says("the light", light(guest.page), "Offline, retrying");
}

/** Songs, a dance, a pledge and a removal, while the guest is away. */
export async function meanwhile(night) {
  const { host, guest, supporter } = night;
  const { page } = supporter;
  await share(page, "https://www.youtube.com/watch?v=FTQbiNvZqaY", { title: "Africa", dedication: "for Theatre 3" });
  await share(page, "Dusty Springfield - Son of a Preacher Man");
  await page.getByRole("button", { name: "Dance to Africa" }).click();
  await sees("the dance", page.getByRole("button", { name: "Dance to Africa 1" }));
  await host.page.getByRole("button", { name: "Remove Blue Monday" }).click();
  await missing("what was removed", card(page, "Blue Monday"));
  await host.page.getByRole("button", { name: "Now playing Africa" }).click();
  await says("what is on", now(page), /Now Africa Morag .*“for Theatre 3”/);
  await promise(page, "7");
  await page.getByRole("button", { name: "Promise £7" }).click();
  await sees("the letter", page.getByText(/You promised £7/));
  await page.goto(night.path);
  // The guest's page has none of it, and says that it is offline.
  await sees("what the guest had", card(guest.page, "Blue Monday"));
  assert.equal(await card(guest.page, "Africa").count(), 0);
  await says("the light", light(guest.page), "Offline, retrying");
}

/** What people read on a live page: the songs in their order, what is on, and the money. */
async function read(page) {
  const words = { songs: await wordsOf(songs(page)), on: await wordsOf(now(page)), promised: await wordsOf(promised(page)) };
  words.marks = await wordsOf(page.getByRole("list", { name: "Milestones" }));
  return words;
}

export async function comeBack(night) {
  const { guest, supporter } = night;
  const { page } = guest;
  await pause(Math.max(0, night.away + MINUTE_MS - Date.now()));
  await says("the light", light(page), "Offline, retrying");
  await guest.comeBack();
  await says("the light", light(page), "Live");
  night.stopExpecting();

  await supporter.page.reload();
  const whole = await read(supporter.page);
  assert.match(whole.songs, /Son of a Preacher Man .*Africa /);
  assert.doesNotMatch(whole.songs, /Blue Monday/);
  // As somebody has it who loads the page now: everything, in its order, and nothing twice.
  await until("the guest has caught up", () => read(page), (seen) => JSON.stringify(seen) === JSON.stringify(whole));
  assert.ok(await page.evaluate(() => window.isTheSamePage), "the page was not loaded again");
  assert.deepEqual((await night.told()).map(({ words }) => words), ["Live", "Offline, retrying", "Catching up", "Live"]);
  const sum = whole.promised.replace(" promised", "");
  const said = new RegExp(`${sum.replace(".", "\\.")} in all`);
  await until("the sum is said", night.said, (told) => told.some(({ words }) => said.test(words)));
  const told = (await night.said()).filter(({ words }) => said.test(words));
  assert.equal(told.length, 1, `what was missed is said once: ${JSON.stringify(told)}`);
}
