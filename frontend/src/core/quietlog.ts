/**
 * What Yjs says to the developer, without the coloured logger of lib0 and the
 * schema library that it brings along. The build puts this in its place.
 */
export const BOLD = '';
export const UNBOLD = '';
export const ORANGE = '';
export const RED = '';

export const warn = (...what: unknown[]): void => console.warn(...what);
export const print = (...what: unknown[]): void =>
  console.warn(...what.filter((part) => part !== ''));
