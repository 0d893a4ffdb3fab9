package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/santhosh-tekuri/jsonschema/v5"

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
	tree, err := spec.Load(mistaken(), []string{"orgs", "nowhere"})
	if err != nil || len(tree.Diagnostics) < 8 {
		t.Fatalf("%+v, %v", tree, err)
	}
	return tree.Diagnostics
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

// TestAnnotationsThatAreLeftOutAreInTheLog: they follow the one that says how many they are, which GitHub shows last.
func TestAnnotationsThatAreLeftOutAreInTheLog(t *testing.T) {
	var diagnostics []spec.Diagnostic
	for i := range 12 {
		diagnostics = append(diagnostics, spec.Diagnostic{Severity: spec.Error, Place: spec.Place{File: "a.yaml", Line: i + 1, Column: 1}, Message: "odd"})
	}
	var b strings.Builder
	if err := writeAnnotations(&b, diagnostics); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(b.String(), "\n"), "\n")
	if len(lines) != 13 || !strings.HasSuffix(lines[9], "::and 3 more; the log of this step has them all") {
		t.Fatalf("got %q", lines)
	}
	for i, line := range append(lines[:9:9], lines[10:]...) {
		if !strings.HasSuffix(line, fmt.Sprintf("::a.yaml:%d:1: odd", i+1)) {
			t.Errorf("%d: got %q", i+1, line)
		}
	}
}
