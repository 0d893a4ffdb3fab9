package yamldata

import "fmt"

// Problem is one reason why a file is not plain data.
type Problem struct {
	Kind    ProblemKind
	Place   Place
	Message string
	Other   *Place // the other of two places that contradict each other
}

// ProblemKind is the sort of a problem.
type ProblemKind int

const (
	NotText       ProblemKind = iota // bytes that are not UTF-8, and control characters
	Syntax                           // text that is not YAML
	Unsupported                      // YAML that is not plain data
	OddNumber                        // a number that YAML readers disagree about
	TooLarge                         // more than a limit allows
	DuplicateKey                     // a key that is written twice in one object
	DuplicateItem                    // a text that is listed twice in one list
)

// maxQuoted is how many characters of a value a message repeats.
const maxQuoted = 64

// Quoted returns a text in quotes for a message, without its end if it is long.
func Quoted(text string) string { return fmt.Sprintf("%q", Clip(text)) }

// Clip shortens a text that is too long for a message.
func Clip(text string) string {
	if runes := []rune(text); len(runes) > maxQuoted {
		return string(runes[:maxQuoted]) + "…"
	}
	return text
}
