// Another site, on an origin of its own, that shows pages of ours in frames.
import { createServer } from "node:http";

export class Site {
  /** `frames` are the addresses to show, by their titles. */
  static async opens(frames) {
    const site = new Site();
    const framed = ([title, src]) => `<iframe title="${title}" src="${src}" width="380" height="600"></iframe>`;
    const html = Object.entries(frames).map(framed).join("\n");
    site.server = createServer((_, answer) => {
      answer.setHeader("content-type", "text/html; charset=utf-8");
      answer.end(`<!doctype html><html lang="en"><title>Another site</title><link rel="icon" href="data:,">${html}`);
    });
    site.server.listen(0, "127.0.0.1");
    await new Promise((done) => site.server.once("listening", done));
    site.origin = `http://127.0.0.1:${site.server.address().port}`;
    return site;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
