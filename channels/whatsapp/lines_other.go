//go:build !unix

package whatsapp

import "syscall"

func nothingToRead(syscall.RawConn) bool { return true }
