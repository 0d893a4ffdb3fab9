package terminal

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// open opens the console of the process. On Windows, input and output are two files (Microsoft documentation, "Console Handles").
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

// enable switches the console to the mode that obeys control sequences, and reports whether that worked. Consoles before Windows
// 10 refuse the mode, and would show the sequences as text (Microsoft documentation, "Console Virtual Terminal Sequences"). The
// console stays in this mode after the program ends, as with other programs that set it.
func enable(f *os.File) bool {
	console := windows.Handle(f.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return false
	}
	return windows.SetConsoleMode(console, mode|windows.ENABLE_PROCESSED_OUTPUT|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// unread returns 0: Windows shows only the reader how much a pipe holds.
func unread(*os.File) int { return 0 }
