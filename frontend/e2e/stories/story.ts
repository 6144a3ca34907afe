import type { Page } from 'playwright-core';
import type { Scenario } from '../mock/scenario.ts';

/** A screen with data, or a state of it that its route alone does not show. */
export interface Story {
  name: string;
  /** The route as the router writes it: what this story covers. */
  route: string;
  path: string;
  scenario?: Partial<Scenario>;
  /** Brings the screen into the state of the story. */
  act?: (page: Page) => Promise<void>;
  /** Charts weigh more: their routes have a budget of their own. */
  charts?: boolean;
}
