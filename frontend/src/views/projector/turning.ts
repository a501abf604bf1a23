import { serverClock } from '../../app/clock';

/** How long each page stays when not everything fits on one, in ms. */
const pageMs = 12_000;

/** The page that is shown now, from 0: by the server's clock, so that all projectors turn together. */
export const pageNow = (pages: number): number =>
  pages > 1 ? Math.floor(serverClock.now() / pageMs) % pages : 0;
