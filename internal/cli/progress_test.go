package cli

import (
	"errors"
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

// TestColors: they are for who sees the output, unless somebody said otherwise.
func TestColors(t *testing.T) {
	for _, row := range []struct {
		reason, when, noColor, term string
		sees, want                  bool
	}{
		{"a terminal", "auto", "", "xterm", true, true},
		{"a pipe", "auto", "", "xterm", false, false},
		{"nobody wants colours", "auto", "1", "xterm", true, false},
		{"it cannot show them", "auto", "", "dumb", true, false},
		{"on demand, into a pipe, over a general wish", "always", "1", "dumb", false, true},
		{"never", "never", "", "xterm", true, false},
	} {
		variables := map[string]string{"NO_COLOR": row.noColor, "TERM": row.term}
		in := &invocation{Env: Env{ShowsOut: row.sees, Getenv: func(name string) string { return variables[name] }}}
		in.color.value = row.when
		if bool(in.colors()) != row.want {
			t.Errorf("%s: colours %v, want %v", row.reason, !row.want, row.want)
		}
	}
}

// TestAuditLogFails: what cannot be kept is not done. The step that was done is told all the same.
func TestAuditLogFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newExample(t, false)
		log := &fullDisk{room: 2}
		var stdout, stderr strings.Builder
		env := w.env(&stdout, &stderr)
		env.Append = func(string) (SyncWriter, error) { return log, nil }
		env.User = func() string { return "me" }
		status := Main(t.Context(), env, []string{"apply", "--auto-approve", "--audit-log", "x", "--parallelism", "1", "examples/orgs"})
		if status != ExitError || !strings.Contains(stdout.String(), "Apply: 3 applied, 0 unchanged, 0 conflict, 0 failed, 4 skipped.") {
			t.Errorf("%d %s", status, &stdout)
		}
		if strings.Count(stderr.String(), "error: --audit-log x: not every step is in it: no space left\n") != 1 || log.synced != 2 || !log.closed {
			t.Errorf("%d lines are safe: %s", log.synced, &stderr)
		}
	})
}

// TestAuditLogIsNotClosed: what may not be on the disk is no success.
func TestAuditLogIsNotClosed(t *testing.T) {
	log := &auditLog{name: "x", file: &fullDisk{closes: errors.New("lost")}}
	if err := log.close(); err == nil || err.Error() != "--audit-log x: not every step is in it: lost" {
		t.Errorf("got %v", err)
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

// fullDisk has room for a few lines.
type fullDisk struct {
	room, synced int
	closed       bool
	closes       error
}

func (f *fullDisk) Write(p []byte) (int, error) {
	if f.room == 0 {
		return 0, errors.New("no space left")
	}
	f.room--
	return len(p), nil
}

func (f *fullDisk) Sync() error  { f.synced++; return nil }
func (f *fullDisk) Close() error { f.closed = true; return f.closes }
