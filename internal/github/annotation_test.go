package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnnotationsDropped: GitHub shows ten annotations of a level. The last one says how many are missing.
func TestAnnotationsDropped(t *testing.T) {
	for _, row := range []struct {
		reason                    string
		errors, warnings, notices int
		want                      []string // the annotations shown of each level, in this order
		rest                      int
	}{
		{"no annotations", 0, 0, 0, nil, 0},
		{"nine annotations are all shown", 9, 1, 1, []string{"error 9", "warning 1", "notice 1"}, 0},
		{"the tenth annotation says how many more there are", 11, 10, 0, []string{"error 9 and 2 more; the log has them all", "warning 9 and 1 more; the log has them all"}, 3},
		{"each level has its own limit", 0, 30, 12, []string{"warning 9 and 21 more; the log has them all", "notice 9 and 3 more; the log has them all"}, 24},
	} {
		var b strings.Builder
		rest, err := Annotate(&b, annotations(row.errors, row.warnings, row.notices), "the log")
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(row.want, shown(t, b.String())); diff != "" || len(rest) != row.rest {
			t.Errorf("%s (-want +got):\n%s%d are left, want %d", row.reason, diff, len(rest), row.rest)
		}
		next := map[Level]int{}
		for _, a := range rest {
			if want := fmt.Sprint(a.Level, " ", 10+next[a.Level]); a.Message != want { // the last ones of a level are left out
				t.Errorf("%s: %q is left, want %q", row.reason, a.Message, want)
			}
			next[a.Level]++
		}
	}
}

// annotations returns annotations of all levels, mixed.
func annotations(errors, warnings, notices int) (all []Annotation) {
	for i := range max(errors, warnings, notices) {
		for _, l := range []struct {
			level Level
			n     int
		}{{NoticeLevel, notices}, {ErrorLevel, errors}, {WarningLevel, warnings}} {
			if i < l.n {
				all = append(all, Annotation{Level: l.level, Title: "t", Message: fmt.Sprint(l.level, " ", i+1)})
			}
		}
	}
	return all
}

// shown counts the annotations of each level in a log, and checks their order. It returns the counts, each with the
// number of annotations that were left out.
func shown(t *testing.T, log string) (all []string) {
	var r runner
	if log != "" {
		r.read(log)
	}
	n, more := map[string]int{}, map[string]string{}
	var levels []string
	for _, c := range r.obeyed {
		if n[c.name]+len(more[c.name]) == 0 {
			levels = append(levels, c.name)
		}
		if strings.HasPrefix(c.data, "and ") {
			more[c.name] = " " + c.data
			continue
		}
		n[c.name]++
		if want := fmt.Sprint(c.name, " ", n[c.name]); c.data != want {
			t.Errorf("got %q, want %q", c.data, want)
		}
	}
	for _, level := range levels {
		all = append(all, fmt.Sprint(level, " ", n[level], more[level]))
	}
	return all
}

func TestAnnotationCommand(t *testing.T) {
	for _, row := range []struct {
		reason string
		a      Annotation
		want   string
	}{
		{"a message without a file", Annotation{Level: NoticeLevel, Title: "t", Message: "m"}, "::notice title=t::m\n"},
		{"a whole file", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml"}, "::error title=t,file=a.yaml::m\n"},
		{"a whole line", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3}, "::error title=t,file=a.yaml,line=3::m\n"},
		{"a part of a line", Annotation{Level: WarningLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3, Column: 5, EndColumn: 8},
			"::warning title=t,file=a.yaml,line=3,col=5,endColumn=8::m\n"},
		{"a column without an end: one character", Annotation{Level: WarningLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3, Column: 5},
			"::warning title=t,file=a.yaml,line=3,col=5,endColumn=5::m\n"},
		{"a column without a line is ignored", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml", Column: 5, EndColumn: 8}, "::error title=t,file=a.yaml::m\n"},
		{"a line without a file is ignored", Annotation{Level: ErrorLevel, Title: "t", Message: "m", Line: 3, Column: 5}, "::error title=t::m\n"},
	} {
		if got := row.a.Command(); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestLongMessages: we cut long messages visibly, because GitHub cuts them without a sign.
func TestLongMessages(t *testing.T) {
	for _, row := range []struct{ reason, message, want string }{
		{"a message that is short enough", strings.Repeat("ä", 1000), strings.Repeat("ä", 1000)},
		{"a character is not cut in two", strings.Repeat("ä", 1001), strings.Repeat("ä", 999) + "…"},
	} {
		if got := truncate(row.message); got != row.want {
			t.Errorf("%s: got %d bytes, want %d", row.reason, len(got), len(row.want))
		}
		if got := (Annotation{Level: ErrorLevel, Message: row.message}).Command(); !strings.HasSuffix(got, "::"+row.want+"\n") {
			t.Errorf("%s: the command does not contain the truncated message", row.reason)
		}
		const link = "https://example.com/rules.md#ag011"
		if got := (Annotation{Level: ErrorLevel, Message: row.message, Link: link}).Command(); !strings.HasSuffix(got, "::"+row.want+" "+link+"\n") {
			t.Errorf("%s: the link is not whole at the end", row.reason)
		}
	}
}
