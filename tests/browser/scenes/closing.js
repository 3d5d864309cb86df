// The host closes; pages become the record; the night can be played again.
import assert from "node:assert/strict";

import { counts, fitsPhones, missing, pause, says, sees, wordsOf } from "../support/looks.js";

export async function close(night) {
  const { host, guest, supporter } = night;
  await host.page.bringToFront();
  await host.page.getByRole("button", { name: "Close the night" }).click();
  await sees("that it is over, at the desk", host.page.getByText("Ended", { exact: true }));
  for (const { page } of [guest, supporter]) {
    // By themselves, as they turned live.
    await sees("the record", page.getByText("The record", { exact: true }));
    await sees("the thanks", page.getByText("Thank you, every one of you, from Louise."));
    const set = page.getByRole("region", { name: /Set list/ });
    await counts("songs of the set list", set.getByRole("listitem"), 6);
    assert.match(await wordsOf(set), /Don’t Stop Me Now .*Dancing Queen .*Young Hearts Run Free/, "in the order they came");
    await missing("what was removed", page.getByText("Blue Monday"));
    await sees("how it stands", page.getByText("Still to come: £25"));
  }
  await fitsPhones("the record of a night", guest.page);
  await host.expecting(/status of 409/, () => host.go(`${night.path}/pledge`));
  await missing("a form for late pledges", host.page.getByRole("button", { name: "Check my pledge" }));
}

export async function replay(night) {
  const { guest } = night;
  const { page } = guest;
  await page.getByRole("link", { name: "Play the night again" }).click();
  const player = page.getByRole("region", { name: "The player" });
  await sees("the player", player);
  await fitsPhones("the player", page);
  const slider = player.getByRole("slider", { name: "Time of the night" });
  const at = async () => Number(await slider.inputValue());
  /** How many seconds of the night pass in four of ours. */
  async function passes() {
    const from = await at();
    await pause(4_000);
    return (await at()) - from;
  }

  await player.getByRole("button", { name: "Play the night" }).click();
  await sees("that it plays", player.getByRole("button", { name: "Pause" }));
  const own = await passes();
  assert.ok(own >= 0 && own <= 5, `in its own time: ${own} s in 4 s`);
  await player.getByRole("radio", { name: /^4×/ }).check();
  const fast = await passes();
  assert.ok(fast >= 10 && fast <= 20, `four times as fast: ${fast} s in 4 s`);
  await player.getByRole("button", { name: "Pause" }).click();
  const still = await at();
  await pause(1_500);
  assert.equal(await at(), still, "paused");

  // From song to song, and from the list to its moment.
  const song = player.getByRole("heading", { level: 3 });
  await slider.fill("0");
  await player.getByRole("button", { name: "Next song" }).click();
  await says("the first song", song, "Don’t Stop Me Now");
  await player.getByRole("button", { name: "Next song" }).click();
  // Another is on the decks by then; whoever goes to a song sees it.
  await says("the song that came next", song, "Flickermood");
  await sees("that it came then", player.getByText("Just arrived", { exact: true }));
  await player.getByRole("button", { name: "Song before" }).click();
  await says("the first song", song, "Don’t Stop Me Now");
  const list = page.getByRole("region", { name: "All of it, in order" });
  await list.getByRole("listitem").filter({ hasText: "On the decks: Dancing Queen" }).getByRole("button").click();
  await says("what was on then", player.getByText(/^(On the decks|Just arrived)$/), "On the decks");
  await says("the song of that moment", song, "Dancing Queen");
  await missing("what was removed", page.getByText("Blue Monday"));
}
