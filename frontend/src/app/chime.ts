const key = 'pathboard.sound';

/** Whether this device makes a sound when a phase ends. */
export function soundOn(): boolean {
  try {
    return localStorage.getItem(key) === 'on';
  } catch {
    return false;
  }
}

export function keepSound(on: boolean): void {
  try {
    localStorage.setItem(key, on ? 'on' : 'off');
  } catch {
    // Not remembered then.
  }
}

/** Rings, if this device can. What makes the sound comes when it is first wanted. */
export const chime = (): void =>
  void import('./tones').then((tones) => tones.ring()).catch(() => undefined);
