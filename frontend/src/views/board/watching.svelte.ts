import { untrack } from 'svelte';
import { mentions } from '../../core';
import type { Comment, Presence } from '../../core/model';
import { t } from '../../i18n/index.svelte';
import { toasts } from '../../ui/toasts.svelte';
import type { BoardActions } from './actions.svelte';
import { unread } from './unread.svelte';

/** What others do that concerns this person: their comments, and where they are. */
export class Watching {
  #known: ReadonlySet<string> | null = null;

  constructor(private readonly actions: BoardActions) {}

  /** New comments that speak to this person are shown; others are marked only. */
  look(board: string, comments: readonly Comment[]): void {
    untrack(() => {
      unread.begin(board, comments);
      const known = this.#known;
      this.#known = new Set(comments.map((c) => c.id));
      if (!known) return;
      const { me } = this.actions.board;
      const name = this.actions.nameOf(me);
      for (const c of comments) {
        if (known.has(c.id) || c.author === me || !mentions(c.text, name)) continue;
        toasts.show(
          t('comment.mentions', { name: this.actions.nameOf(c.author) || t('someone') }),
          {
            label: t('comment.show'),
            run: () => this.actions.open(c.card, 'comments'),
          },
        );
      }
    });
  }

  /** Goes where the followed person goes. */
  follow(people: readonly Presence[]): void {
    const { view } = this.actions;
    const id = view.following;
    if (id === null) return;
    const person = people.find((p) => p.user.id === id);
    untrack(() => {
      if (!person) {
        view.following = null;
        return;
      }
      const { card, stage } = person;
      const element = card === null ? null : document.getElementById(`card-${card}`);
      if (stage !== null && stage !== this.actions.stage) void this.actions.showStage(stage, false);
      element?.scrollIntoView({ block: 'center', inline: 'nearest' });
    });
  }
}
