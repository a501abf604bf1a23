import { tick } from 'svelte';
import { bring } from '../later';
import type { BoardView } from '../view.svelte';

/** Prints the board as the list it is read as. */
export async function printList(view: BoardView): Promise<void> {
  await bring('list');
  view.mode = 'list';
  await tick();
  // Once the list has been laid out.
  requestAnimationFrame(() => setTimeout(() => window.print()));
}
