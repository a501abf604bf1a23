import BookOpen from '@lucide/svelte/icons/book-open';
import CircleHelp from '@lucide/svelte/icons/circle-question-mark';
import Cog from '@lucide/svelte/icons/cog';
import Database from '@lucide/svelte/icons/database';
import Flag from '@lucide/svelte/icons/flag';
import Lightbulb from '@lucide/svelte/icons/lightbulb';
import ListChecks from '@lucide/svelte/icons/list-checks';
import Megaphone from '@lucide/svelte/icons/megaphone';
import Route from '@lucide/svelte/icons/route';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import TrendingUp from '@lucide/svelte/icons/trending-up';
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import type { Component } from 'svelte';
import type { CardKind } from '../core/model';

/** A kind's picture. Its name is always beside it: colour is never alone. */
export const kindIcons: Record<CardKind, Component<{ size?: number; 'aria-hidden'?: 'true' }>> = {
  problem: Flag,
  question: CircleHelp,
  data: Database,
  method: Route,
  tool: Cog,
  difficulty: TriangleAlert,
  solution: Lightbulb,
  result: TrendingUp,
  recommendation: Megaphone,
  action: ListChecks,
  example: BookOpen,
  note: StickyNote,
};
