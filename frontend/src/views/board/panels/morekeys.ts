import { announcer } from '../../../a11y/announcer.svelte';
import { allTexts, t } from '../../../i18n/index.svelte';
import type { BoardActions } from '../actions.svelte';
import type { Panel } from '../view.svelte';
import { addPictures, choosePictures } from './pictures.svelte';
import { printList } from './printing';

const panels: Readonly<Record<string, Exclude<Panel['name'], 'card'>>> = {
  B: 'library',
  C: 'comments',
  H: 'history',
  L: 'links',
  N: 'news',
  S: 'similar',
};

/** The keys of what is done less often; a capital is pressed with Shift. */
export async function moreKey(
  key: string,
  from: HTMLElement,
  actions: BoardActions,
): Promise<void> {
  await allTexts();
  const { view, readOnly } = actions;
  const panel = panels[key];
  if (panel === 'history' && !actions.home().past) return;
  if (panel) view.panel = view.panel?.name === panel ? null : { name: panel };
  else if (key === 'P') await printList(view);
  else if (key === 't') view.mode = view.mode === 'list' ? 'board' : 'list';
  else if (key === 'a') silence();
  else if (key === 'f') followNext(actions);
  else if (/[1-9]/.test(key)) toStage(Number(key), actions);
  else if (readOnly) return;
  else if (key === 'i')
    choosePictures((files) => void addPictures(files, actions, null, actions.current));
  else if (key === 'p') press('.problem');
  else if (key === 's') press(`#stage-${stageAt(from, actions)} .end`);
  else if (key === 'g') press(`#stage-${stageAt(from, actions)} .finish`);
}

/** Changes by others are read out no longer, or again. */
export function silence(): void {
  announcer.silenced = !announcer.silenced;
  announcer.say(t(announcer.silenced ? 'announce.silent' : 'announce.spoken'));
}

/** Follows the next of those who are here, and nobody after the last. */
export function followNext({ board, view }: BoardActions): void {
  const ids = [...new Set(board.people.map((p) => p.user.id))];
  const at = view.following === null ? -1 : ids.indexOf(view.following);
  view.following = ids[at + 1] ?? null;
  if (view.following === null) announcer.say(t(ids.length ? 'follow.nobody' : 'people.none'));
}

function toStage(number: number, actions: BoardActions): void {
  const stage = document.querySelectorAll<HTMLElement>('[data-stage]')[number - 1];
  if (!stage) return;
  if (actions.view.mode === 'list') actions.view.mode = 'board';
  void actions.showStage(stage.dataset['stage'] ?? '');
}

const stageAt = (from: HTMLElement, actions: BoardActions): string =>
  from.closest<HTMLElement>('[data-stage]')?.dataset['stage'] ?? actions.stage;

/** Goes into a text, or presses the button that begins one. */
function press(where: string): void {
  const target = document.querySelector<HTMLElement>(
    `${where} textarea, ${where} button, ${where}:is(button)`,
  );
  if (target instanceof HTMLTextAreaElement) target.focus();
  else target?.click();
}
