// The host signs in, plans a night and publishes it; the others come to its page before it begins.
import assert from "node:assert/strict";

import { fitsPhones, missing, says, sees } from "../support/looks.js";

/** Tomorrow at nine, as the clock on the wall says; which wall makes no difference here. */
const tomorrowAtNine = () => `${new Date(Date.now() + 24 * 3600_000).toISOString().slice(0, 10)}T21:00`;

export async function signIn({ service, host }) {
  const link = await service.run("organiser", "add", "--email", "louise@example.org", "--name", "Louise");
  const { page } = host;
  for (let look = 1; look <= 2; look++) {
    // Looking uses nothing up: mail scanners look too.
    await page.goto(link);
    await sees("the button of the link", page.getByRole("button", { name: "Sign in" }));
  }
  await page.getByRole("button", { name: "Sign in" }).click();
  await sees("her nights", page.getByRole("heading", { name: "My nights" }));
  await sees("her name", page.getByText("Signed in as Louise"));
  await host.expecting(/status of 4\d\d/, () => page.goto(link));
  await sees("that the link is used up", page.getByRole("heading", { name: "That link has been used, or is too old" }));
}

/** Fills the form of a new night; leaves the host at its desk, a draft. */
export async function plan(page, title, more = {}) {
  await page.goto("/host/events/new");
  const words = {
    "What’s it called?": title,
    "When does it start?": tomorrowAtNine(),
    "How long, in minutes?": "90",
    ...more,
  };
  for (const [label, value] of Object.entries(words)) await page.getByLabel(label).fill(value);
  await page.getByRole("button", { name: "Save as a draft" }).click();
  await sees("the desk", page.getByRole("heading", { level: 1, name: title }));
  return new URL(page.url()).pathname.split("/").at(-1);
}

export async function planAndPublish(night) {
  const { host, guest, supporter } = night;
  const { page } = host;
  night.slug = await plan(page, "Kitchen disco", {
    "In a sentence": "Songs for whoever is on tonight.",
    "A hoped-for amount": "40",
    "Worth a cheer on the way": "15 Louise dances in a dressing gown",
    "Who is on the decks?": "45, Louise, Warm-up\n45, Dev, Northern soul",
  });
  night.path = `/events/${night.slug}`;
  await sees("that it is a draft", page.getByText("Draft, only hosts see it"));
  await says("the desk’s line", page.getByText(/^(Up to date|Offline, retrying)$/), "Up to date");
  await guest.expecting(/status of 404/, () => guest.go(night.path));
  await missing("the draft", guest.page.getByText("Kitchen disco"));

  await page.getByRole("button", { name: "Publish the night" }).click();
  await sees("that it is planned", page.getByText("Planned", { exact: true }));
  await fitsPhones("the desk before the night", page);

  // The host passes the address on; whoever has it comes.
  const address = await page.getByRole("link", { name: "See its page" }).evaluate((link) => link.href);
  for (const { page } of [guest, supporter]) {
    await page.goto(address);
    await sees("the night", page.getByRole("heading", { level: 1, name: "Kitchen disco" }));
    await sees("when it is", page.getByText(/9pm/).first());
    await sees("whom it helps", page.getByRole("heading", { name: "In aid of" }));
    await says("the light", light(page), "Up to date");
  }
  assert.equal(await guest.page.getByRole("button", { name: /Dance to/ }).count(), 0);
  await fitsPhones("the night before it begins", guest.page);
}

/** The light that says how the page's line is. */
export function light(page) {
  return page.getByText(/^(Live|Up to date|Catching up|Offline, retrying)$/).filter({ visible: true }).first();
}
