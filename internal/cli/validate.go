package cli

import (
	"context"
	"encoding/json"
	"fmt"

	"atlas-gitops/internal/spec"
)

func validateCommand() command {
	return command{
		name: "validate", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about:  "check the tree, without any request",
		detail: "Reads the tree (PATH…, files or directories; " + defaultTree + " if there is none) and shows\nevery mistake in it. Uses no network and no credentials.",
		flags:  []string{"format"},
		examples: []string{
			"validate examples/orgs",
			"validate --format json examples/orgs",
		},
		run: (*invocation).validate,
	}
}

func (in *invocation) validate(context.Context) (int, error) {
	orgs, diagnostics, err := in.load()
	if err != nil {
		return ExitError, err
	}
	status := ExitOK
	if len(diagnostics) > 0 {
		status = ExitError
	}
	switch {
	case in.format == "json":
		err = in.writeDiagnostics(diagnostics)
	case len(diagnostics) > 0:
		err = spec.WriteText(in.Stdout, diagnostics)
	default:
		_, err = fmt.Fprintf(in.Stdout, "No problems. %s.\n", areValid(len(orgs)))
	}
	return status, err
}

func areValid(n int) string {
	if n == 1 {
		return "1 organization is valid"
	}
	return fmt.Sprintf("%d organizations are valid", n)
}

// writeDiagnostics writes mistakes as a JSON array, empty if there are none.
func (in *invocation) writeDiagnostics(diagnostics []spec.Diagnostic) error {
	if diagnostics == nil {
		diagnostics = []spec.Diagnostic{}
	}
	encoder := json.NewEncoder(in.Stdout)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(diagnostics)
}
