package cli

import "testing"

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
