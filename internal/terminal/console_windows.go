package terminal

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// open opens the console of the process. Input and output are two files there (Microsoft documentation, "Console Handles").
func open() (Console, error) {
	in, err := os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return Console{}, err
	}
	out, err := os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return Console{}, errors.Join(err, in.Close())
	}
	return Console{in, out, func() error { return errors.Join(in.Close(), out.Close()) }}, nil
}

// obeys tells whether a console obeys control sequences. It must be told to do so, which consoles before Windows 10 refuse (Microsoft
// documentation, "Console Virtual Terminal Sequences"). They would show the sequences as text. The
// console keeps the mode, as with other programs that set it.
func obeys(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_PROCESSED_OUTPUT|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// unread is unknown: Windows tells only the reader what a pipe holds.
func unread(*os.File) int { return 0 }
