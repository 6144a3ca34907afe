package engines

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is a child in its own process group that the kernel ends when this program dies.
type process struct {
	cmd  *exec.Cmd
	done chan struct{} // closed once the child is reaped
	err  error         // how it ended; valid after done
}

// outputDelay bounds how long a dead child's output is awaited when a grandchild still holds the pipe.
const outputDelay = 2 * time.Second

// startProcess starts cmd. The kernel's death signal is bound to the thread that forked, so that thread is held until
// the child has ended.
func startProcess(cmd *exec.Cmd) (*process, error) {
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	dieWithParent(cmd.SysProcAttr)
	if cmd.WaitDelay == 0 {
		cmd.WaitDelay = outputDelay
	}
	p := &process{cmd: cmd, done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err != nil {
			return
		}
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) pid() int { return p.cmd.Process.Pid }

// stop asks with sig, then, when grace is over, kills the whole group. It returns once the child is reaped.
func (p *process) stop(sig os.Signal, grace <-chan time.Time) {
	_ = p.cmd.Process.Signal(sig) // an error means that it has ended already, which done tells
	select {
	case <-p.done:
	case <-grace:
		p.kill()
		<-p.done
	}
}

// kill ends the child and its group at once.
func (p *process) kill() {
	select {
	case <-p.done: // reaped: the number may belong to someone else by now
	default:
		_ = syscall.Kill(-p.pid(), syscall.SIGKILL)
		_ = p.cmd.Process.Kill()
	}
}
