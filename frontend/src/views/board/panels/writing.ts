import { CardDetails, Comments } from '../../../core/later';
import type { BoardState } from '../state.svelte';

/** Writes what the cards of a board say about themselves besides their texts. */
export const details = (board: BoardState): CardDetails =>
  new CardDetails(board.document.doc, board.me);

/** Writes what this person says about cards. */
export const discussion = (board: BoardState): Comments =>
  new Comments(board.document.doc, board.me);
