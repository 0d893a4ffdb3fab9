package action

import (
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// checkText: every character is printed, and the runner sees no command, even if it listened.
func checkText(t *testing.T, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("not just text: %q", line)
		}
	}
}

// checkCommand: it is one of ours, and nothing in it is another one.
func checkCommand(t *testing.T, line string) {
	t.Helper()
	if !regexp.MustCompile(`^::(error|warning|notice) title=atlas-gitops[^,:]*(,file=[^,:]*)?(,line=[0-9]+(,col=[0-9]+,endColumn=[0-9]+)?)?::`).MatchString(line) {
		t.Errorf("not one of our annotations: %q", line)
	}
	if strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) || strings.Contains(line, "##[") || utf8.RuneCountInString(line) > 4096 {
		t.Errorf("the runner may misread it: %q", line)
	}
}

// evil tries to be commands of a workflow and of a terminal, Markdown, HTML, mentions and other outputs.
const evil = "x\n::stop-commands::evil\n::error::\r##[set-env name=A]b\x1b[2J</details></code> @everyone ```\n# [a](b) <!-- \u202e %0A::set-output name=result::applied\nresult=applied\n-->"
