// Another site, on an origin of its own, that shows pages of ours in frames.
import { createServer } from "node:http";

export class Neighbour {
  /** `frames` are the addresses to show, by their titles. */
  static async opens(frames) {
    const neighbour = new Neighbour();
    const html = Object.entries(frames).map(([title, src]) => `<iframe title="${title}" src="${src}" width="380" height="600"></iframe>`);
    neighbour.server = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end(`<!doctype html><html lang="en"><title>Another site</title><link rel="icon" href="data:,">${html.join("\n")}`);
    });
    neighbour.server.listen(0, "127.0.0.1");
    await new Promise((done) => neighbour.server.once("listening", done));
    neighbour.origin = `http://127.0.0.1:${neighbour.server.address().port}`;
    return neighbour;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
