import type { MessageKey } from '../../../i18n/index.svelte';
import type { BoardActions } from '../actions.svelte';
import type { Mode, Panel } from '../view.svelte';
import { followNext, silence } from './morekeys';
import { addPictures, choosePictures } from './pictures.svelte';
import { printList } from './printing';

/** What can be done by its name; its keys are those of the shortcut with the same id. */
export interface Command {
  readonly id: string;
  readonly says: MessageKey;
  readonly run: () => unknown;
}

/** What a person may do on the board as it is now. */
export function boardCommands(actions: BoardActions): readonly Command[] {
  const { view } = actions;
  const panel = (name: Exclude<Panel['name'], 'card'>) => () => void (view.panel = { name });
  const mode = (next: Mode) => () => void (view.mode = view.mode === next ? 'board' : next);
  const command = (id: string, says: MessageKey, run: () => unknown): Command => ({
    id,
    says,
    run,
  });
  return [
    command('filter', 'filter.title', () => (view.filtering = true)),
    command('links', 'links.title', panel('links')),
    command('comments', 'comments.title', panel('comments')),
    command('library', 'library.title', panel('library')),
    command('similar', 'similar.title', panel('similar')),
    command('news', 'news.title', panel('news')),
    ...(actions.home().past ? [command('history', 'past.title', panel('history'))] : []),
    command('fit', 'view.fit', mode('fit')),
    command('focus', 'view.focus', mode('focus')),
    command('list', 'view.list', mode('list')),
    command('print', 'list.print', () => printList(view)),
    command('follow', 'follow.next', () => followNext(actions)),
    ...(actions.readOnly ? [] : changes(actions, command)),
    command('silence', 'keys.announce', silence),
    command('help', 'keys.title', () => (view.help = true)),
  ];
}

/** What changes the board. */
function changes(
  actions: BoardActions,
  command: (id: string, says: MessageKey, run: () => unknown) => Command,
): Command[] {
  const picture = (): void =>
    choosePictures((files) => void addPictures(files, actions, null, null));
  return [
    command('new', 'card.add', () => (actions.choosing = actions.stage)),
    command('image', 'image.add', picture),
    command('undo', 'undo', () => actions.undo()),
    command('redo', 'redo', () => actions.redo()),
  ];
}
