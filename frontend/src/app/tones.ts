/** Two soft tones, made here: no file is fetched. Browsers may refuse before a click. */
export function ring(): void {
  try {
    const audio = new AudioContext();
    [660, 880].forEach((pitch, i) => {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      const at = audio.currentTime + i * 0.35;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.2, at);
      volume.gain.exponentialRampToValueAtTime(0.001, at + 0.6);
      tone.connect(volume).connect(audio.destination);
      tone.start(at);
      tone.stop(at + 0.6);
    });
    setTimeout(() => void audio.close(), 2_000);
  } catch {
    // No sound on this device: the words on the screen remain.
  }
}
