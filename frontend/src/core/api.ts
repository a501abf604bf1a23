import type { FollowUp } from './followup';
import type { Outcome } from './outcome';
import type {
  Created,
  Joined,
  Language,
  LibraryEntry,
  Preview,
  PrivacyNotice,
  Receipt,
  Recovered,
  Session,
  SignInState,
  Template,
  Workshop,
} from './model';

/** A refusal of the server, in words for people (RFC 9457). */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly fields: readonly { field: string; code: string; detail: string }[] = [],
    /** The workshop as it is now, where a command was meant for an older one. */
    readonly current?: Versioned,
  ) {
    super(detail);
    this.name = 'ApiError';
  }

  /** Nobody answered: the network, not the server, said no. */
  get offline(): boolean {
    return this.status === 0;
  }
}

export interface CreateWorkshop {
  title: string;
  city: string;
  language: Language;
  template?: string;
  groups: { name: string; area: string }[];
  /** Saved from another workshop; stands in for a template. */
  pathway?: Template;
}

export interface Versioned {
  workshop: Workshop;
  version: number;
}

const timeout = 15_000;

/** The server's HTTP interface for one language and one token. */
export class Api {
  constructor(
    private readonly language: () => Language,
    private readonly token: string | null = null,
    private readonly base = '',
    /** Has the person show their secret again; false: they would not. */
    private readonly confirm: (workshopId: string, token: string) => Promise<boolean> = () =>
      Promise.resolve(false),
  ) {}

  templates(): Promise<{ templates: Template[] }> {
    return this.#call('GET', '/api/templates');
  }

