import { newsFor, type News } from '../../../core/later';
import type { BoardActions } from '../actions.svelte';

/** What others said that concerns the person at this board, newest first. */
export const newsAt = (actions: BoardActions): News[] =>
  newsFor(
    actions.board.me,
    actions.nameOf(actions.board.me),
    actions.board.comments,
    (card) => actions.board.cards.get(card)?.author,
  );
