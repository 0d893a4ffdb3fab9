package cli

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/sandbox"
)

// TestColors: a terminal gets colours, and a pipe does not, unless a flag or a variable decides otherwise.
func TestColors(t *testing.T) {
	for _, row := range []struct {
		reason, when, noColor string
		sees, want            bool
	}{
		{"a terminal", "auto", "", true, true},
		{"a pipe", "auto", "", false, false},
		{"NO_COLOR", "auto", "1", true, false},
		{"--color always wins over a pipe and NO_COLOR", "always", "1", false, true},
		{"--color never", "never", "", true, false},
	} {
		c := &call{Env: Env{ShowsOut: row.sees, Env: reconcile.Env{Getenv: func(name string) string { return map[string]string{"NO_COLOR": row.noColor}[name] }}}}
		if bool(c.colors(flagvalue.Choice{Value: row.when})) != row.want {
			t.Errorf("%s: colours %v, want %v", row.reason, !row.want, row.want)
		}
	}
}

// TestLineBreaks: a line break in the name of a file or in an answer does not make one error look like two.
func TestLineBreaks(t *testing.T) {
	const forged = "error: orgs/b.yaml:1: Forged: it is fine"
	for _, row := range []struct{ reason, file, credentials string }{
		{"a line break in the name of a file", "orgs/a\n" + forged + ".yaml", "NOBODY"},
		{"a line break in an answer", "orgs/a.yaml", "ACME_PROD"},
	} {
		for _, format := range []string{"text", "markdown", "json"} {
			w := newWorld(t, sandbox.Demo(), false)
			w.write(row.file, "name: Acme\nid: 5f1b0c0d0e0f0a0b0c0d0e01\ncredentials: "+row.credentials+"\nsettings: {}\n")
			w.transport = roundTrip(func(r *http.Request) (*http.Response, error) {
				response, err := w.server.RoundTrip(r)
				if err == nil && strings.HasSuffix(r.URL.Path, "/settings") && response.StatusCode == http.StatusOK {
					response.StatusCode, response.Body = http.StatusBadRequest, io.NopCloser(strings.NewReader(`{"error":400,"errorCode":"X","detail":"no\n`+forged+`"}`))
				}
				return response, err
			})
			status, stdout, stderr := w.run("plan", "--format", format)
			lines := 0
			for line := range strings.Lines(stdout + stderr) {
				if strings.HasPrefix(line, "error: ") {
					lines++
				}
			}
			want := map[string]int{"text": 1, "markdown": 2, "json": 1}[format] // Markdown and standard error both have the error
			if status != ExitError || lines != want || strings.Contains(stdout, `\n`+forged) {
				t.Errorf("%s, %s: %d lines of errors, status %d\n%s%s", row.reason, format, lines, status, stdout, stderr)
			}
		}
	}
}
