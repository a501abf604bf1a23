import { expect, it } from 'vitest';
import { newId } from './ids';

it('an id is a random UUID, also where the page is not secure', () => {
  const ids = Array.from({ length: 200 }, newId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
