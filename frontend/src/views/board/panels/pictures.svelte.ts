import { BoardImages, type ImageState } from '../../../core/later';
import type { CardImage } from '../../../core/model';
import { t } from '../../../i18n/index.svelte';
import { toasts } from '../../../ui/toasts.svelte';
import type { BoardActions } from '../actions.svelte';
import type { BoardState } from '../state.svelte';
import { shrink } from './shrink';
import { details } from './writing';

/** So many pictures at once, when many files are dropped. */
const most = 10;

/** The pictures of the board that is open, for views. */
export class Pictures {
  readonly #images: BoardImages;
  readonly #urls = new Map<string, string>();
  #changes = $state(0);

  constructor(actions: BoardActions) {
    const { board } = actions;
    const { api, workshopId, groupId } = actions.home();
    this.#images = new BoardImages({
      database: `pathboard.${board.me}.images.${groupId}`,
      factory: () => indexedDB,
      upload: (id, jpeg) => api.putImage(workshopId, groupId, id, jpeg),
      fetch: (id) => api.image(workshopId, groupId, id),
    });
    let connected = board.document.confirmed;
    const stops = [
      this.#images.subscribe(() => this.#changes++),
      board.document.subscribe(() => {
        if (!connected && board.document.confirmed) this.#images.now();
        connected = board.document.confirmed;
      }),
    ];
    board.onClose(() => {
      stops.forEach((stop) => stop());
      this.#images.close();
      this.#urls.forEach((url) => URL.revokeObjectURL(url));
    });
  }

  /** What is known of a picture. Reactive. */
  state(id: string): ImageState {
    void this.#changes;
    return this.#images.state(id);
  }

  /** An address that shows it, or null while it is not here. Reactive. */
  url(id: string): string | null {
    const { blob } = this.state(id);
    if (!blob) return null;
    const url = this.#urls.get(id) ?? URL.createObjectURL(blob);
    this.#urls.set(id, url);
    return url;
  }

  /** Scales a file down and keeps it; null, and the reason is said, when it is no picture. */
  async take(file: Blob): Promise<CardImage | null> {
    const small = await shrink(file);
    if (!small) {
      toasts.show(t('image.unreadable'));
      return null;
    }
    const id = await this.#images.add(small.jpeg);
    return { id, width: small.width, height: small.height, alt: '' };
  }
}

const shelves = new WeakMap<BoardState, Pictures>();

export function picturesOf(actions: BoardActions): Pictures {
  const found = shelves.get(actions.board) ?? new Pictures(actions);
  shelves.set(actions.board, found);
  return found;
}

/**
 * Puts pictures on the board: the first on the given card if it has none, each
 * other on a card of its own. Then it asks what they show.
 */
export async function addPictures(
  files: readonly Blob[],
  actions: BoardActions,
  onto: string | null,
  behind: string | null,
): Promise<void> {
  if (actions.readOnly) return;
  if (files.length > most) toasts.show(t('image.most', { n: most }));
  const { board } = actions;
  let target = onto !== null && board.store.card(onto)?.image === null ? onto : null;
  let last = behind;
  let first: string | null = null;
  for (const file of files.slice(0, most)) {
    const image = await picturesOf(actions).take(file);
    if (!image || actions.readOnly) continue;
    const stage = actions.stage;
    const kind = actions.suggested(stage);
    const card = actions.change(() => {
      if (target === null)
        return board.commands.addCards(stage, [{ kind, text: '', image }], last)[0];
      details(board).setImage(target, image);
      return target;
    });
    target = null;
    last = card ?? last;
    first ??= card ?? null;
  }
  if (first === null) return;
  await actions.focusCard(first);
  actions.view.describing = first;
}

/** Lets the person choose picture files, or take a photograph. */
export function choosePictures(then: (files: File[]) => void): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = 'image/*';
  input.multiple = true;
  input.addEventListener('change', () => then([...(input.files ?? [])]));
  input.click();
}
