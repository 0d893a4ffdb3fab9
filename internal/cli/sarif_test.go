package cli

import (
	"bytes"
	"encoding/json"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v5"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

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
