// Package auth is who may: passwords, one-time codes, tokens, sessions, keys, allow-lists, lock-out, roles. Everything here
// is a rule over values; what must be stored goes through small ports declared beside the rule that needs them, whose
// comments say which statement keeps the rule under concurrency.
//
// Answers to a caller are messaging errors, and for a wrong credential always the same one, whatever was wrong.
package auth
