/** The part of the core that the history of a board needs; it comes with it. */
export {
  fateOf,
  filmAt,
  momentsBefore,
  parseFilm,
  PastBoard,
  problemPlace,
  sameThing,
  watch,
  type Fate,
  type Film,
  type FilmPhase,
  type Moment,
  type Turn,
} from './board/film';
export { restoreBoard, restoreCard } from './board/restore';
