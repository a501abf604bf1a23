/** The parts of a member's day that come when they are needed. */
export { default as CardDots } from './CardDots.svelte';
export { default as Chips } from './Chips.svelte';
export { MemberDay } from './memberday.svelte';
export { default as Messages } from './Messages.svelte';
