// The host opens the night early, and everyone's page is the live one, by itself.
import { fitsPhones, says, sees } from "../support/looks.js";
import { light } from "./planning.js";

export async function open(night) {
  const { host, guest, supporter } = night;
  await host.page.getByRole("button", { name: "Open the night" }).click();
  await sees("that it is live, at the desk", host.page.getByRole("button", { name: "Close the night" }));
  for (const { page } of [guest, supporter]) {
    // Nobody loads anything again: the stream says that the night has begun.
    await sees("the live page", page.getByText("Nothing on the decks just now."));
    await says("the light", light(page), "Live");
    await sees("an invitation to dance", page.getByText("Whose kitchen is first?"));
  }
  await fitsPhones("the live night, empty", guest.page);
}
