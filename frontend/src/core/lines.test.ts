import { describe, expect, it } from 'vitest';
import {
  type Instance,
  type Line,
  type LinesView,
  roundTrip,
  slowMs,
  struggling,
  trouble,
  verdict,
} from './lines';

const line = (personId: string, more: Partial<Line> = {}): Line => ({
  role: 'member',
  personId,
  connected: true,
  milliseconds: 30,
  drops: 0,
  ...more,
});
const instance = (more: Partial<Instance> = {}): Instance => ({
  id: 'a',
  version: 'v1',
  here: true,
  silent: false,
  connections: 1,
  health: [{ name: 'store', ok: true, milliseconds: 3 }],
  ...more,
});
const view = (lines: Line[], instances = [instance()]): LinesView => ({ lines, instances });
const good = Array.from({ length: 12 }, (_, i) => line(String(i)));
const bad = (n: number): Line[] =>
  Array.from({ length: n }, (_, i) => line(`bad${i}`, { milliseconds: slowMs }));

describe('a line', () => {
  it.each([
    [{}, null],
    [{ drops: 1 }, null],
    [{ drops: 2 }, 'drops'],
    [{ milliseconds: slowMs - 1 }, null],
    [{ milliseconds: slowMs }, 'slow'],
    [{ connected: false, lostAt: '2026-01-01T10:00:00Z', drops: 1 }, 'lost'],
  ])('%o is in trouble: %s', (more, want) => expect(trouble(line('p', more))).toBe(want));

  it('without a measurement is not called slow', () => {
    expect(trouble({ role: 'projector', connected: true, drops: 0 })).toBeNull();
  });

  it('is listed by how bad it is', () => {
    const lines = [
      line('slow', { milliseconds: 800 }),
      line('good'),
      line('slower', { milliseconds: 2_000 }),
      line('drops', { drops: 4 }),
      line('lost', { connected: false }),
    ];
    expect(struggling(lines).map((l) => l.personId)).toEqual(['lost', 'drops', 'slower', 'slow']);
  });
});

describe('the verdict', () => {
  const down = instance({ health: [{ name: 'store', ok: false, milliseconds: 3_000 }] });
  const slow = instance({ health: [{ name: 'store', ok: true, milliseconds: 1_600 }] });
  const silent = instance({ here: false, silent: true, health: [] });
  it.each([
    ['well', { view: view(good), own: 20, online: true }],
    ['some', { view: view([...good, ...bad(2)]), own: 20, online: true }],
    ['some', { view: view([...good, ...good, ...bad(3)]), own: 20, online: true }],
    ['hall', { view: view([...good, ...bad(4)]), own: 20, online: true }],
    ['hall', { view: view(bad(3)), own: 2_000, online: true }],
    ['device', { view: view(good), own: slowMs, online: true }],
    ['server', { view: view(good, [instance(), down]), own: 20, online: true }],
    ['server', { view: view(bad(9), [slow]), own: 20, online: true }],
    ['server', { view: view(good, [instance(), silent]), own: 20, online: true }],
    ['unreachable', { view: view(good), own: null, online: true }],
    ['unreachable', { view: null, own: null, online: true }],
    ['server', { view: null, own: 20, online: true }],
    ['offline', { view: view(good), own: null, online: false }],
  ] as const)('is %s', (want, facts) => expect(verdict(facts)).toBe(want));
});

describe('the way there and back', () => {
  it('is that of a connection which is open already', async () => {
    const times = [0, 300, 300, 340];
    const ask = (): Promise<Response> => Promise.resolve(new Response('{}'));
    expect(await roundTrip(ask, () => times.shift() ?? 0)).toBe(40);
  });

  it('is unknown when nobody answers', async () => {
    expect(await roundTrip(() => Promise.reject(new TypeError('network')))).toBeNull();
    expect(await roundTrip(() => Promise.resolve(new Response('', { status: 502 })))).toBeNull();
  });
});
