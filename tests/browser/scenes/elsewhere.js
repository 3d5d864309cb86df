// A night on another site: its card and its overlay may stand in a frame there, its page may not.
import { counts, says, sees } from "../support/looks.js";
import { Site } from "../support/site.js";
import { share } from "./songs.js";

/** Opens another site that frames the night, and looks at it. */
async function visit(night) {
  const { neighbour, service } = night;
  const path = service.base + night.path;
  const site = await Site.opens({ card: `${path}/embed`, overlay: `${path}/overlay?background=night`, page: path });
  night.sites.push(site);
  neighbour.visits.add(site.origin);
  await neighbour.expecting(/frame-ancestors|X-Frame-Options|ERR_BLOCKED_BY_RESPONSE/i, async () => {
    await neighbour.page.goto(site.origin);
    await sees("the card", frame(neighbour, "card").getByRole("heading", { level: 1, name: "Kitchen disco" }));
    await sees("the overlay", frame(neighbour, "overlay").getByRole("heading", { level: 1, name: "Kitchen disco" }));
    await says("the frame of the night’s own page", frame(neighbour, "page").locator("body"), /refused to connect/);
  });
}

const frame = (person, title) => person.page.frameLocator(`iframe[title="${title}"]`);

export async function framedLive(night) {
  const { neighbour, supporter } = night;
  await visit(night);
  await says("the card’s light", frame(neighbour, "card").getByText(/^(Live|Catching up)$/), "Live");
  await share(supporter.page, "Candi Staton - Young Hearts Run Free");
  for (const title of ["card", "overlay"]) {
    const list = frame(neighbour, title).getByRole("listitem");
    await counts("songs that came", list.filter({ hasText: "Young Hearts Run Free" }), 1);
    await sees("what is promised", frame(neighbour, title).getByText(/promised/));
  }
  await sees("what is on", frame(neighbour, "overlay").getByRole("region", { name: "Now" }));
}

export async function framedAfter(night) {
  const { neighbour } = night;
  await visit(night);
  await sees("that it is over", frame(neighbour, "card").getByText("The record", { exact: true }));
  await sees("the way to it", frame(neighbour, "card").getByRole("link", { name: /^Read the record/ }));
  await sees("that it is over", frame(neighbour, "overlay").getByText("The night is over. Thank you for dancing."));
}
