import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A port nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (address && typeof address === 'object') done(address.port);
        else fail(new Error('no port'));
      });
    });
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((done) => child.once('exit', () => done()));
}

/** Asks again until probe() holds or the time is over. */
export async function until(
  what: string,
  probe: () => Promise<boolean>,
  ms = 20_000,
): Promise<void> {
  const end = Date.now() + ms;
  for (;;) {
    if (await probe().catch(() => false)) return;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((next) => setTimeout(next, 50));
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const socket = createConnection({ port, host: '127.0.0.1' });
    socket.once('connect', () => {
      socket.destroy();
      answer(true);
    });
    socket.once('error', () => answer(false));
  });
}

/** A real redis-server, as durable as the product asks for. */
export class Redis {
  #child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly folder: string,
  ) {}

  static async start(): Promise<Redis> {
    const redis = new Redis(await freePort(), await mkdtemp(join(tmpdir(), 'pathboard-redis-')));
    await redis.up();
    return redis;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async up(): Promise<void> {
    const settings = {
      port: this.port,
      bind: '127.0.0.1',
      dir: this.folder,
      appendonly: 'yes',
      appendfsync: 'always',
      'maxmemory-policy': 'noeviction',
      maxmemory: '512mb',
      save: '',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#child = spawn('redis-server', args, { stdio: 'ignore' });
    await until('redis-server accepts connections', () => accepts(this.port));
  }

  /** Whether anything of a document's content is stored; its emptied log stays. */
  async holds(doc: string): Promise<boolean> {
    const ask = async (...args: string[]) =>
      (await run('redis-cli', ['-p', String(this.port), ...args])).stdout.trim();
    const keys = await ask(
      'EXISTS',
      ...['snaps', 'past', 'pastdata'].map((k) => `pb:{${doc}}:${k}`),
    );
    return Number(keys) > 0 || Number(await ask('XLEN', `pb:{${doc}}:log`)) > 0;
  }

  /** Puts times in all tokens' records back, to so many minutes ago. */
  async age(minutes: Record<string, number>): Promise<void> {
    const script = `
      for _, key in ipairs(redis.call('KEYS', 'pb:rec:token/*')) do
        local record = cjson.decode(redis.call('HGET', key, 'd'))
        for i = 1, #ARGV, 2 do record[ARGV[i]] = ARGV[i + 1] end
        redis.call('HSET', key, 'd', cjson.encode(record))
      end`;
    const times = Object.entries(minutes).flatMap(([name, m]) => [
      name,
      new Date(Date.now() - m * 60_000).toISOString(),
    ]);
    await run('redis-cli', ['-p', String(this.port), 'EVAL', script, '0', ...times]);
  }

  /** SIGKILL: no goodbye, no flush. */
  async kill(): Promise<void> {
    if (!this.#child) return;
    this.#child.kill('SIGKILL');
    await ended(this.#child);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}

export interface PathboardOptions {
  /** Share this Redis; without it the embedded store is used. */
  redis?: Redis;
  env?: Record<string, string>;
  /** The program, unless it is the one that was built last. */
  binary?: string;
}

/** One instance of the real program. */
export class Pathboard {
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly options: PathboardOptions,
  ) {}

  static async start(options: PathboardOptions = {}): Promise<Pathboard> {
    const folder = await mkdtemp(join(tmpdir(), 'pathboard-data-'));
    const server = new Pathboard(await freePort(), folder, options);
    await server.up();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What the program has printed so far, for the report of a failed test. */
  get output(): string {
    return this.#output;
  }

  async up(): Promise<void> {
    const binary =
      this.options.binary ?? process.env['PATHBOARD_BINARY'] ?? resolve('..', 'bin', 'pathboard');
    const child = spawn(binary, ['serve'], {
      env: {
        PATH: process.env['PATH'] ?? '',
        HOME: this.folder,
        PATHBOARD_ADDR: `127.0.0.1:${this.port}`,
        PATHBOARD_DATA: join(this.folder, 'data'),
        ...(this.options.redis ? { PATHBOARD_REDIS_URL: this.options.redis.url } : {}),
        ...this.options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    await until(
      `pathboard is ready (exit ${String(child.exitCode)}): ${this.#output}`,
      async () => (await fetch(`${this.url}/readyz`)).ok,
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}\n${this.#output}`);
    });
  }

  /** SIGKILL in the middle of whatever it was doing. */
  async kill(): Promise<void> {
    if (!this.#child) return;
    this.#child.kill('SIGKILL');
    await ended(this.#child);
  }

  /** SIGTERM: the orderly way, with draining. */
  async terminate(): Promise<void> {
    if (!this.#child) return;
    this.#child.kill('SIGTERM');
    await ended(this.#child);
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
