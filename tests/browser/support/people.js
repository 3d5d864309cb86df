// People, each with a browser of their own, and what their browser may not do: call elsewhere, or complain.
import { chromium } from "playwright-core";

import { Line } from "./line.js";

const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];
/** Two cores, a debug build and three browsers: slow is not broken. */
export const PATIENCE_MS = 20_000;

/** Everyone's address of the service is the same; only this browser's way to it goes over this line. */
function launch(port, line) {
  const way = `--host-resolver-rules=MAP localhost:${port} 127.0.0.1:${line}`;
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...FLAGS, way] });
}

export class Person {
  /** What their pages asked for that isn't the service's own. */
  strange = [];
  /** What their browser complained of: errors on the console, refused by the policy, thrown by a script. */
  trouble = [];
  requests = 0;
  /** Other sites that they go to of themselves. */
  visits = new Set();
  #expected = [];

  /**
   * Somebody comes, in a browser and over a line of their own; or in the browser `of` somebody else, as a stranger to it.
   * `width` and `height` are of their screen; `javaScript`, `colorScheme` and the like as Playwright takes them.
   */
  static async comes(service, name, { of, width = 1280, height = 800, javaScript = true, ...more } = {}) {
    const person = new Person();
    person.name = name;
    person.base = service.base;
    person.isVisitor = Boolean(of);
    person.line = of?.line ?? (await Line.to(service.port));
    person.browser = of?.browser ?? (await launch(service.port, person.line.port));
    person.context = await person.browser.newContext({
      baseURL: service.base,
      viewport: { width, height },
      javaScriptEnabled: javaScript,
      locale: "en-GB",
      timezoneId: "Europe/London",
      ...more,
    });
    person.context.setDefaultTimeout(PATIENCE_MS);
    person.#listen();
    person.page = await person.context.newPage();
    return person;
  }

  #listen() {
    this.context.on("request", (request) => {
      this.requests += 1;
      const url = new URL(request.url());
      const isOwn = url.protocol === "data:" || url.origin === this.base || this.visits.has(url.origin);
      if (!isOwn) this.strange.push(request.url());
    });
    const note = (words) => this.#expected.some((known) => known.test(words)) || this.trouble.push(words);
    this.context.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      note(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    this.context.on("weberror", (error) => note(`thrown: ${error.error().stack}`));
  }

  /** From here on a complaint is known and right, until what this gives back is called. */
  expects(complaint) {
    this.#expected.push(complaint);
    return () => this.#expected.splice(this.#expected.indexOf(complaint), 1);
  }

  /** Does something whose complaint is known and right, such as the browser's own line on a 404. */
  async expecting(complaint, deed) {
    const stop = this.expects(complaint);
    try {
      return await deed();
    } finally {
      stop();
    }
  }

  go(path) {
    return this.page.goto(path);
  }

  /**
   * No connection at all: the browser knows it, and what was open breaks. Chromium, told to be offline, lets an open
   * stream run on, so that the line is cut as well.
   */
  async goOffline() {
    await this.context.setOffline(true);
    this.line.cut();
  }

  async comeBack() {
    this.line.mend();
    await this.context.setOffline(false);
  }

  async leave() {
    if (this.isVisitor) return;
    await this.browser.close();
    this.line.close();
  }
}
