// The supporter promises; the others see what it comes to, and hear of it once.
import assert from "node:assert/strict";

import { fitsPhones, listen, pause, says, sees, until } from "../support/looks.js";

/** Promises an amount on the form of a night; leaves the page at the letter. */
export async function promise(page, amount, { name, email, message, show = [] } = {}) {
  await page.getByRole("link", { name: "Make a pledge" }).click();
  await sees("the form", page.getByRole("heading", { level: 1, name: "Make a pledge" }));
  await page.getByLabel("Or an amount of your own").fill(amount);
  if (name) await page.getByLabel("Your name", { exact: false }).first().fill(name);
  if (email) await page.getByLabel("Your email").fill(email);
  if (message) await page.getByLabel("A message").fill(message);
  for (const what of show) await page.getByRole("switch", { name: what }).check();
  await page.getByRole("button", { name: "Check my pledge" }).click();
  await sees("the answers", page.getByRole("heading", { level: 1, name: "Check your pledge" }));
}

export const promised = (page) => page.getByText(/^£[\d,.]+ promised$/).first();

export async function pledge(night) {
  const { guest, supporter } = night;
  const said = await listen(guest.page.getByRole("status"));
  const { page } = supporter;

  await page.getByRole("link", { name: "Make a pledge" }).click();
  await fitsPhones("the pledge form", page);
  // Nothing chosen: the page says so, at its top and at the field.
  await supporter.expecting(/status of 422/, async () => {
    await page.getByRole("button", { name: "Check my pledge" }).click();
    await sees("the problem", page.getByRole("alert", { name: "There is a problem" }));
    assert.match(await page.title(), /^Error: /);
  });
  await page.goto(night.path);

  await promise(page, "10.50", {
    name: "Morag", message: "One for every year on the ward.", show: ["Show my name", "Show my message"],
  });
  await sees("what is promised", page.getByText("You’d promise £10.50 to Kitchen disco."));
  await sees("that it is shared out", page.getByText(/£3\.50/).first());
  await fitsPhones("the answers of a pledge", page);
  await page.getByRole("button", { name: "Promise £10.50" }).click();
  await sees("the letter", page.getByText(/You promised £10\.50/));
  await sees("the secret link", page.getByLabel("Your secret link"));
  await fitsPhones("the letter of a pledge", page);

  await says("the total", promised(guest.page), "£10.50 promised");
  const marks = guest.page.getByRole("list", { name: "Milestones" });
  await sees("the milestone", marks.getByRole("listitem").filter({ hasText: /£10 .*reached/ }));
  const wording = /£10\.50 more, £10\.50 in all\. £10 reached/;
  await until("it is said aloud", said, (told) => told.some(({ words }) => wording.test(words)));

  await page.goto(night.path);
  await promise(page, "5");
  await page.getByRole("button", { name: "Promise £5" }).click();
  await sees("the second letter", page.getByText(/You promised £5/));
  await says("the total", promised(guest.page), "£15.50 promised");
  await until("that is said too", said, (told) => told.some(({ words }) => /£5 more, £15\.50 in all/.test(words)));
  await pause(500);
  const told = await said();
  for (const wanted of [wording, /£5 more, £15\.50 in all/]) {
    assert.equal(told.filter(({ words }) => wanted.test(words)).length, 1, `${wanted} once: ${JSON.stringify(told)}`);
  }
  for (let at = 1; at < told.length; at++) {
    assert.ok(told[at].at - told[at - 1].at >= 9_500, `not in a rush: ${JSON.stringify(told)}`);
  }
  await guest.page.reload();
  await sees("her name and words, as she chose", guest.page.getByText("“One for every year on the ward.”"));
}
