import { forgetWorkshop } from '../core/forget';
import { keyring } from './device';
import type { WorkshopPage } from './workshop.svelte';

/** Removes all that this browser keeps of a workshop. */
export const forget = (workshopId: string, groupIds: readonly string[]): Promise<void> =>
  forgetWorkshop(workshopId, groupIds, keyring, {
    storage: () => localStorage,
    databases: () => indexedDB,
  });

/** Closes the page of a workshop that was deleted, forgets it, and says when that was. */
export async function forgetIfDeleted(page: WorkshopPage): Promise<string | null> {
  try {
    const receipt = await page.api.receipt(page.workshopId);
    const groups = page.workshop?.groups.map((g) => g.id) ?? [];
    page.close();
    await forget(page.workshopId, groups);
    return receipt.deletedAt;
  } catch {
    return null; // it is there, or nobody can say now: then it was the person's access
  }
}

/** The browser keeps nothing of this site but this workshop. */
export const onlyOne = (workshopId: string): boolean =>
  keyring.all().every((k) => k.workshopId === workshopId);
