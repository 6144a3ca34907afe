package messaging

import (
	"fmt"
	"log/slog"
	"runtime/debug"
)

// Recovered turns what recover gave into the INTERNAL that callers see, and logs it once. The cause is told by its type
// alone: its text may repeat what somebody sent. work names what broke. A nil log keeps silent.
func Recovered(log *slog.Logger, work string, cause any) error {
	if log != nil {
		log.Error("a panic was caught", "work", work, "cause", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
	}
	return Refuse(CodeInternal, "", "something went wrong on our side")
}
