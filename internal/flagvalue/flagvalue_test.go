package flagvalue

import (
	"testing"

	"github.com/spf13/pflag"
)

// TestSet: each value refuses what it cannot mean, and says what to write instead.
func TestSet(t *testing.T) {
	for _, row := range []struct {
		reason string
		value  pflag.Value
		text   string
		want   string // the error; "" for none
	}{
		{"a file", new(File), "plan.json", ""},
		{"a variable that is not set", new(File), "", "the name of the file is empty"},
		{"a text", new(Word), "x", ""},
		{"no text", new(Word), "", "it is empty"},
		{"a duration", new(Duration), "90s", ""},
		{"a number is not a duration", new(Duration), "90", "it takes a duration such as 90s, 10m or 1h30m"},
		{"no time is left", new(Duration), "0s", "it has to be longer than 0"},
		{"the least number", &Number{Least: 1}, "1", ""},
		{"below the least number", &Number{Least: 1}, "0", "it takes a number, at least 1"},
		{"not a number", &Number{}, "many", "it takes a number, at least 0"},
		{"one of the words", &Choice{Allowed: []string{"text", "json"}}, "json", ""},
		{"nearly one of the words", &Choice{Allowed: []string{"text", "json"}}, "jsno", `did you mean "json"?`},
		{"another word", &Choice{Allowed: []string{"text", "json"}}, "pdf", "it takes text or json"},
		{"an item", List{new(Word)}, "x", ""},
		{"no item", List{new(Word)}, "", "it is empty"},
	} {
		got := ""
		if err := row.value.Set(row.text); err != nil {
			got = err.Error()
		}
		if got != row.want || got == "" && row.value.String() != row.text && row.value.Type() != "DURATION" {
			t.Errorf("%s: got %q and the value %q, want %q", row.reason, got, row.value, row.want)
		}
	}
}
