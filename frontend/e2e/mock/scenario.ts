// What the made-up company is shown as.

export interface Scenario {
  signedIn: boolean;
  /** full: a busy company · empty: the first day · broken: every question fails · forbidden: no permission at all */
  data: 'full' | 'empty' | 'broken' | 'forbidden';
  /** The second factor was shown too long ago: sensitive acts ask for it again. */
  stale?: boolean;
  /** No mail server is set: invitations are handed over, and nobody can reset a password. */
  mailless?: boolean;
  /** A stricter keeping is being carried out. */
  tightening?: boolean;
}
