package render_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/spec"
)

// mistakes returns diagnostics of every shape: with and without a line, another place, a hint, and unusual file names.
func mistakes(t testing.TB) []spec.Diagnostic {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{
		"orgs/_defaults.yaml":       {Data: []byte("{}\n")},
		"orgs/a.yaml":               {Data: []byte("name: A\nname: A\nnam: \"](x)\"\n\"[a](b)\\n::error::\": 1\n")},
		"orgs/b.yaml":               {Data: []byte("name: A\n")},
		"orgs/sp ace%:?#,\nb.yaml":  {Data: []byte("nam: A\n")},
		"orgs/none.yaml":            {Data: nil},
		"orgs/::set-env name=x.yml": {Data: []byte("[\n")},
	}, []string{"orgs", "nowhere"})
	if err != nil || len(tree.Diagnostics) < 8 {
		t.Fatalf("%+v, %v", tree, err)
	}
	return tree.Diagnostics
}

// sarifRun is the part of a report that the tests read.
type sarifRun struct {
	Tool struct {
		Driver struct {
			Version string
			Rules   []struct {
				ID, HelpURI          string
				DefaultConfiguration struct{ Level string }
			}
		}
	}
	Results []struct {
		RuleID    string
		RuleIndex int
		Level     string
	}
}

func writtenSARIF(t *testing.T, diagnostics []spec.Diagnostic, into any) {
	t.Helper()
	var b bytes.Buffer
	if err := render.WriteSARIF(&b, "1.2.3", "https://example.com/ag", diagnostics); err != nil {
		t.Fatal(err)
	}
	decoder := json.NewDecoder(&b)
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		t.Fatal(err)
	}
}

func TestSARIFMatchesItsSchema(t *testing.T) {
	for _, diagnostics := range [][]spec.Diagnostic{mistakes(t), nil} {
		var log any
		writtenSARIF(t, diagnostics, &log)
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat = true
		if err := compiler.MustCompile("testdata/sarif.json").Validate(log); err != nil {
			t.Errorf("%#v", err)
		}
	}
}

// TestSARIFNamesRules: the index in each result is that of its own rule.
func TestSARIFNamesRules(t *testing.T) {
	var log struct{ Runs []sarifRun }
	writtenSARIF(t, mistakes(t), &log)
	run := log.Runs[0]
	for _, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.RuleID || rule.DefaultConfiguration.Level != r.Level {
			t.Errorf("the index of %s is that of %s", r.RuleID, rule.ID)
		} else if want := "https://example.com/ag/blob/main/docs/rules.md#" + strings.ToLower(r.RuleID); rule.HelpURI != want {
			t.Errorf("the description of %s is at %q, want %q", r.RuleID, rule.HelpURI, want)
		}
	}
	if run.Tool.Driver.Version != "1.2.3" {
		t.Errorf("got version %q", run.Tool.Driver.Version)
	}
}
