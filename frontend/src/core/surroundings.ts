/**
 * What lib0 asks about where it runs, answered for a browser. Its own module
 * looks for Node's arguments and variables first, which a page never has. The
 * build puts this in its place.
 */
export const isBrowser = true;
export const isNode = false;
export const getVariable = (): null => null;
