import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import type { Pathboard } from './processes';

export interface Demo {
  facilitator: string;
  projector: string;
  join: string;
  workshopId: string;
  token: string;
  groups: { id: string; name: string }[];
}

/** Fills in the demonstration workshop on a running server, as the command does. */
export async function fillDemo(server: Pathboard, language = 'pl'): Promise<Demo> {
  const binary = process.env['PATHBOARD_BINARY'] ?? resolve('..', 'bin', 'pathboard');
  const output = await new Promise<string>((done, fail) => {
    const child = spawn(binary, ['demo', '--url', server.url, '--language', language]);
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
    child.once('exit', (code) => {
      if (code === 0) done(text);
      else fail(new Error(text));
    });
  });
  const link = (name: string): string => {
    const found = new RegExp(`^${name}:\\s+(\\S+)$`, 'm').exec(output)?.[1];
    if (!found) throw new Error(`no ${name} link in: ${output}`);
    return found;
  };
  const facilitator = link('facilitator');
  const token = facilitator.split('#')[1] ?? '';
  const headers = { authorization: `Bearer ${token}` };
  const session = (await (await fetch(`${server.url}/api/session`, { headers })).json()) as {
    workshopId: string;
  };
  const answer = await fetch(`${server.url}/api/workshops/${session.workshopId}`, { headers });
  const { workshop } = (await answer.json()) as { workshop: { groups: Demo['groups'] } };
  return {
    facilitator,
    token,
    projector: link('projector'),
    join: link('members'),
    workshopId: session.workshopId,
    groups: workshop.groups,
  };
}
