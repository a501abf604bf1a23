import type { MessageKey } from '../../../i18n/index.svelte';

export { libraryKinds } from '../../../core/library';

const shelves: Readonly<Record<string, MessageKey>> = {
  data: 'library.data',
  source: 'library.data',
  tool: 'library.tool',
  example: 'library.example',
};

/** The name of a kind's shelf. */
export const shelfName = (kind: string): MessageKey => shelves[kind] ?? 'library.principles';
