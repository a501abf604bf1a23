// Excalidraw with a scene of so many cards and arrows as ?cards=&links= say,
// kept in this browser as its own app keeps scenes. `window.scene` is for the
// benchmark: how many elements are shown, and changes as another person's.
import {
  CaptureUpdateAction,
  convertToExcalidrawElements,
  Excalidraw,
  reconcileElements,
} from '@excalidraw/excalidraw';
import '@excalidraw/excalidraw/index.css';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';

const key = 'scene';
const asked = new URLSearchParams(location.search);
const [cards, links] = [Number(asked.get('cards')), Number(asked.get('links'))];

/** Cards in columns of stages with the same texts as on our board, joined the same way. */
function make() {
  const perStage = Math.ceil(cards / 8);
  const skeleton = Array.from({ length: cards }, (_, i) => ({
    type: 'rectangle',
    id: `card-${i}`,
    x: (i % 8) * 304,
    y: Math.floor(i / 8) * 110,
    width: 270,
    height: 90,
    label: {
      text: `Kartka ${i}: zażółcenie śródmiejskich wskaźników dostępności`,
      fontSize: 16,
    },
  }));
  for (let i = 0; i < links; i++) {
    const [from, to] = [(i * 7) % cards, (i * 13 + 5) % cards];
    if (from === to) continue;
    skeleton.push({
      type: 'arrow',
      id: `link-${i}`,
      x: (from % 8) * 304 + 270,
      y: (Math.floor(from / 8) % perStage) * 110 + 45,
      start: { id: `card-${from}` },
      end: { id: `card-${to}` },
    });
  }
  return convertToExcalidrawElements(skeleton, { regenerateIds: false });
}

function kept() {
  const found = localStorage.getItem(key);
  if (found) return JSON.parse(found);
  const made = make();
  localStorage.setItem(key, JSON.stringify(made));
  return made;
}

/** The n-th change by somebody else: every fifth moves a card, the others write on one. */
function change(api, n) {
  const local = api.getSceneElementsIncludingDeleted();
  const card = local.find((e) => e.id === `card-${(n * 31) % cards}`);
  const text = local.find((e) => e.type === 'text' && e.containerId === card.id);
  const grown = (element, more) => ({
    ...element,
    ...more,
    version: element.version + 1,
    versionNonce: n + 1,
  });
  const words = `${text.text} ${n}`;
  const changed =
    n % 5 === 4
      ? [grown(card, { y: card.y + 8 }), grown(text, { y: text.y + 8 })]
      : [grown(text, { text: words, originalText: words })];
  api.updateScene({
    elements: reconcileElements(local, changed, api.getAppState()),
    captureUpdate: CaptureUpdateAction.NEVER,
  });
}

createRoot(document.getElementById('root')).render(
  createElement(Excalidraw, {
    initialData: { elements: kept(), scrollToContent: false },
    excalidrawAPI: (api) => {
      window.scene = {
        shown: () => api.getSceneElements().length,
        change: (n) => change(api, n),
        scroll: (x, y) => api.updateScene({ appState: { scrollX: x, scrollY: y } }),
      };
    },
  }),
);
