import {
  type ConstructableOutgoingMessage,
  HocuspocusProvider,
  type HocuspocusProviderConfiguration,
} from '@hocuspocus/provider';

/** Message types of the Hocuspocus wire and kinds of its sync messages. */
const typeSync = 0;
const kindStepOne = 0;
const kindStepTwo = 1;

/**
 * A provider whose count of unconfirmed changes can be believed. The original
 * queues updates while it has no connection and sends them before it has told
 * the server what else it holds, so its count can reach nought while older
 * changes are still on this device alone. Here nothing leaves before the
 * exchange of a connection: the server is asked what it has, gets all that it
 * lacks, and every later update; and each of them is confirmed once.
 */
export class ConfirmingProvider extends HocuspocusProvider {
  #asked = 0;
  #confirmed = 0;
  #received = false;
  #exchanged = false;

  constructor(
    configuration: HocuspocusProviderConfiguration,
    /** Something that settled depends on has changed. */
    private readonly changed: () => void,
  ) {
    super(configuration);
  }

  /** The server has confirmed everything that is in the document. */
  get settled(): boolean {
    return (
      this.isAuthenticated && this.#received && this.#exchanged && this.#confirmed >= this.#asked
    );
  }

  /** Asks the server again what it has, and sends what it lacks. */
  again(): void {
    this.startSync();
  }

  override startSync(): void {
    this.#received = this.#exchanged = false;
    this.#asked = 1; // the exchange is confirmed too
    this.#confirmed = 0;
    super.startSync();
    this.changed();
  }

  override documentUpdateHandler(update: Uint8Array, origin: unknown): void {
    if (origin === this || !this.#exchanged) return;
    this.#asked++;
    super.documentUpdateHandler(update, origin);
  }

  override decrementUnsyncedChanges(): void {
    this.#confirmed++;
    super.decrementUnsyncedChanges();
    this.changed();
  }

  override onMessage(event: MessageEvent): void {
    const kind = syncKind(new Uint8Array(event.data as ArrayBuffer));
    super.onMessage(event);
    if (kind === kindStepTwo) {
      this.#received = true;
      // What was confirmed before this answered what was sent before the
      // exchange; the exchange's own confirmation is still to come.
      this.#confirmed = 0;
    } else if (kind === kindStepOne)
      this.#exchanged = true; // answered just now
    else return;
    this.changed();
  }

  override onClose(): void {
    this.#forget();
    super.onClose();
    // The others are gone from here. Who is still there when the line is back comes
    // with the clock they had, and would not be taken for news.
    this.awareness?.meta.forEach((_, client, all) => {
      if (client !== this.document.clientID) all.delete(client);
    });
    this.changed();
  }

  override permissionDeniedHandler(reason: string): void {
    this.#forget();
    super.permissionDeniedHandler(reason);
    this.changed();
  }

  /** What a closed socket would keep for later, the next exchange carries. */
  override send(message: ConstructableOutgoingMessage, args: unknown): void {
    if (this.configuration.websocketProvider.webSocket?.readyState === 1) super.send(message, args);
  }

  #forget(): void {
    this.#received = this.#exchanged = false;
  }
}

/** The kind of a sync message, or -1 for any other: name, type, kind. */
function syncKind(frame: Uint8Array): number {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = frame[at++] ?? 0;
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const name = number();
  at += name;
  return number() === typeSync ? number() : -1;
}
