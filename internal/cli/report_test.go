package cli

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/github"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

// mistaken is a tree with findings of every shape: with and without a line, another place, a hint, odd names.
func mistaken() fstest.MapFS {
	return fstest.MapFS{
		"orgs/_defaults.yaml":       {Data: []byte("{}\n")},
		"orgs/a.yaml":               {Data: []byte("name: A\nname: A\nnam: \"](x)\"\n\"[a](b)\\n::error::\": 1\n")},
		"orgs/b.yaml":               {Data: []byte("name: A\n")},
		"orgs/sp ace%:?#,\nb.yaml":  {Data: []byte("nam: A\n")},
		"orgs/none.yaml":            {Data: nil},
		"orgs/::set-env name=x.yml": {Data: []byte("[\n")},
	}
}

func mistakes(t testing.TB) []spec.Diagnostic {
	_, diagnostics, err := spec.Load(mistaken(), []string{"orgs", "nowhere"})
	if err != nil || len(diagnostics) < 8 {
		t.Fatalf("%d findings, %v", len(diagnostics), err)
	}
	return diagnostics
}

func TestSARIFHasWhatIsRequired(t *testing.T) {
	for _, diagnostics := range [][]spec.Diagnostic{mistakes(t), nil} {
		var b bytes.Buffer
		if err := plan.EncodeJSON(&b, sarif(diagnostics), "  "); err != nil {
			t.Fatal(err)
		}
		var log any
		decoder := json.NewDecoder(&b)
		decoder.UseNumber()
		if err := decoder.Decode(&log); err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat = true
		if err := compiler.MustCompile("testdata/sarif.json").Validate(log); err != nil {
			t.Errorf("%#v", err)
		}
	}
}

// TestSARIFNamesRules: a result leads to its own rule.
func TestSARIFNamesRules(t *testing.T) {
	run := sarif(mistakes(t)).Runs[0]
	for _, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID || rule.DefaultConfiguration.Level != r.Level {
			t.Errorf("%s leads to %s", r.RuleID, rule.ID)
		}
	}
}

// FuzzWorkflowCommand: whatever stands in a tree, it makes one command, which says what it says.
func FuzzWorkflowCommand(f *testing.F) {
	for _, d := range mistakes(f) {
		f.Add(d.Message, d.File)
	}
	f.Add("a\r\n::set-env name=x::y", "%0A%3A,:=")
	f.Fuzz(func(t *testing.T, message, value string) {
		command, ok := strings.CutSuffix(github.Command("error", message, github.Property{Name: "title", Value: "x"}, github.Property{Name: "file", Value: value}), "\n")
		if !ok || strings.ContainsAny(command, "\r\n") {
			t.Fatalf("%q is not one line", command)
		}
		head, data, _ := strings.Cut(strings.TrimPrefix(command, "::"), "::")
		if got := unescapeData(data); got != message {
			t.Errorf("the runner reads the message %q, want %q", got, message)
		}
		properties := strings.Split(strings.TrimPrefix(head, "error "), ",")
		if want := []string{"title=x", "file=" + value}; !slices.Equal(unescapeAll(properties), want) {
			t.Errorf("the runner reads %q, want %q", properties, want)
		}
	})
}

// unescapeData does what GitHub's runner does to a message.
func unescapeData(s string) string {
	return strings.NewReplacer("%0D", "\r", "%0A", "\n", "%25", "%").Replace(s)
}

// unescape does what it does to a property.
func unescape(s string) string {
	return strings.NewReplacer("%0D", "\r", "%0A", "\n", "%3A", ":", "%2C", ",", "%25", "%").Replace(s)
}

func unescapeAll(all []string) []string {
	out := make([]string, len(all))
	for i, s := range all {
		out[i] = unescape(s)
	}
	return out
}

// TestAnnotationsSayWhatIsDropped: GitHub shows ten of a kind.
func TestAnnotationsSayWhatIsDropped(t *testing.T) {
	for _, row := range []struct {
		reason   string
		errors   int
		warnings int
		want     string // how many lines are before what says how many more there are; none if it is empty
	}{
		{"ten are shown as they are", 10, 10, ""},
		{"of eleven the tenth place says that there are two more", 11, 10, "9: and 2 more"},
		{"warnings have places of their own", 0, 30, "9: and 21 more"},
	} {
		var diagnostics []spec.Diagnostic
		for range row.errors {
			diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Error})
		}
		for range row.warnings {
			diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Warning})
		}
		var b strings.Builder
		if err := writeAnnotations(&b, diagnostics); err != nil {
			t.Fatal(err)
		}
		before, after, dropped := strings.Cut(b.String(), "::and ")
		got := ""
		if dropped {
			got = string(rune('0'+strings.Count(before, "\n"))) + ": and " + after[:strings.Index(after, ";")]
		}
		if got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}
