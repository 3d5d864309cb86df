// The real binary, as a process of its own on a free port of the loopback, with a database of its own.
import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** A service that isn't ready, or hasn't stopped, after this never will. */
const PATIENCE_MS = 30_000;
const binary = process.env.DISCO_BINARY ?? fileURLToPath(new URL("../../../target/debug/twitterdisco", import.meta.url));

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((done) => server.once("listening", done));
  const { port } = server.address();
  await new Promise((done) => server.close(done));
  return port;
}

export class Service {
  static async start() {
    const service = new Service();
    service.dir = await mkdtemp(join(tmpdir(), "disco-browser-"));
    service.port = await freePort();
    service.base = `http://localhost:${service.port}`;
    service.log = join(service.dir, "log.txt");
    service.child = spawn(binary, ["serve"], { env: service.#env(), cwd: service.dir, stdio: ["ignore", "ignore", "pipe"] });
    service.child.once("error", (error) => (service.failed = error));
    service.child.stderr.pipe(createWriteStream(service.log));
    service.ended = new Promise((done) => service.child.once("exit", (code) => done(code)));
    await service.#ready();
    return service;
  }

  #env() {
    return {
      DATABASE_URL: `sqlite://${join(this.dir, "disco.db")}?mode=rwc`,
      DISCO_LISTEN: `127.0.0.1:${this.port}`,
      DISCO_BASE_URL: this.base,
      DISCO_MAIL_DIR: join(this.dir, "mail"),
      DISCO_LOG: "warn",
    };
  }

  async #ready() {
    const until = Date.now() + PATIENCE_MS;
    for (;;) {
      if (this.failed) throw new Error(`${binary} can't be run: ${this.failed.message}. Build it first: cargo build`);
      if (this.child.exitCode !== null) throw new Error(`the service ended: ${await this.said()}`);
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch(() => null);
      if (answer?.ok) return;
      if (Date.now() > until) throw new Error(`the service isn't ready: ${await this.said()}`);
      await pause(20);
    }
  }

  /** Runs a command beside the service; gives back what it prints. */
  async run(...words) {
    const { stdout } = await promisify(execFile)(binary, words, { env: this.#env(), cwd: this.dir });
    return stdout.trim();
  }

  /** The link in the mail that comes to an address; it may take a moment. */
  async mailedLink(address) {
    const until = Date.now() + PATIENCE_MS;
    let mail;
    while (!mail) {
      if (Date.now() > until) throw new Error(`no mail to ${address}`);
      await pause(50);
      for (const name of await readdir(join(this.dir, "mail"))) {
        const text = await readFile(join(this.dir, "mail", name), "utf8");
        if (name.endsWith(".eml") && text.includes(address)) mail = text;
      }
    }
    // Long lines of a mail are folded: = at their end, and =3D for = itself.
    const text = mail.replace(/=\r?\n/g, "").replaceAll("=3D", "=");
    return text.match(/https?:\/\/\S+/)[0];
  }

  /** What it logged: at this level warnings and errors only, and there should be none. */
  said() {
    return readFile(this.log, "utf8");
  }

  /** Asks it to stop, and waits for it; gives back its exit code. */
  async stop() {
    this.child.kill("SIGTERM");
    const late = setTimeout(() => this.child.kill("SIGKILL"), PATIENCE_MS);
    const code = await this.ended;
    clearTimeout(late);
    return code;
  }

  async clear() {
    await rm(this.dir, { recursive: true, force: true });
  }
}
