// The line between one browser and the service, which can be slow, cut and mended. It passes bytes on and reads none.
import { connect, createServer } from "node:net";

export class Line {
  #sockets = new Set();
  #isCut = false;
  #lagMs = 0;

  static async to(port) {
    const line = new Line();
    line.server = createServer((near) => line.#join(near, port)).listen(0, "127.0.0.1");
    await new Promise((done) => line.server.once("listening", done));
    line.port = line.server.address().port;
    return line;
  }

  #join(near, port) {
    if (this.#isCut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(port, "127.0.0.1");
    for (const [one, other] of [[near, far], [far, near]]) {
      this.#sockets.add(one);
      one.on("error", () => {});
      one.on("close", () => {
        this.#sockets.delete(one);
        setTimeout(() => other.destroy(), this.#lagMs);
      });
    }
    near.pipe(far);
    far.on("data", (bytes) => (this.#lagMs ? setTimeout(() => near.write(bytes), this.#lagMs) : near.write(bytes)));
    far.on("end", () => setTimeout(() => near.end(), this.#lagMs));
  }

  /** How many connections are open. */
  get open() {
    return this.#sockets.size / 2;
  }

  /** From now on answers take so much longer, as where the signal is poor. */
  lag(ms) {
    this.#lagMs = ms;
  }

  /** Drops every connection, as a lift or a tunnel does. New ones work. */
  drop() {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Drops every connection and lets none through till it is mended. */
  cut() {
    this.#isCut = true;
    this.drop();
  }

  mend() {
    this.#isCut = false;
  }

  close() {
    this.drop();
    this.server.close();
  }
}
