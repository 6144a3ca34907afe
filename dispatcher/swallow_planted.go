//go:build plantedloss

package dispatcher

import "posthaste/messaging"

// swallowed plants a loss: such a message counts as sent, and nobody is called. Only the tests of the fault runs build
// with this tag, to see that their account finds it.
func swallowed(id messaging.ID) bool { return id%17 == 0 }
