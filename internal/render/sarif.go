package render

import (
	"io"
	"net/url"
	"slices"
	"strings"

	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// These types are the parts of the Static Analysis Results Interchange Format, version 2.1.0, that our reports use.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool       sarifTool     `json:"tool"`
		ColumnKind string        `json:"columnKind"`
		Results    []sarifResult `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID                   string             `json:"id"`
		Name                 string             `json:"name"`
		ShortDescription     sarifText          `json:"shortDescription"`
		HelpURI              string             `json:"helpUri"`
		DefaultConfiguration sarifConfiguration `json:"defaultConfiguration"`
	}
	sarifConfiguration struct {
		Level string `json:"level"`
	}
	sarifText struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifText       `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitzero"`
	}
	sarifLocation struct {
		Physical sarifPhysical `json:"physicalLocation"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   sarifRegion   `json:"region"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitzero"`
		EndColumn   int `json:"endColumn,omitzero"`
	}
)

// WriteSARIF writes diagnostics as a SARIF report for code scanners. version is the version of this program. Each rule links to
// its description. home is the URL of the program's repository.
func WriteSARIF(w io.Writer, version, home string, diagnostics []spec.Diagnostic) error {
	return safetext.WriteJSON(w, sarif(version, home, diagnostics), "  ")
}

// RuleURL returns the URL of the description of a rule, such as AG011, in the repository with the URL home.
func RuleURL(home, rule string) string {
	return home + "/blob/main/docs/rules.md#" + strings.ToLower(rule)
}

func sarif(version, home string, diagnostics []spec.Diagnostic) sarifLog {
	rules := spec.Rules()
	driver := sarifDriver{Name: "atlas-gitops", Version: version}
	for _, r := range rules {
		driver.Rules = append(driver.Rules, sarifRule{r.ID, r.Name, sarifText{r.Finds}, RuleURL(home, r.ID), sarifConfiguration{sarifLevel(r.Severity)}})
	}
	results := []sarifResult{}
	for _, d := range diagnostics {
		result := sarifResult{RuleID: d.Rule, Level: sarifLevel(d.Severity), Message: sarifText{safetext.NoLinks(Diagnostic(d))}, Locations: []sarifLocation{sarifPlace(d.Place)}}
		result.RuleIndex = slices.IndexFunc(rules, func(r *spec.Rule) bool { return r.ID == d.Rule })
		if d.Other != nil {
			result.Related = []sarifLocation{sarifPlace(*d.Other)}
		}
		results = append(results, result)
	}
	const schema = "https://json.schemastore.org/sarif-2.1.0.json"
	return sarifLog{schema, "2.1.0", []sarifRun{{sarifTool{driver}, "unicodeCodePoints", results}}}
}

// sarifLevel returns the SARIF level of a severity.
func sarifLevel(s spec.Severity) string {
	if s == spec.Notice {
		return "note"
	}
	return string(s)
}

// sarifPlace returns a place in SARIF. A diagnostic about a whole file gets line 1, because scanners require a line.
func sarifPlace(p spec.Place) sarifLocation {
	uri := url.URL{Path: p.File}
	return sarifLocation{sarifPhysical{sarifArtifact{uri.String()}, sarifRegion{max(1, p.Line), p.Column, p.EndColumn}}}
}
