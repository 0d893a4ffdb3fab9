package cli

import (
	"io"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"atlas-gitops/internal/client"
	"atlas-gitops/internal/sandbox"
)

// terminal keeps what a terminal showed: the lines that stay, and all that the last line ever was.
type terminal struct {
	stay []string
	last string
	live []string
}

func (s *terminal) Write(p []byte) (int, error) {
	for rest := string(p); rest != ""; {
		switch {
		case strings.HasPrefix(rest, eraseLine):
			s.last, rest = "", rest[len(eraseLine):]
		case rest[0] == '\n':
			s.stay, s.last, rest = append(s.stay, s.last), "", rest[1:]
		default:
			s.last, rest = s.last+rest[:1], rest[1:]
		}
		if rest == "" || rest[0] == '\r' {
			s.live = append(s.live, s.last)
		}
	}
	return len(p), nil
}

// TestProgressOnTerminal: one line tells how far it is and how long it waits, and is gone at the end. Other lines stand
// above it.
func TestProgressOnTerminal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		settings := "/api/atlas/v2/orgs/5f1b0c0d0e0f0a0b0c0d0e01/settings"
		for _, f := range []sandbox.Fault{{Kind: "429-bare", Method: "PATCH", Path: settings}, {Kind: "503", Method: "DELETE", Times: 4}} {
			if err := w.server.Inject(f); err != nil {
				t.Fatal(err)
			}
		}
		var screen terminal
		env := w.env(io.Discard, &screen)
		env.ShowsErr = true
		if status := Main(t.Context(), env, []string{"apply", "--auto-approve", "examples/orgs", "--max-deletes", "3"}); status != ExitOK {
			t.Fatal(screen.stay)
		}
		if len(screen.stay) > 0 || screen.last != "" {
			t.Errorf("this stays on the screen: %q, %q", screen.stay, screen.last)
		}
		for _, want := range []string{"Reading: 0 of 5 organizations", "Reading: 4 of 5 organizations", "Applying: 0 of 4 organizations, 0 of 7 steps",
			"Applying: 3 of 4 organizations, 3 of 7 steps; waiting 58s for Atlas's limits",
			"Applying: 3 of 4 organizations, 6 of 7 steps; waiting 1s to try again", "Applying: 4 of 4 organizations, 7 of 7 steps"} {
			if !slices.ContainsFunc(screen.live, func(line string) bool { return strings.HasPrefix(line, want) }) {
				t.Errorf("nobody saw %q in %q", want, screen.live)
			}
		}
		if i := slices.IndexFunc(screen.live, func(line string) bool { return len(line) > maxLine }); i >= 0 {
			t.Errorf("this wraps: %s", screen.live[i])
		}
	})
}

// TestProgressBelowLines: what is told meanwhile stands above the live line, which is the last of all.
func TestProgressBelowLines(t *testing.T) {
	var shown terminal
	p := newProgress(Env{Stderr: &screen{w: &shown}, ShowsErr: true, Getenv: func(string) string { return "" }})
	p.begin("Applying", 2, 3)
	if _, err := io.WriteString(p.screen, "warning: this\nand that\n"); err != nil {
		t.Fatal(err)
	}
	p.stepDone()
	if !slices.Equal(shown.stay, []string{"warning: this", "and that"}) || shown.last != "Applying: 0 of 2 organizations, 1 of 3 steps" {
		t.Errorf("got %q above %q", shown.stay, shown.last)
	}
	p.end()
	p.stepDone()
	if shown.last != "" {
		t.Errorf("%q is left", shown.last)
	}
}

// TestProgressOfWaits: of several waits the longest is told. A terminal that knows no codes gets lines.
func TestProgressOfWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var shown terminal
		variables := map[string]string{"TERM": "xterm"}
		env := Env{Stderr: &shown, ShowsErr: true, Width: func() int { return 39 }, Getenv: func(name string) string { return variables[name] }}
		p := newProgress(env)
		p.begin("Reading", 2, 0)
		p.waiting(client.Wait{For: 22 * time.Second})
		p.waiting(client.Wait{For: 5 * time.Second, Err: &client.Error{Status: 503}})
		if p.whatFor != "for Atlas's limits" || shown.last != "Reading: 0 of 2 organizations; waiting" { // as far as the terminal is wide
			t.Errorf("got %q", shown.last)
		}
		p.end()
		variables["TERM"] = "dumb"
		if newProgress(env).live {
			t.Error("codes for a terminal that knows none")
		}
	})
}
