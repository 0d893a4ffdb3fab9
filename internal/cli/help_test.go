package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// TestHelpFits: the person at two in the morning has a terminal 80 wide. Page "" is the one of the program.
func TestHelpFits(t *testing.T) {
	pages := map[string]string{}
	for _, name := range append(commandNames(), "") {
		var b strings.Builder
		if err := help(&b, strings.Fields(name)); err != nil {
			t.Fatal(err)
		}
		pages[name] = b.String()
	}
	for name, page := range pages {
		for line := range strings.Lines(page) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("help %s has a line of %d: %s", name, n, line)
			}
		}
		if strings.Contains(page, "  \n") || strings.Contains(page, "\n\n\n") {
			t.Errorf("help %s has blanks that nobody needs:\n%s", name, page)
		}
	}
}

// TestHelpIsWhole: every command says what it is for, and every flag what it does and which value it takes.
func TestHelpIsWhole(t *testing.T) {
	for _, c := range commands() {
		if c.about == "" || c.detail == "" {
			t.Errorf("help %s says nothing", c.name)
		}
		flags, _ := c.flagSet()
		flags.VisitAll(func(f *pflag.Flag) {
			value, about := pflag.UnquoteUsage(f)
			if about == "" || strings.HasSuffix(about, ".") || strings.Contains(about, "\n") {
				t.Errorf("help %s: the usage of --%s is %q; it is one sentence without a full stop", c.name, f.Name, about)
			}
			if f.Value.Type() != "count" && value != strings.ToUpper(value) {
				t.Errorf("help %s: the value of --%s is called %q", c.name, f.Name, value)
			}
		})
	}
}
