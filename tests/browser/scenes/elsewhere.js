// A night on another site: its card and its overlay may stand in a frame there, its page may not.
import { counts, missing, says, sees } from "../support/looks.js";
import { Neighbour } from "../support/neighbour.js";
import { share } from "./songs.js";

async function visit(night) {
  const { reader, service } = night;
  const path = service.base + night.path;
  const neighbour = await Neighbour.opens({ card: `${path}/embed`, overlay: `${path}/overlay?background=night`, page: path });
  reader.visits.add(neighbour.origin);
  await reader.expecting(/frame-ancestors|X-Frame-Options|ERR_BLOCKED_BY_RESPONSE/i, async () => {
    await reader.page.goto(neighbour.origin);
    await sees("the card", frame(reader, "card").getByRole("heading", { level: 1, name: "Kitchen disco" }));
    await sees("the overlay", frame(reader, "overlay").getByRole("heading", { level: 1, name: "Kitchen disco" }));
    await missing("the night’s own page", frame(reader, "page").getByText("Kitchen disco"));
  });
  return neighbour;
}

const frame = (person, title) => person.page.frameLocator(`iframe[title="${title}"]`);

export async function framedLive(night) {
  const { reader, supporter } = night;
  const neighbour = await visit(night);
  await says("the card’s light", frame(reader, "card").getByText(/^(Live|Catching up)$/), "Live");
  await share(supporter.page, "Candi Staton - Young Hearts Run Free");
  for (const title of ["card", "overlay"]) {
    await counts("songs that came", frame(reader, title).getByRole("listitem").filter({ hasText: "Young Hearts Run Free" }), 1);
    await sees("what is on", frame(reader, title).getByText(/promised/).first());
  }
  await sees("what is on", frame(reader, "overlay").getByRole("region", { name: "Now" }));
  neighbour.close();
}

export async function framedAfter(night) {
  const { reader } = night;
  const neighbour = await visit(night);
  await sees("that it is over", frame(reader, "card").getByText("The record", { exact: true }));
  await sees("the way to it", frame(reader, "card").getByRole("link", { name: /^Read the record/ }));
  await sees("that it is over", frame(reader, "overlay").getByText("The night is over. Thank you for dancing."));
  neighbour.close();
}
