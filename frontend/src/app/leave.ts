import { keyring } from './device';
import type { WorkshopPage } from './workshop.svelte';

interface Devices {
  devices: { id: string; this?: boolean }[];
}

/** Makes this device's token worthless; without a network it is only forgotten. */
async function endSession({ api, workshopId }: WorkshopPage): Promise<void> {
  try {
    const { devices } = await api.command<Devices>('GET', workshopId, 'devices');
    const own = devices.find((d) => d.this);
    if (own) await api.command('DELETE', workshopId, `devices/${own.id}`);
  } catch {
    // The facilitator can end it too.
  }
}

/**
 * Takes a member's workshop off this device: the token, copies of boards and
 * pages of one's own. The person stays in the workshop, with all they wrote.
 */
export async function leaveDevice(page: WorkshopPage): Promise<void> {
  const { workshopId, known } = page;
  await endSession(page);
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
