// Package stories runs the whole program as its users meet it: HTTP in front, both engines behind, two dispatchers, and the
// sandboxed WhatsApp whose call log has the last word.
package stories
