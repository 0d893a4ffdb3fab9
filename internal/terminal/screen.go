package terminal

import (
	"io"
	"strings"
	"sync"

	"atlas-gitops/internal/safetext"
)

// Screen lets several goroutines write lines above one live line. The live line always stays last.
type Screen struct {
	mu   sync.Mutex
	w    io.Writer
	line string
}

// NewScreen returns a screen on a stream.
func NewScreen(w io.Writer) *Screen { return &Screen{w: w} }

// eraseLine goes to the start of the line and clears it (ECMA-48).
const eraseLine = "\r\x1b[K"

func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.line == "" {
		return s.w.Write(p)
	}
	_, err := io.WriteString(s.w, eraseLine+string(p)+s.line)
	return len(p), err
}

// show replaces the live line; "" removes it. It ignores errors, because a run must not fail for the live line.
func (s *Screen) show(line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if line != s.line {
		s.line = line
		_, _ = io.WriteString(s.w, eraseLine+line)
	}
}

// fit returns a line that takes at most this many columns. If it had to be cut, it ends in ….
func fit(line string, columns int) string {
	if safetext.Width(line) <= columns {
		return line
	}
	var b strings.Builder
	room := columns - safetext.Width("…")
	for _, r := range line {
		if room -= safetext.Width(string(r)); room < 0 {
			break
		}
		b.WriteRune(r)
	}
	if columns < 1 {
		return ""
	}
	return strings.TrimRight(b.String(), " ") + "…"
}
