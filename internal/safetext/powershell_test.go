package safetext_test

import (
	"strings"
	"testing"

	"atlas-gitops/internal/safetext"
)

// TestPowerShell: PowerShell takes the text as it is, and a terminal only shows it.
func TestPowerShell(t *testing.T) {
	check(t, []text{
		{"a word", "mdb_sa_sk_1", "'mdb_sa_sk_1'"},
		{"no text at all", "", "''"},
		{"what PowerShell replaces between double quotes", "$(id) `a $env:HOME", "'$(id) `a $env:HOME'"},
		{"a quote would end the text", "Ada's; id", "'Ada''s; id'"},
		{"and so would the quotes of a word processor", "a\u2018b\u2019c\u201ad\u201be", "'a\u2018\u2018b\u2019\u2019c\u201a\u201ad\u201b\u201be'"},
		{"letters of any script", "Zürich", "'Zürich'"},
		{"a terminal would obey", "a\x1b[2J", "('a' + [char]::ConvertFromUtf32(0x1b) + '[2J')"},
		{"a line would end", "\n", "('' + [char]::ConvertFromUtf32(0xa) + '')"},
	}, func(text string) string {
		command, _ := safetext.SetVariable("powershell", "A", text)
		return strings.TrimPrefix(command, "$env:A = ")
	})
}

// TestSetVariable: each shell sets the variable to just the value, or there is no command.
func TestSetVariable(t *testing.T) {
	for _, row := range []struct{ reason, shell, value, want string }{
		{"a word", "sh", "a-1", "export A=a-1"},
		{"what sh replaces", "sh", "$(id)", "export A='$(id)'"},
		{"PowerShell", "powershell", "it's", "$env:A = 'it''s'"},
		{"a word for cmd", "cmd", "a-1", `set "A=a-1"`},
		{"an address", "cmd", "http://[::1]:8899", `set "A=http://[::1]:8899"`},
		{"what means something outside of quotes", "cmd", "a & b | c > d ^ (e)", `set "A=a & b | c > d ^ (e)"`},
		{"a variable", "cmd", "%PATH%", ""},
		{"delayed expansion", "cmd", "!PATH!", ""},
		{"the quotes would end", "cmd", `a" & calc "`, ""},
		{"a second line would be a command", "cmd", "a\ncalc", ""},
		{"a terminal would obey", "cmd", "\x1b[2J", ""},
	} {
		got, err := safetext.SetVariable(row.shell, "A", row.value)
		if got != row.want || (err == nil) != (row.want != "") {
			t.Errorf("%s: got %q, %v, want %q", row.reason, got, err, row.want)
		}
	}
}
