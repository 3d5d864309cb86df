// The line between one browser and the service, which can be cut and mended. It passes bytes on and reads none of them.
import { connect, createServer } from "node:net";

export class Line {
  #sockets = new Set();
  #isCut = false;

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
        other.destroy();
      });
      one.pipe(other);
    }
  }

  /** How many connections are open. */
  get open() {
    return this.#sockets.size / 2;
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
