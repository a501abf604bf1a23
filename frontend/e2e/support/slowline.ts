import { connect, createServer, type Server, type Socket } from 'node:net';

/** A line to a server that is slow, breaks, or is gone, as a hall's Wi-Fi. */
export class SlowLine {
  /** What each byte is kept back, in ms, in either direction. */
  delay = 0;
  /** New connections are reset. */
  dead = false;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(private target: number) {
    this.#server = createServer((near) => this.#accept(near));
  }

  static async start(target: number): Promise<SlowLine> {
    const line = new SlowLine(target);
    await new Promise<void>((done) => line.#server.listen(0, '127.0.0.1', done));
    return line;
  }

  get url(): string {
    const address = this.#server.address();
    if (!address || typeof address !== 'object') throw new Error('the line does not listen');
    return `http://127.0.0.1:${address.port}`;
  }

  /** New connections go elsewhere, as when an instance is replaced. */
  turn(target: number): void {
    this.target = target;
  }

  /** Resets every connection: nobody says goodbye. */
  cut(): void {
    this.#sockets.forEach((s) => s.resetAndDestroy());
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise((done) => this.#server.close(done));
  }

  #accept(near: Socket): void {
    if (this.dead) {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => this.#later(() => to.write(bytes)));
      from.on('end', () => this.#later(() => to.end()));
      from.on('error', () => to.resetAndDestroy());
      from.on('close', () => this.#sockets.delete(from));
    }
  }

  #later(pass: () => void): void {
    if (this.delay === 0) pass();
    else setTimeout(pass, this.delay);
  }
}
