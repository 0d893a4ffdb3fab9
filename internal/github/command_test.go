package github

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
)

// hostile are texts that try to become commands.
var hostile = []string{
	"", "plain", "a\nb", "a\r\nb\r", "\n::stop-commands::x", "\r::set-env name=x::y", "::error::x", "##[set-env name=x]y", "\n##[add-mask]a",
	"%0A::set-env name=x::y", "%250A", "%", "%25", ",line=7", "=x", "a=b", ":", "::", " a ", "\u2028::error::x", "\u0085::error::x",
	"\x1b[2K::error::x", "\x00", "\xff", "\u200b", "a]b;c",
}

// FuzzWorkflowCommand: for any message and value, the runner reads exactly one command with that message and value.
func FuzzWorkflowCommand(f *testing.F) {
	for _, s := range hostile {
		f.Add(s, "orgs/a.yaml")
		f.Add("message", s)
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, message, value string) {
		var r runner
		r.read(Command("error", message, Property{"title", value}, Property{"file", value}, Property{"line", "1"}))
		want := command{"error", message, map[string]string{"line": "1"}}
		if value = strings.TrimLeft(value, "="); value != "" { // the runner cannot escape it
			want.properties["title"], want.properties["file"] = value, value
		}
		if diff := cmp.Diff([]command{want}, r.obeyed, cmp.AllowUnexported(command{})); diff != "" || len(r.shown) > 0 {
			t.Errorf("the runner reads (-want +got):\n%s and shows %q", diff, r.shown)
		}
	})
}

// FuzzLastProperty: the runner trims the last value, and no other.
func FuzzLastProperty(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		var r runner
		r.read(Command("notice", "m", Property{"title", value}))
		want := unescape(strings.TrimRightFunc(escapeProperty(strings.TrimLeft(value, "=")), unicode.IsSpace), []string{"%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%"})
		if len(r.obeyed) != 1 || r.obeyed[0].properties["title"] != want {
			t.Errorf("the runner reads %q, want the title %q", r.obeyed, want)
		}
	})
}

// FuzzStopCommands: text that is written in between cannot make the runner obey, either then or later.
func FuzzStopCommands(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var log strings.Builder
		resume, err := StopCommands(&log)
		if err != nil {
			t.Fatal(err)
		}
		log.WriteString(text + "\n")
		if err := resume(); err != nil {
			t.Fatal(err)
		}
		log.WriteString(Command("notice", "heard"))
		var r runner
		r.read(log.String())
		want := []command{{"notice", "heard", map[string]string{}}}
		if diff := cmp.Diff(want, r.obeyed, cmp.AllowUnexported(command{})); diff != "" {
			t.Errorf("the runner obeys (-want +got):\n%s", diff)
		}
	})
}

// TestStopCommandsRandom: the token is random. Otherwise, a text could contain it and make the runner obey again.
func TestStopCommandsRandom(t *testing.T) {
	var one, other strings.Builder
	for _, w := range []*strings.Builder{&one, &other} {
		if _, err := StopCommands(w); err != nil {
			t.Fatal(err)
		}
	}
	if one.String() == other.String() || len(one.String()) < len("::stop-commands::\n")+32 {
		t.Errorf("got %q and %q", one.String(), other.String())
	}
}

// TestWriteErrors: a failed write is an error.
func TestWriteErrors(t *testing.T) {
	if _, err := StopCommands(&brokenWriter{}); !errors.Is(err, errBroken) {
		t.Errorf("StopCommands: got %v", err)
	}
	resume, err := StopCommands(&brokenWriter{good: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := resume(); !errors.Is(err, errBroken) {
		t.Errorf("resume: got %v", err)
	}
	if err := WriteOutputs(&brokenWriter{}, []Output{{"a", "b"}}); !errors.Is(err, errBroken) {
		t.Errorf("WriteOutputs: got %v", err)
	}
	if _, err := Annotate(&brokenWriter{}, []Annotation{{Level: ErrorLevel}}, ""); !errors.Is(err, errBroken) {
		t.Errorf("Annotate: got %v", err)
	}
}

var errBroken = errors.New("the disk is full")

// brokenWriter accepts a number of texts and then fails.
type brokenWriter struct{ good int }

func (w *brokenWriter) Write(p []byte) (int, error) {
	if w.good--; w.good < 0 {
		return 0, errBroken
	}
	return len(p), nil
}

// FuzzOutputs: the runner reads exactly the outputs that were written, for any values.
func FuzzOutputs(f *testing.F) {
	for _, s := range []string{"", "\n", "\n\n", "a\n", "\na", "a\r", "a\r\n", "\r", "b=c", "b<<EOF\nc\nEOF", "x\nb=c\n", "<<", "=", "[\"A\"]", "\u2028b=c"} {
		f.Add(s, "last")
		f.Add("first", s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		a, b = strings.ToValidUTF8(a, "?"), strings.ToValidUTF8(b, "?") // the runner reads only valid UTF-8
		want := []Output{{"a", a}, {"b-b", b}}
		for _, windows := range []bool{false, true} {
			var text strings.Builder
			if err := WriteOutputs(&text, want); err != nil {
				t.Fatal(err)
			}
			got, err := readOutputs("before=1\n"+text.String()+"after=2\n", windows)
			all := slices.Concat([]Output{{"before", "1"}}, forRunner(want, windows), []Output{{"after", "2"}})
			if diff := cmp.Diff(all, got); err != nil || diff != "" {
				t.Errorf("windows %v: %v, the runner reads (-want +got):\n%s", windows, err, diff)
			}
		}
	})
}

// forRunner returns the outputs as the runner reads them. On Windows, a \r at the end of a value becomes part of the
// last line end; this cannot be avoided.
func forRunner(outputs []Output, windows bool) (all []Output) {
	for _, o := range outputs {
		if windows {
			o.Value = strings.TrimSuffix(o.Value, "\r")
		}
		all = append(all, o)
	}
	return all
}

// TestOutputDelimiters: each output has its own random delimiter. Otherwise, a value could contain it and end early.
func TestOutputDelimiters(t *testing.T) {
	var b strings.Builder
	if err := WriteOutputs(&b, []Output{{"a", "1"}, {"b", "2"}}); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(b.String(), "\n")
	if len(lines) != 7 || len(lines[2]) < 32 || lines[2] == lines[5] || lines[0] != "a<<"+lines[2] || lines[3] != "b<<"+lines[5] {
		t.Errorf("got %q", lines)
	}
}