  /** Creates a workshop; at `/api/demo` it is filled in, to try a day out. */
  createWorkshop(
    body: CreateWorkshop | { language: Language },
    adminToken?: string,
    path = '/api/workshops',
  ): Promise<Created> {
    return this.#call('POST', path, body, {
      ...(adminToken ? { authorization: `Bearer ${adminToken}` } : {}),
    });
  }

  preview(code: string): Promise<Preview> {
    return this.#call('POST', '/api/join/preview', { code });
  }

  join(body: {
    code: string;
    name: string;
    department: string;
    groupId?: string;
  }): Promise<Joined> {
    // Everybody else comes with the page that is opened then.
    return this.#call('POST', '/api/join', body, { prefer: 'return=minimal' });
  }

  /** Goes on as oneself after the session ended, with the workshop's code. */
  returnTo(code: string): Promise<Joined> {
    return this.#call('POST', '/api/join/return', { code });
  }

  /** Exchanges a facilitator's link for a session of this browser. */
  openSession(workshopId: string): Promise<{ token: string }> {
    return this.#call('POST', `/api/workshops/${workshopId}/session`);
  }

  signIn(): Promise<SignInState> {
    return this.#call('GET', '/api/signin');
  }

  signOut(): Promise<void> {
    return this.#call('DELETE', '/api/signin');
  }

  /** One more facilitator link to a workshop that the signed-in person created. */
  openCreated(workshopId: string): Promise<{ link: string }> {
    return this.#call('POST', `/api/signin/workshops/${workshopId}/open`);
  }

  privacy(): Promise<PrivacyNotice> {
    return this.#call('GET', '/api/privacy');
  }

  /** That a workshop was deleted; fails where it was not. */
  receipt(workshopId: string): Promise<Receipt> {
    return this.#call('GET', `/api/receipts/${workshopId}`);
  }

  /** Exchanges a recovery code for a new facilitator link. */
  recover(code: string): Promise<Recovered> {
    return this.#call('POST', '/api/recover', { code });
  }

  session(): Promise<Session> {
    return this.#call('GET', '/api/session');
  }

  workshop(id: string): Promise<Versioned> {
    return this.#call('GET', `/api/workshops/${id}`);
  }

  changeWorkshop(id: string, version: number, body: Partial<Workshop>): Promise<Versioned> {
    return this.#call('PATCH', `/api/workshops/${id}`, body, ifMatch(version));
  }

  addGroup(
    id: string,
    version: number,
    body: { name: string; areaId: string },
  ): Promise<Versioned> {
    return this.#call('POST', `/api/workshops/${id}/groups`, body, ifMatch(version));
  }

  changeGroup(
    id: string,
    version: number,
    groupId: string,
    body: { name?: string; areaId?: string; capacity?: number; frozen?: boolean },
  ): Promise<Versioned> {
    return this.#call('PATCH', `/api/workshops/${id}/groups/${groupId}`, body, ifMatch(version));
  }

  removeGroup(id: string, version: number, groupId: string): Promise<Versioned> {
    return this.#call(
      'DELETE',
      `/api/workshops/${id}/groups/${groupId}`,
      undefined,
      ifMatch(version),
    );
  }

  removeParticipant(id: string, version: number, participantId: string): Promise<Versioned> {
    return this.#call(
      'DELETE',
      `/api/workshops/${id}/participants/${participantId}`,
      undefined,
      ifMatch(version),
    );
  }

  rotateCode(id: string): Promise<{ joinCode: string; link: string }> {
    return this.#call('POST', `/api/workshops/${id}/join-code`);
  }

  changeMe(
    id: string,
    body: { name?: string; department?: string; groupId?: string },
  ): Promise<Joined> {
    return this.#call('PATCH', `/api/workshops/${id}/me`, body);
  }

  async time(): Promise<number> {
    return (await this.#call<{ now: number }>('GET', '/api/time')).now;
  }

  /** A command on a workshop; with a version it is meant for that one only. */
  command<T = Versioned>(
    method: string,
    id: string,
    path: string,
    body?: unknown,
    version?: number,
  ): Promise<T> {
    const headers = version === undefined ? {} : ifMatch(version);
    return this.#call(method, `/api/workshops/${id}/${path}`, body, headers);
  }

  /** What serves an area, or all areas, in all stages. */
  async library(area = ''): Promise<LibraryEntry[]> {
    const path = `/api/library?area=${encodeURIComponent(area)}`;
    return (await this.#call<{ entries: LibraryEntry[] }>('GET', path)).entries;
  }

  /** Sends a file or text as it is. */
  upload<T>(id: string, path: string, body: Blob | string, method = 'POST'): Promise<T> {
    return this.#call(method, `/api/workshops/${id}/${path}`, body);
  }

  /** Keeps a picture of a board under the SHA-256 of its bytes. */
  async putImage(id: string, groupId: string, image: string, jpeg: Blob): Promise<void> {
    await this.#fetch('PUT', `/api/workshops/${id}/groups/${groupId}/images/${image}`, jpeg);
  }

  async image(id: string, groupId: string, image: string): Promise<Blob> {
    const path = `/api/workshops/${id}/groups/${groupId}/images/${image}`;
    return (await this.#fetch('GET', path)).blob();
  }

  /** A picture of a card that the outcome shows. */
  async outcomeImage(id: string, groupId: string, image: string): Promise<Blob> {
    const path = `/api/workshops/${id}/outcome/groups/${groupId}/images/${image}`;
    return (await this.#fetch('GET', path)).blob();
  }

  /** A board's file, to be saved by the browser. */
  async exportBoard(id: string, groupId: string, format: string): Promise<Blob> {
    const answer = await this.#fetch(
      'GET',
      `/api/workshops/${id}/groups/${groupId}/export?format=${format}`,
    );
    return answer.blob();
  }

  /** What a workshop made, for reading. */
  outcome(id: string, language: Language): Promise<Outcome> {
    return this.#call(
      'GET',
      `/api/workshops/${id}/outcome?lang=${language}`,
      undefined,
      {},
      AbortSignal.timeout(4 * timeout),
    );
  }

  /** The action plan and how far each action is. */
  followUp(id: string, language: Language): Promise<FollowUp> {
    return this.#call('GET', `/api/workshops/${id}/follow-up?lang=${language}`);
  }

  /**
   * A file under `/api/workshops/{id}/` with the name the server gives it.
   * `onbytes` hears how much of it has come.
   */
  async file(
    id: string,
    path: string,
    onbytes: (n: number) => void,
    signal: AbortSignal,
  ): Promise<{ name: string; blob: Blob }> {
    const answer = await this.#fetch('GET', `/api/workshops/${id}/${path}`, undefined, {}, signal);
    const type = answer.headers.get('content-type') ?? '';
    const parts: BlobPart[] = [];
    let n = 0;
    try {
      const reader = answer.body?.getReader();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        parts.push(part.value);
        onbytes((n += part.value.length));
      }
    } catch {
      throw new ApiError(0, 'offline', '');
    }
    const named = /filename="?([\w.-]+)"?/.exec(answer.headers.get('content-disposition') ?? '');
    return { name: named?.[1] ?? 'pathboard', blob: new Blob(parts, { type }) };
  }

  async #call<T>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal?: AbortSignal,
  ): Promise<T> {
    const answer = await this.#fetch(method, path, body, headers, signal);
    return (answer.status === 204 ? undefined : await answer.json()) as T;
  }

  async #fetch(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
    signal: AbortSignal = AbortSignal.timeout(timeout),
    again = false,
  ): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(this.base + path, {
        method,
        headers: {
          accept: 'application/json',
          'accept-language': this.language(),
          ...(body === undefined || isRaw(body) ? {} : { 'content-type': 'application/json' }),
          ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
          ...headers,
        },
        ...(body === undefined ? {} : { body: isRaw(body) ? body : JSON.stringify(body) }),
        signal,
        cache: 'no-store',
      });
    } catch {
      throw new ApiError(0, 'offline', '');
    }
    if (answer.ok) return answer;
    const refusal = await problem(answer);
    const id = path.split('/')[3];
    if (refusal.code !== 'confirmation-needed' || again || !id || !this.token) throw refusal;
    if (!(await this.confirm(id, this.token))) throw refusal;
    return this.#fetch(method, path, body, headers, AbortSignal.timeout(timeout), true);
  }
}

const isRaw = (body: unknown): body is Blob | string =>
  typeof body === 'string' || body instanceof Blob;

const ifMatch = (version: number): Record<string, string> => ({ 'if-match': `"${version}"` });

async function problem(answer: Response): Promise<ApiError> {
  try {
    const p = (await answer.json()) as {
      code?: string;
      detail?: string;
      errors?: { field: string; code: string; detail: string }[];
      current?: Versioned;
    };
    return new ApiError(
      answer.status,
      p.code ?? 'internal',
      p.detail ?? '',
      p.errors ?? [],
      p.current,
    );
  } catch {
    return new ApiError(answer.status, 'internal', '');
  }
}
