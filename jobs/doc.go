// Package jobs is what must be done later, again and again, or until it works: mails, and the upkeep of the installation.
// It runs on River, in a schema of its own of the same PostgreSQL, so a job is inserted in the transaction of the change
// that asks for it and is lost with it or kept with it.
//
// River's own connections belong to a role that reaches River's tables and nothing else; what a job does, it does through
// the services it is given. Sending messages does not come this way: the dispatcher has its own queue and its own limits.
package jobs
