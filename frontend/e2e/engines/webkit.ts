import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { freePort, until } from '../support/processes';
import type { Engine, Key, Tab } from './engine';

/** Key values of the WebDriver standard. */
const keys: Record<Exclude<Key, 'z'>, string> = {
  Enter: '\uE007',
  Control: '\uE009',
  Escape: '\uE00C',
  End: '\uE010',
  Home: '\uE011',
  ArrowRight: '\uE014',
};
const keyOf = (key: Key): string => (key === 'z' ? key : keys[key]);

const elementKey = 'element-6066-11e4-a52e-4f735466cecf';

/** The browser that comes with the system's WebKitGTK. */
function miniBrowser(): string {
  const lib = '/usr/lib';
  for (const machine of readdirSync(lib)) {
    for (const version of ['4.1', '4.0', '6.0']) {
      const path = `${lib}/${machine}/webkit2gtk-${version}/MiniBrowser`;
      if (existsSync(path)) return path;
    }
  }
  throw new Error('no MiniBrowser of WebKitGTK: install webkit2gtk-driver');
}

async function display(): Promise<{ name: string; server: ChildProcess }> {
  const server = spawn(
    'Xvfb',
    ['-displayfd', '3', '-screen', '0', '1366x900x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    },
  );
  const name = await new Promise<string>((done, fail) => {
    server.once('error', fail);
    server.once('exit', () => fail(new Error('Xvfb ended')));
    server.stdio[3]?.once('data', (data: Buffer) => done(`:${data.toString().trim()}`));
  });
  return { name, server };
}

/** A WebDriver session, spoken over HTTP. */
class Session implements Tab {
  constructor(private readonly base: string) {}

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.base + path, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: T & { error?: string; message?: string } };
    if (!answer.ok) throw new Error(`${path}: ${value.error ?? ''} ${value.message ?? ''}`);
    return value;
  }

  async go(url: string): Promise<void> {
    await this.#call('POST', '/url', { url });
  }

  run<T>(body: string, ...args: unknown[]): Promise<T> {
    return this.#call('POST', '/execute/sync', { script: body, args });
  }

  async click(selector: string): Promise<void> {
    const found = await this.#call<Record<string, string>>('POST', '/element', {
      using: 'css selector',
      value: selector,
    });
    await this.#call('POST', `/element/${found[elementKey] ?? ''}/click`, {});
  }

  async type(text: string): Promise<void> {
    await this.#keys([...text].flatMap((value) => [down(value), up(value)]));
  }

  async press(...pressed: Key[]): Promise<void> {
    const values = pressed.map(keyOf);
    await this.#keys([...values.map(down), ...values.reverse().map(up)]);
  }

  async #keys(actions: unknown[]): Promise<void> {
    await this.#call('POST', '/actions', { actions: [{ type: 'key', id: 'keyboard', actions }] });
  }

  async picture(): Promise<Buffer> {
    return Buffer.from(await this.#call<string>('GET', '/screenshot'), 'base64');
  }
}

const down = (value: string): unknown => ({ type: 'keyDown', value });
const up = (value: string): unknown => ({ type: 'keyUp', value });

/** WebKitGTK on a display of its own, over WebDriver. */
export async function webkit(): Promise<Engine> {
  const { name, server } = await display();
  const port = await freePort();
  const driver = spawn('WebKitWebDriver', [`--port=${port}`], {
    env: {
      ...process.env,
      DISPLAY: name,
      LANG: 'pl_PL.UTF-8',
      LANGUAGE: 'pl',
      WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS: '1',
      WEBKIT_DISABLE_COMPOSITING_MODE: '1',
      LIBGL_ALWAYS_SOFTWARE: '1',
    },
    stdio: 'ignore',
  });
  const base = `http://127.0.0.1:${port}`;
  await until('WebKitWebDriver answers', async () => (await fetch(`${base}/status`)).ok);
  const answer = await fetch(`${base}/session`, {
    method: 'POST',
    body: JSON.stringify({
      capabilities: {
        alwaysMatch: {
          'webkitgtk:browserOptions': { binary: miniBrowser(), args: ['--automation'] },
        },
      },
    }),
  });
  const session = (await answer.json()) as { value: { sessionId?: string; message?: string } };
  const id = session.value.sessionId;
  if (!id) throw new Error(`no WebKit session: ${session.value.message ?? ''}`);
  return {
    tab: new Session(`${base}/session/${id}`),
    close: async () => {
      await fetch(`${base}/session/${id}`, { method: 'DELETE' });
      driver.kill();
      server.kill();
    },
  };
}
