import type { Keyring } from './session';

/** The browser's storage, asked for when needed: it may be forbidden. */
export interface BrowserStorage {
  storage: () => Storage;
  databases: () => IDBFactory;
}

/**
 * Removes all that this browser keeps of a workshop: keys, the remembered state
 * and the copies of its boards. What cannot be removed stays; nothing is thrown.
 */
export async function forgetWorkshop(
  workshopId: string,
  groupIds: readonly string[],
  keyring: Keyring,
  browser: BrowserStorage,
): Promise<void> {
  for (const role of ['facilitator', 'member', 'projector', 'reader', 'follower'] as const)
    keyring.forget(workshopId, role);
  const ids = [workshopId, ...groupIds];
  const concerned = (name: string): boolean => ids.some((id) => name.includes(id));
  try {
    const storage = browser.storage();
    const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? '');
    for (const key of keys) if (concerned(key)) storage.removeItem(key);
  } catch {
    // Storage is forbidden: then there is nothing in it.
  }
  try {
    const databases = await browser.databases().databases();
    const names = databases.map((d) => d.name ?? '').filter(concerned);
    await Promise.all(names.map((name) => remove(browser.databases(), name)));
  } catch {
    // No database can be listed: the browser keeps none for us.
  }
}

/** A database that is still open elsewhere goes when it is closed there. */
function remove(factory: IDBFactory, name: string): Promise<void> {
  return new Promise((done) => {
    const request = factory.deleteDatabase(name);
    request.onsuccess = request.onerror = request.onblocked = () => done();
  });
}
