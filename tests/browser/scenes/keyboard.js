// A desk without a mouse: Tab, Enter, and the single keys that the page lists.
import assert from "node:assert/strict";

import { missing, says, sees } from "../support/looks.js";
import { plan } from "./planning.js";
import { share } from "./songs.js";

/** The desk of a busy night has many stops; more than this is a trap. */
const STOPS_MAX = 80;

const focused = (page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    const style = getComputedStyle(at);
    const box = at.getBoundingClientRect();
    return {
      words: at.textContent.replace(/\s+/g, " ").trim() || at.ariaLabel || at.id,
      isLost: at === document.body,
      isMarked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
      isInSight: box.bottom > 0 && box.top < innerHeight,
    };
  });

/** Presses Tab until the focus is on these words; each stop on the way must be seen. */
async function tabTo(page, words, key = "Tab") {
  const stops = [];
  for (let stop = 0; stop < STOPS_MAX; stop++) {
    await page.keyboard.press(key);
    const at = await focused(page);
    stops.push(at.words.slice(0, 40));
    if (at.isLost) continue;
    assert.ok(at.isMarked && at.isInSight, `the focus is seen: ${JSON.stringify(at)}`);
    if (at.words === words) return;
  }
  assert.fail(`no way to “${words}” in ${STOPS_MAX} stops: ${stops.join(" | ")}`);
}

async function press(page, words) {
  await tabTo(page, words);
  await page.keyboard.press("Enter");
}

/** Whoever pressed a button that is gone still has a place on the page. */
async function keepsFocus(page, after) {
  const at = await focused(page);
  assert.ok(!at.isLost, `after ${after} the focus is somewhere: ${JSON.stringify(at)}`);
}

export async function keyboardOnly(night) {
  const page = await night.host.context.newPage();
  const slug = await plan(page, "A quiet Sunday");
  await press(page, "Publish the night");
  await sees("that it is planned", page.getByText("Planned", { exact: true }));
  await keepsFocus(page, "publishing");
  const other = await night.host.context.newPage();
  await other.goto(`/events/${slug}`);
  await share(other, "Bill Withers - Lovely Day");
  await other.close();
  await sees("the song, at the desk", page.getByText("Lovely Day").first());

  // The way back up is the way down, backwards.
  await tabTo(page, "Open the night", "Shift+Tab");
  await page.keyboard.press("Enter");
  await sees("that it is live", page.getByRole("button", { name: "Close the night" }));
  await keepsFocus(page, "opening");
  await press(page, "Now playing Lovely Day");
  await sees("it on the decks", page.getByRole("button", { name: "Lift the needle" }));
  await keepsFocus(page, "putting it on");
  await page.keyboard.press("l");
  await sees("empty decks", page.getByText(/Nothing is on\./));
  await keepsFocus(page, "lifting the needle");

  await press(page, "Remove Lovely Day");
  await sees("that it is gone", page.getByText("You removed Lovely Day."));
  await page.keyboard.press("u");
  await missing("that it is gone", page.getByText("You removed Lovely Day."));
  await sees("it again", page.getByRole("button", { name: "Remove Lovely Day" }));
  await keepsFocus(page, "undoing");

  await tabTo(page, "Close the night", "Shift+Tab");
  await page.keyboard.press("Enter");
  await sees("that it is over", page.getByText("Ended", { exact: true }));
  await says("the way back", page.getByRole("button", { name: "Open it again" }), "Open it again");
  await keepsFocus(page, "closing");
  await page.close();
}
