/** Parts of the board that come when they are asked for. */
export const parts = {
  card: () => import('./panels/CardPanel.svelte'),
  clicker: () => import('./panels/ClickerBar.svelte'),
  comments: () => import('./panels/CommentsPanel.svelte'),
  filter: () => import('./panels/FilterBar.svelte'),
  help: () => import('./panels/Help.svelte'),
  history: () => import('./history/History.svelte'),
  kind: () => import('./panels/KindDialog.svelte'),
  library: () => import('./panels/LibraryPanel.svelte'),
  links: () => import('./panels/LinksPanel.svelte'),
  moved: () => import('./panels/Moved.svelte'),
  news: () => import('./panels/NewsPanel.svelte'),
  list: () => import('./panels/ListView.svelte'),
  notices: () => import('./Notices.svelte'),
  palette: () => import('./panels/Palette.svelte'),
  picture: () => import('./panels/PictureDialog.svelte'),
  refused: () => import('./Refused.svelte'),
  similar: () => import('./panels/SimilarPanel.svelte'),
  selection: () => import('./panels/SelectionBar.svelte'),
};
export type Asked = keyof typeof parts;
