package github

import (
	"fmt"
	"io"
	"strings"
)

// Level is how grave an annotation is.
type Level string

const (
	ErrorLevel   Level = "error"
	WarningLevel Level = "warning"
	NoticeLevel  Level = "notice"
)

// Annotation is a message at a line of a file.
type Annotation struct {
	Level   Level
	Title   string
	Message string
	File    string // from the root of the repository; "" is nowhere
	Line    int    // from 1; 0 is the file as a whole

	Column, EndColumn int // from 1; EndColumn is the last one; 0 is all of the line
}

// maxAnnotations is how many annotations of each level GitHub shows of one step, which silently drops the rest, less the
// one that says so.
const maxAnnotations = 9

// maxMessage is how long a message gets, in runes. GitHub cuts it at 4,096 characters.
const maxMessage = 1000

// Annotate writes annotations: of each level those that GitHub shows, and how many more there are, which the place shows
// that is named. It returns those that were left out.
func Annotate(w io.Writer, all []Annotation, elsewhere string) (rest []Annotation, err error) {
	var b strings.Builder
	for _, level := range []Level{ErrorLevel, WarningLevel, NoticeLevel} {
		these := ofLevel(all, level)
		shown := these
		if len(these) > maxAnnotations {
			shown = these[:maxAnnotations]
		}
		for _, a := range shown {
			b.WriteString(a.Command())
		}
		if left := these[len(shown):]; len(left) > 0 {
			rest = append(rest, left...)
			b.WriteString(Command(string(level), fmt.Sprintf("and %d more; %s has them all", len(left), elsewhere), Property{"title", "atlas-gitops"}))
		}
	}
	_, err = io.WriteString(w, b.String())
	return rest, err
}

func ofLevel(all []Annotation, level Level) (these []Annotation) {
	for _, a := range all {
		if a.Level == level {
			these = append(these, a)
		}
	}
	return these
}

// Command is the annotation as a workflow command.
func (a Annotation) Command() string {
	properties := []Property{{"title", a.Title}}
	if a.File != "" {
		properties = append(properties, Property{"file", a.File})
	}
	if a.File != "" && a.Line > 0 {
		properties = append(properties, Property{"line", fmt.Sprint(a.Line)})
	}
	if a.File != "" && a.Line > 0 && a.Column > 0 {
		properties = append(properties, Property{"col", fmt.Sprint(a.Column)}, Property{"endColumn", fmt.Sprint(max(a.Column, a.EndColumn))})
	}
	return Command(string(a.Level), cut(a.Message), properties...)
}

// cut shortens a message that GitHub would cut.
func cut(message string) string {
	if runes := []rune(message); len(runes) > maxMessage {
		return string(runes[:maxMessage-1]) + "…"
	}
	return message
}
