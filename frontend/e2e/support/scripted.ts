import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import WebSocket from 'ws';
import * as Y from 'yjs';
import { until } from './processes';

/** A member without a screen: an unmodified provider in this process. */
export interface Scripted {
  doc: Y.Doc;
  provider: HocuspocusProvider;
  /** Resolves once everything written so far is acknowledged. */
  saved(): Promise<void>;
  close(): void;
}

/** Opens a document with a token and waits until it is in sync. */
export async function scripted(base: string, token: string, name: string): Promise<Scripted> {
  const socket = new HocuspocusProviderWebsocket({
    url: `${base.replace(/^http/, 'ws')}/ws`,
    WebSocketPolyfill: WebSocket,
  });
  const doc = new Y.Doc();
  const provider = new HocuspocusProvider({
    websocketProvider: socket,
    name,
    document: doc,
    token,
  });
  provider.attach();
  await until(`${name} is in sync`, () => Promise.resolve(provider.isSynced));
  return {
    doc,
    provider,
    saved: () => until('all is acknowledged', () => Promise.resolve(!provider.hasUnsyncedChanges)),
    close: () => {
      provider.destroy();
      socket.destroy();
      doc.destroy();
    },
  };
}
