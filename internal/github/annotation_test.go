package github

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnnotationsSayWhatIsDropped: GitHub shows ten of a level.
func TestAnnotationsSayWhatIsDropped(t *testing.T) {
	for _, row := range []struct {
		reason                    string
		errors, warnings, notices int
		want                      []string // what is shown of each level, in this order
		rest                      int
	}{
		{"nothing is no annotation", 0, 0, 0, nil, 0},
		{"nine are shown as they are", 9, 1, 1, []string{"error 9", "warning 1", "notice 1"}, 0},
		{"of ten and more the tenth place says how many more", 11, 10, 0, []string{"error 9 and 2 more; the log has them all", "warning 9 and 1 more; the log has them all"}, 3},
		{"levels have places of their own", 0, 30, 12, []string{"warning 9 and 21 more; the log has them all", "notice 9 and 3 more; the log has them all"}, 24},
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
			if want := fmt.Sprint(a.Level, " ", 10+next[a.Level]); a.Message != want { // they are the last ones of their level
				t.Errorf("%s: %q is left, want %q", row.reason, a.Message, want)
			}
			next[a.Level]++
		}
	}
}

// annotations returns so many of each level, mixed.
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

// shown counts what the runner gets of each level, which has to be in order, and says what the last one says of more.
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
		{"a message needs no place", Annotation{Level: NoticeLevel, Title: "t", Message: "m"}, "::notice title=t::m\n"},
		{"a file as a whole", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml"}, "::error title=t,file=a.yaml::m\n"},
		{"all of a line", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3}, "::error title=t,file=a.yaml,line=3::m\n"},
		{"a part of a line", Annotation{Level: WarningLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3, Column: 5, EndColumn: 8},
			"::warning title=t,file=a.yaml,line=3,col=5,endColumn=8::m\n"},
		{"without an end it is one character", Annotation{Level: WarningLevel, Title: "t", Message: "m", File: "a.yaml", Line: 3, Column: 5},
			"::warning title=t,file=a.yaml,line=3,col=5,endColumn=5::m\n"},
		{"a column is that of a line", Annotation{Level: ErrorLevel, Title: "t", Message: "m", File: "a.yaml", Column: 5, EndColumn: 8}, "::error title=t,file=a.yaml::m\n"},
		{"a line is that of a file", Annotation{Level: ErrorLevel, Title: "t", Message: "m", Line: 3, Column: 5}, "::error title=t::m\n"},
	} {
		if got := row.a.Command(); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestLongMessages: GitHub would cut them, and not say so.
func TestLongMessages(t *testing.T) {
	for _, row := range []struct{ reason, message, want string }{
		{"what fits stays", strings.Repeat("ä", 1000), strings.Repeat("ä", 1000)},
		{"runes are not cut in two", strings.Repeat("ä", 1001), strings.Repeat("ä", 999) + "…"},
	} {
		if got := truncate(row.message); got != row.want {
			t.Errorf("%s: got %d bytes, want %d", row.reason, len(got), len(row.want))
		}
		if got := (Annotation{Level: ErrorLevel, Message: row.message}).Command(); !strings.HasSuffix(got, "::"+row.want+"\n") {
			t.Errorf("%s: the command has not what is left", row.reason)
		}
	}
}
