// Without JavaScript: everything can be read and done, one page after another.
import assert from "node:assert/strict";

import { missing, says, sees } from "../support/looks.js";
import { promise, promised } from "./promises.js";
import { card, now, share, songs } from "./songs.js";

/** Reads a night, shares, dances along, dances, says that a kitchen dances, and pledges. */
export async function withoutScripts(night) {
  const { plain, supporter } = night;
  const { page } = plain;
  await page.goto("/");
  await page.getByRole("link", { name: "Come in" }).click();
  await sees("the night", page.getByRole("heading", { level: 1, name: "Kitchen disco" }));
  await sees("its songs", card(page, "Don’t Stop Me Now"));
  await missing("switches that would do nothing", page.getByText("When new songs come"));

  await share(page, "https://open.spotify.com/track/0GjEhVFGZW8afUYGChu3Rr", {
    title: "Dancing Queen", dedication: "for the cleaners", nickname: "Ali",
  });
  await says("the card", card(page, "Dancing Queen"), /Ali .*“for the cleaners” Play Dancing Queen on Spotify/);
  await sees("it, on a page with scripts", card(supporter.page, "Dancing Queen"));
  await share(page, "what about youtu.be/HgzGwKwLmgM?si=x");
  await says("the card", card(page, "Don’t Stop Me Now"), /Sam, with Morag and Ali/);

  await page.getByRole("link", { name: /^Dance to Don’t Stop Me Now/ }).click();
  await sees("the question", page.getByRole("heading", { level: 1, name: "Dance to Don’t Stop Me Now" }));
  await page.getByRole("button", { name: "Dance" }).click();
  await sees("the dance", page.getByRole("link", { name: "Dance to Don’t Stop Me Now 2" }));
  await sees("it, with scripts", supporter.page.getByRole("button", { name: "Dance to Don’t Stop Me Now 2" }));
  await page.getByRole("link", { name: "I’m dancing" }).click();
  await page.getByRole("button", { name: "I’m dancing too" }).click();
  await sees("the kitchens", page.getByText(/^\d kitchens dancing$/));
  await page.goto(night.path);

  const before = await promised(page).innerText();
  await promise(page, "2.50", { name: "Ali" });
  await page.getByRole("button", { name: "Change something" }).click();
  assert.equal(await page.getByLabel("Or an amount of your own").inputValue(), "2.50");
  await page.getByRole("button", { name: "Check my pledge" }).click();
  await page.getByRole("button", { name: "Promise £2.50" }).click();
  await sees("the letter", page.getByText(/You promised £2\.50/));
  await missing("a button that would do nothing", page.getByRole("button", { name: "Copy the link" }));
  await page.goto(night.path);
  assert.notEqual(await promised(page).innerText(), before);
}

/** An organiser without scripts: signs in by mail, and works the desk. */
export async function deskWithoutScripts(night) {
  const { plain, supporter, service } = night;
  const { page } = plain;
  await page.goto("/sign-in");
  await page.getByLabel("Your email").fill("louise@example.org");
  await page.getByRole("button", { name: "Send me a link" }).click();
  await sees("that a mail is coming", page.getByRole("heading", { name: "Look in your mail" }));
  await page.goto(await service.mailedLink("louise@example.org"));
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByRole("link", { name: "Kitchen disco" }).click();
  await page.getByRole("button", { name: "Now playing Dancing Queen" }).click();
  await sees("it on the decks", page.getByRole("button", { name: "Lift the needle" }));
  await says("what is on, for everyone", now(supporter.page), /Now Dancing Queen Ali/);
  await page.goto("/host/account");
  await page.getByRole("button", { name: "Sign out" }).click();
  await plain.expecting(/status of 40[13]/, () => plain.go("/host"));
  // A guest again, who finds the way back in.
  await sees("the way in", page.getByRole("main").getByRole("link", { name: "Sign in as an organiser" }));
  await missing("her nights", page.getByText("Signed in as Louise"));
}
