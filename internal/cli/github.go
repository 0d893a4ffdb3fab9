package cli

import (
	"fmt"
	"io"
	"strings"

	"atlas-gitops/internal/spec"
)

// maxAnnotations is how many annotations of each severity GitHub shows of one step, which silently drops the rest,
// less the one that says so.
const maxAnnotations = 9

// writeAnnotations writes diagnostics as GitHub's workflow commands: those that GitHub shows, how many more there are,
// and then these, for the log.
func writeAnnotations(w io.Writer, diagnostics []spec.Diagnostic) error {
	var b strings.Builder
	for _, severity := range []spec.Severity{spec.Error, spec.Warning, spec.Notice} {
		n, total := 0, spec.Count(diagnostics, severity)
		for _, d := range diagnostics {
			if d.Severity != severity {
				continue
			}
			if n == maxAnnotations && total > n+1 {
				message := fmt.Sprintf("and %d more; the log of this step has them all", total-n)
				b.WriteString(workflowCommand(string(severity), message, property{"title", "atlas-gitops"}))
			}
			b.WriteString(annotation(d))
			n++
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// annotation says where it is in its message as well, since the log shows nothing else.
func annotation(d spec.Diagnostic) string {
	properties := []property{{"title", "atlas-gitops " + d.Rule}, {"file", d.File}}
	if d.Line > 0 {
		properties = append(properties, property{"line", fmt.Sprint(d.Line)}, property{"col", fmt.Sprint(d.Column)},
			property{"endColumn", fmt.Sprint(max(d.Column, d.EndColumn-1))}) // GitHub's end is the last column
	}
	return workflowCommand(string(d.Severity), d.Place.String()+": "+d.Text(), properties...)
}

type property struct{ name, value string }

// workflowCommand writes a command to GitHub's runner. Nothing in message or values can end it or begin another.
func workflowCommand(command, message string, properties ...property) string {
	var b strings.Builder
	separator := " "
	for _, p := range properties {
		b.WriteString(separator + p.name + "=" + escapeProperty(p.value))
		separator = ","
	}
	return "::" + command + b.String() + "::" + escapeData(message) + "\n"
}

func escapeData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func escapeProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(escapeData(s))
}
