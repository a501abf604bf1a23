import { IDBFactory } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { forgetWorkshop } from './forget';
import { Keyring } from './session';

const open = (factory: IDBFactory, name: string): Promise<void> =>
  new Promise((done) => {
    const request = factory.open(name);
    request.onsuccess = () => {
      request.result.close();
      done();
    };
  });

describe('forgetting a workshop', () => {
  it('removes its keys, state and boards, and nothing of another one', async () => {
    localStorage.clear();
    const factory = new IDBFactory();
    const keyring = new Keyring(() => localStorage);
    for (const id of ['w1', 'w2'])
      keyring.remember({ workshopId: id, role: 'member', token: 't', title: id, city: '', at: 1 });
    localStorage.setItem('pathboard.workshop.w1', '{}');
    localStorage.setItem('pathboard.pending.pathboard.me.board.g1.page', '2');
    localStorage.setItem('pathboard.workshop.w2', '{}');
    for (const name of ['pathboard.me.board.g1', 'pathboard.me.board.g2'])
      await open(factory, name);

    await forgetWorkshop('w1', ['g1'], keyring, {
      storage: () => localStorage,
      databases: () => factory,
    });

    expect(keyring.all().map((k) => k.workshopId)).toEqual(['w2']);
    expect(Object.keys(localStorage).sort()).toEqual([
      'pathboard.workshop.w2',
      'pathboard.workshops',
    ]);
    expect((await factory.databases()).map((d) => d.name)).toEqual(['pathboard.me.board.g2']);
  });

  it('goes on where storage is forbidden', async () => {
    const forbidden = (): never => {
      throw new DOMException('no', 'SecurityError');
    };
    await forgetWorkshop('w1', ['g1'], new Keyring(forbidden), {
      storage: forbidden,
      databases: forbidden,
    });
  });
});
