// Package email is the way to a mailbox: one SMTP transport for everything the installation sends by mail, and the letter
// that people are written. Neither an address nor a text ever reaches an error or a log.
package email
