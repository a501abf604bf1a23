export interface Toast {
  id: number;
  text: string;
  action?: { label: string; run: () => void };
}

const life = 8_000;

/** Short messages that need no answer; read out politely by screen readers. */
class Toasts {
  items = $state<Toast[]>([]);
  #next = 1;

  show(text: string, action?: Toast['action']): void {
    const item: Toast = { id: this.#next++, text, ...(action ? { action } : {}) };
    this.items = [...this.items.slice(-2), item];
    setTimeout(() => this.#remove(item.id), life);
  }

  act(item: Toast): void {
    item.action?.run();
    this.#remove(item.id);
  }

  #remove(id: number): void {
    this.items = this.items.filter((i) => i.id !== id);
  }
}

export const toasts = new Toasts();
