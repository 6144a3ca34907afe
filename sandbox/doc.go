// Package sandbox simulates the WhatsApp Cloud API, so that everything that
// talks to the platform can be built, tested and measured without an account
// there and without a paid message.
//
// It answers the calls (Handler), plays the people behind the phone numbers,
// and sends the signed webhooks that follow (Run). A second handler
// (ControlHandler) lets a developer or a test reach behind the curtain: make a
// person speak, break something, read what was accepted.
//
// It shares no code with the client it is used against: both were written from
// the platform's documentation, so that they cannot be wrong together.
package sandbox
