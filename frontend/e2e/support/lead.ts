import type { Created } from './workshop';

/** What a facilitator does, by the public API. */
export class Lead {
  constructor(
    private readonly base: string,
    private readonly created: Created,
  ) {}

  async send<T = unknown>(method: string, path: string, body?: unknown): Promise<T> {
    const url = `${this.base}/api/workshops/${this.created.workshop.id}${path ? `/${path}` : ''}`;
    const answer = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${this.created.tokens.facilitator}`,
        'content-type': 'application/json',
        'if-match': '*',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export interface State {
  workshop: {
    polls: { id: string; results?: { text: string; dots: number }[]; voters?: number }[];
    writing: { id: string } | null;
    participants: { id: string; name: string; groupId: string | null; joined: boolean }[];
    groups: { id: string; name: string; members: string[] }[];
    agenda: { id: string; kind: string; stageId?: string; name: { pl: string; en: string } }[];
    phase: { id: string; kind: string; index: number } | null;
    version: number;
  };
}
