// Package terminaltest has terminals for tests.
package terminaltest

import "strings"

// eraseLine goes to the start of the line and clears it (ECMA-48).
const eraseLine = "\r\x1b[K"

// Terminal records what a terminal showed: Stay has the lines that stay, Last the last line, Live every state of the last line.
type Terminal struct {
	Stay []string
	Last string
	Live []string
}

func (s *Terminal) Write(p []byte) (int, error) {
	for rest := string(p); rest != ""; {
		switch {
		case strings.HasPrefix(rest, eraseLine):
			s.Last, rest = "", rest[len(eraseLine):]
		case rest[0] == '\n':
			s.Stay, s.Last, rest = append(s.Stay, s.Last), "", rest[1:]
		default:
			s.Last, rest = s.Last+rest[:1], rest[1:]
		}
		if rest == "" || rest[0] == '\r' {
			s.Live = append(s.Live, s.Last)
		}
	}
	return len(p), nil
}
