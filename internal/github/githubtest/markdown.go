package githubtest

import (
	"fmt"
	"regexp"
	"strings"
)

var fence = regexp.MustCompile("^```(diff|text|sh|yaml)$")

// OutsideOfCode returns the lines of Markdown that do not stand in a block of code. It is an error if a block could end
// elsewhere than where it does, or does not end.
func OutsideOfCode(text string) (lines []string, err error) {
	fenced := false
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case !fenced && fence.MatchString(line):
			fenced = true
		case fenced && line == "```":
			fenced = false
		case fenced && strings.Contains(line, "```"):
			return nil, fmt.Errorf("it could end a block of code: %q", line)
		case !fenced:
			lines = append(lines, line)
		}
	}
	if fenced {
		return nil, fmt.Errorf("a block of code has no end")
	}
	return lines, nil
}
