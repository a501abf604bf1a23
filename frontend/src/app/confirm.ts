import { mount, unmount } from 'svelte';
import { allTexts } from '../i18n/index.svelte';

/** A question that is being asked; whatever else needs an answer waits for this one. */
let asking: Promise<boolean> | null = null;

/**
 * Has whoever leads show the link or the recovery code again, before something
 * that cannot be undone. False: they closed the question.
 */
export function confirmIdentity(workshopId: string, token: string): Promise<boolean> {
  asking ??= ask(workshopId, token).finally(() => (asking = null));
  return asking;
}

async function ask(workshopId: string, token: string): Promise<boolean> {
  const [{ default: Dialog }] = await Promise.all([
    import('../views/manage/ConfirmDialog.svelte'),
    allTexts(),
  ]);
  return new Promise((done) => {
    const end = (confirmed: boolean): void => {
      void unmount(dialog);
      done(confirmed);
    };
    const dialog = mount(Dialog, { target: document.body, props: { workshopId, token, end } });
  });
}
