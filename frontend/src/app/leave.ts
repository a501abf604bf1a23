import { keyring } from './device';
import type { WorkshopPage } from './workshop.svelte';

/**
 * Takes a member's workshop off this device: the token, copies of boards and
 * pages of one's own. The person stays in the workshop, with all they wrote.
 */
export async function leaveDevice(page: WorkshopPage): Promise<void> {
  const { workshopId, known } = page;
  page.close();
  keyring.forget(workshopId, 'member');
  try {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith('pathboard.') && key.includes(workshopId)) localStorage.removeItem(key);
    }
  } catch {
    // Storage that cannot be read holds nothing of ours.
  }
  const owner = known?.participantId;
  if (!owner) return;
  const databases = (await indexedDB.databases?.().catch(() => [])) ?? [];
  for (const { name } of databases) {
    if (name?.startsWith(`pathboard.${owner}.`)) indexedDB.deleteDatabase(name);
  }
}
