/** The part of the core that only views need which come when they are asked for. */
export { CardDetails, altMax, ownerMax, tagMax, tidyTag } from './board/details';
export { Comments, commentMax } from './board/comments';
export { BoardImages, type ImageState } from './board/images';
export { linesOf, merge, split } from './board/reshape';
export { mentions, newsFor, threads, type News, type Thread } from './board/talk';
export { cardsOf, everyCardOf } from './paste';
