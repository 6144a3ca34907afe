package engines

import "syscall"

// dieWithParent lets the kernel kill the child when the parent dies, unless the child has a gentler signal.
func dieWithParent(attr *syscall.SysProcAttr) {
	if attr.Pdeathsig == 0 {
		attr.Pdeathsig = syscall.SIGKILL
	}
}

func dieWithParentBy(attr *syscall.SysProcAttr, sig syscall.Signal) { attr.Pdeathsig = sig }
