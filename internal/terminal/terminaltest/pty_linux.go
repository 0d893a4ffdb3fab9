package terminaltest

import (
	"io"
	"os"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// Pty is a pseudo-terminal of 80 columns (pty(7)).
type Pty struct {
	Slave *os.File // for the streams of a process; close it once the process has it
	shown chan error
	also  io.Writer
	text  []byte
}

// NewPty opens a pseudo-terminal. Everything that is written to it goes to also, too.
func NewPty(t testing.TB, also io.Writer) *Pty {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { master.Close() })
	fd := int(master.Fd())
	n, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	if err == nil {
		err = unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0) // unlock it
	}
	if err == nil {
		err = unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 80})
	}
	if err != nil {
		t.Fatal(err)
	}
	slave, err := os.OpenFile("/dev/pts/"+strconv.Itoa(n), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	p := &Pty{Slave: slave, shown: make(chan error, 1), also: also}
	go func() {
		_, err := io.Copy(p, master)
		p.shown <- err // EIO, after every process has closed the other side
	}()
	return p
}

func (p *Pty) Write(b []byte) (int, error) {
	p.text = append(p.text, b...)
	return p.also.Write(b)
}

// Shown waits until every process has closed the pseudo-terminal, and returns what it showed.
func (p *Pty) Shown() (t Terminal, err error) {
	if err := p.Slave.Close(); err != nil {
		return t, err
	}
	<-p.shown
	_, err = t.Write(p.text)
	return t, err
}
