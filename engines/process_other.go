//go:build !linux

package engines

import "syscall"

// Only Linux can bind a child's life to its parent's; elsewhere a killed supervisor leaves its children to be found by
// their lock files at the next start.
func dieWithParent(*syscall.SysProcAttr) {}

func dieWithParentBy(*syscall.SysProcAttr, syscall.Signal) {}
