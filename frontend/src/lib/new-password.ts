import * as v from 'valibot';

export const shortestPassword = 12;

/** Fields of a form that sets a password. The server judges it too, by a list of known ones. */
export const newPassword = {
  password: v.pipe(v.string(), v.minLength(shortestPassword, 'password')),
  repeat: v.string(),
};
