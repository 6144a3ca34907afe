//go:build unix

package whatsapp

import "syscall"

// nothingToRead looks without waiting and without taking anything.
func nothingToRead(conn syscall.RawConn) bool {
	quiet := false
	err := conn.Read(func(fd uintptr) bool {
		var b [1]byte
		_, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		quiet = err == syscall.EAGAIN || err == syscall.EWOULDBLOCK
		return true
	})
	return err == nil && quiet
}
