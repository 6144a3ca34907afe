// What the made-up company is shown as.

export interface Scenario {
  signedIn: boolean;
  /** full: a busy company · empty: the first day · broken: every question fails · forbidden: no permission at all */
  data: 'full' | 'empty' | 'broken' | 'forbidden';
}
