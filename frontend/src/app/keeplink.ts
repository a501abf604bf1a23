import type { Api } from '../core';
import type { Session } from '../core/model';
import { api, keyring } from './device';

/**
 * Keeps the secret of a link on this device, so that it need not stand in the
 * address. Fails with what the server says of a link that holds no more.
 */
export async function keepLink(
  secret: string,
  named: (server: Api, workshopId: string) => Promise<{ title: string; city: string }>,
): Promise<Session> {
  const server = api(secret);
  const session = await server.session();
  const { workshopId, role } = session;
  const { title, city } = await named(server, workshopId);
  keyring.remember({ workshopId, role, token: secret, title, city, at: Date.now() });
  return session;
}
