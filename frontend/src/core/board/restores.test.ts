import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { restoreBoard, restoreCard } from './restore';

// A board is restored by the browser, and by the server for whoever uses the
// API: both make the same of it. The file is written by the server's own test
// (server/board/restores_test.go).

interface Restored {
  Past: string;
  Now: string;
  Card: string;
  Roots: Record<string, unknown>;
}

const file = join(import.meta.dirname, '../../../../server/board/testdata/restores.json');
const cases = JSON.parse(readFileSync(file, 'utf8')) as Restored[];
const at = 1_700_000_000_000;

function opened(update: string): Y.Doc {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(update, 'base64'));
  return doc;
}

it.each(cases.map((c, i) => [i, c] as const))('restores case %i as the server does', (_, c) => {
  const [past, now] = [opened(c.Past), opened(c.Now)];
  if (c.Card) restoreCard(now, past, c.Card, at);
  else restoreBoard(now, past, at);
  const names = ['meta', 'stages', 'cards', 'links', 'comments'];
  const roots = Object.fromEntries(names.map((name) => [name, now.getMap(name).toJSON()]));
  expect(roots).toEqual(c.Roots);
});
