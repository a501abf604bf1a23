import type { PrivacyNotice } from '../core/model';
import { api } from './device';

/** What this server's privacy notice says; null until it answers, and where it does not. */
export class Notice {
  said = $state.raw<PrivacyNotice | null>(null);

  constructor() {
    void api()
      .privacy()
      .then((n) => (this.said = n))
      .catch(() => undefined);
  }
}
