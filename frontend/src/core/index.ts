/** The browser's core: model, documents and sync, without any interface. */
export { ServerClock } from './clock';
export { clockText, left, passed } from './day';
export { Api, ApiError, type CreateWorkshop, type Versioned } from './api';
export { BoardCommands, boardCardsMax, cardTextMax, local, type NewCard } from './board/commands';
export { cardText, problemText, stageSummary } from './board/schema';
export { BoardStore, type BoardChange, type StageCount, type StageState } from './board/store';
export { Undo } from './board/undo';
export { between, isOrderKey, spread } from './order';
export { Keyring, type Remembered } from './session';
export type { CopyFailure } from './sync/devicecopy';
export { SyncedDocument } from './sync/document';
export { LiveWorkshop, socketUrl } from './sync/workshop';
export type { SaveState } from './sync/status';
export { bindText, type TextControl } from './binding';
export { readCursor, writeCursor, type CaretRange } from './cursor';
export { follow, splice, type Splice } from './text';
export { endsOf, kindOf, openEnd, type OpenEnd } from './links';
export { filters, fold, noFilter, passes, says, type Filter } from './filter';
