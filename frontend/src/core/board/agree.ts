import * as Y from 'yjs';
import { local } from './commands';
import { roots } from './schema';
import { seedStage } from './seed';

/** How many of those present have to agree: more than half. */
export const needed = (present: number): number => Math.floor(present / 2) + 1;

/** Voices lie in the stage's map as "agreed:participant", so that none is lost to another. */
const prefix = 'agreed:';

/** Who says that the stage is done, while the group has not decided. */
export function agreed(stage: unknown): string[] {
  if (!(stage instanceof Y.Map)) return [];
  return [...stage.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .sort();
}

/**
 * Says that the stage is done, or takes it back. When more than half of those
 * present say so, it is done: the group has agreed, not one of it.
 *
 * @param present the members of the group who are on the board, this one too
 */
export function agree(doc: Y.Doc, stage: string, person: string, present: readonly string[]): void {
  seedStage(doc, stage);
  doc.transact(() => {
    const map = roots(doc).stages.get(stage);
    if (!(map instanceof Y.Map)) return;
    const key = prefix + person;
    if (map.has(key)) {
      map.delete(key);
      return;
    }
    map.set(key, true);
    const here = new Set([...present, person]);
    const all = agreed(map);
    if (all.filter((p) => here.has(p)).length < needed(here.size)) return;
    map.set('done', true);
    for (const p of all) map.delete(prefix + p);
  }, local);
}
