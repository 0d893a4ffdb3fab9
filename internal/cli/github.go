package cli

import (
	"io"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/spec"
)

// writeAnnotations writes diagnostics as GitHub's workflow commands: those that GitHub shows, how many more there are,
// and then these, for the log.
func writeAnnotations(w io.Writer, diagnostics []spec.Diagnostic) error {
	rest, err := github.Annotate(w, annotationsOf(diagnostics), "the log of this step")
	for _, a := range rest {
		if err == nil {
			_, err = io.WriteString(w, a.Command())
		}
	}
	return err
}

func annotationsOf(diagnostics []spec.Diagnostic) (all []github.Annotation) {
	for _, d := range diagnostics {
		all = append(all, annotation(d))
	}
	return all
}

// annotation says where it is in its message as well, since the log shows nothing else.
func annotation(d spec.Diagnostic) github.Annotation {
	return github.Annotation{
		Level: levelOf(d.Severity), Title: "atlas-gitops " + d.Rule, Message: d.Place.String() + ": " + d.Text(),
		File: d.File, Line: d.Line, Column: d.Column, EndColumn: d.EndColumn - 1, // GitHub's end is the last column
	}
}

func levelOf(s spec.Severity) github.Level {
	switch s {
	case spec.Error:
		return github.ErrorLevel
	case spec.Warning:
		return github.WarningLevel
	}
	return github.NoticeLevel
}
