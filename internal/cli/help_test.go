package cli

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/pflag"
)

// TestHelpFits: every page of the help fits into 80 columns. Page "" is the help of the program.
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
				t.Errorf("help %s has a line of %d columns: %s", name, n, line)
			}
		}
		if strings.Contains(page, "  \n") || strings.Contains(page, "\n\n\n") {
			t.Errorf("help %s has superfluous blanks:\n%s", name, page)
		}
	}
}

// TestHelpIsWhole: every command has a description, and every flag has a description and the name of its value.
func TestHelpIsWhole(t *testing.T) {
	for _, c := range commands() {
		if c.about == "" || c.detail == "" {
			t.Errorf("help %s has no description", c.name)
		}
		flags, _ := c.flagSet()
		flags.VisitAll(func(f *pflag.Flag) {
			value, about := pflag.UnquoteUsage(f)
			if about == "" || strings.HasSuffix(about, ".") || strings.Contains(about, "\n") {
				t.Errorf("help %s: the usage of --%s is %q; write one sentence without a full stop", c.name, f.Name, about)
			}
			if f.Value.Type() != "count" && value != strings.ToUpper(value) {
				t.Errorf("help %s: the value of --%s has the name %q", c.name, f.Name, value)
			}
		})
	}
}
