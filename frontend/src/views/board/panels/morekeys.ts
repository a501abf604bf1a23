import { announcer } from '../../../a11y/announcer.svelte';
import { allTexts, t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';
import type { BoardActions } from '../actions.svelte';
import type { Selection } from '../selection.svelte';
import type { CardPart, Panel } from '../view.svelte';
import { Many } from './many';
import { putAside, splitCard } from './one';
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

/** Parts of a card's panel. */
const parts: Readonly<Record<string, CardPart>> = {
  b: 'color',
  e: 'tags',
  k: 'kind',
  q: 'state',
  r: 'react',
  u: 'due',
  w: 'details',
  K: 'linkKind',
  W: 'linkWords',
};

/** The keys of what is done less often; a capital is pressed with Shift. */
export async function moreKey(
  key: string,
  from: HTMLElement,
  actions: BoardActions,
  selection: Selection,
): Promise<void> {
  await allTexts();
  const { view, readOnly } = actions;
  const panel = panels[key];
  if (panel === 'history' && !actions.home().past) toasts.show(t('past.notYours'));
  else if (panel) view.panel = view.panel?.name === panel ? null : { name: panel };
  else if (key === 'P') await printList(view);
  else if (key === 't') view.mode = view.mode === 'list' ? 'board' : 'list';
  else if (key === 'a') silence();
  else if (key === 'f') followNext(actions);
  else if (/[1-9]/.test(key)) toStage(Number(key), actions);
  else if (readOnly) return;
  else if (key === 'j') merge(actions, selection);
  else if (key === 'i')
    choosePictures((files) => void addPictures(files, actions, null, actions.current));
  else if (key === 'p') press('.problem');
  else if (key === 's') press(`#stage-${stageAt(from, actions)} .end`);
  else if (key === 'g') press(`#stage-${stageAt(from, actions)} .finish`);
  else onCard(key, from, actions);
}

/** What a key does to the card that it is pressed on. */
function onCard(key: string, from: HTMLElement, actions: BoardActions): void {
  const id = from.matches('article') && from.closest<HTMLElement>('[data-card]')?.dataset['card'];
  if (!id) return;
  const part = parts[key];
  if (part?.startsWith('link') && actions.board.linksOf(id).length === 0)
    toasts.show(t('links.none'));
  else if (part) actions.open(id, part);
  else if (key === 'h') putAside(actions, id);
  else if (key === 'y') splitCard(actions, id);
}

function merge(actions: BoardActions, selection: Selection): void {
  if (selection.size > 1) new Many(actions, selection).merge();
  else toasts.show(t('many.mergeNone'));
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
