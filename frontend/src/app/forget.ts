import { forgetWorkshop } from '../core/forget';
import { keyring } from './device';

/** Removes all that this browser keeps of a workshop. */
export const forget = (workshopId: string, groupIds: readonly string[]): Promise<void> =>
  forgetWorkshop(workshopId, groupIds, keyring, {
    storage: () => localStorage,
    databases: () => indexedDB,
  });

/** The browser keeps nothing of this site but this workshop. */
export const onlyOne = (workshopId: string): boolean =>
  keyring.all().every((k) => k.workshopId === workshopId);
