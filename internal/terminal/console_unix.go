//go:build unix

package terminal

import "os"

// open opens the terminal that controls the process (POSIX, /dev/tty).
func open() (Console, error) {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return Console{}, err
	}
	return Console{tty, tty, tty.Close}, nil
}

// enable reports whether a terminal obeys control sequences. Terminals of Unix always do.
func enable(*os.File) bool { return true }
