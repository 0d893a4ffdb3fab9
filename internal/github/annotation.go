package github

import (
	"fmt"
	"io"
	"strings"
)

// Level is the severity of an annotation.
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
	Link    string // URL at the end of the message; "" for none
	File    string // from the root of the repository; "" for no file
	Line    int    // from 1; 0 for the whole file

	Column, EndColumn int // from 1, both inclusive; 0 for the whole line
}

// maxAnnotations is how many annotations of each level we write. GitHub shows 10 of a level for each step and drops the
// rest without a message. The tenth annotation says how many more there are.
const maxAnnotations = 9

// maxMessage is the longest message that we write, in characters, without its link. GitHub truncates it after 4,096 characters.
const maxMessage = 1000

// Annotate writes the annotations that GitHub can show. For each level, it says how many it left out and that they are
// elsewhere. It returns those that it left out.
func Annotate(w io.Writer, all []Annotation, elsewhere string) (rest []Annotation, err error) {
	var b strings.Builder
	for _, level := range []Level{ErrorLevel, WarningLevel, NoticeLevel} {
		these := ofLevel(all, level)
		shown := these[:min(len(these), maxAnnotations)]
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

// Command returns the annotation as a workflow command.
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
	message := truncate(a.Message)
	if a.Link != "" {
		message += " " + a.Link
	}
	return Command(string(a.Level), message, properties...)
}

// truncate shortens a message to maxMessage.
func truncate(message string) string {
	if runes := []rune(message); len(runes) > maxMessage {
		return string(runes[:maxMessage-1]) + "…"
	}
	return message
}
