package cli

import (
	"context"
	"fmt"
	"io"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

func validateCommand() command {
	return command{
		name: "validate", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about: "check the tree, without any request",
		detail: "Reads the tree (PATH…, files or directories; " + defaultTree + " if there is none) and shows\nevery mistake in it. Warnings are shown too, and fail only with\n--deny-warnings. " +
			"Uses no network and no credentials.",
		flags:   []string{"format", "deny-warnings"},
		formats: []string{"text", "json", "sarif", "github"},
		examples: []string{
			"validate examples/orgs",
			"validate --format sarif examples/orgs > validate.sarif",
		},
		run: (*invocation).validate,
	}
}

func (in *invocation) validate(context.Context) (int, error) {
	tree, err := in.load()
	if err != nil {
		return ExitError, err
	}
	orgs := tree.Orgs
	diagnostics := append(tree.Diagnostics, spec.Endings(orgs, in.Now())...)
	slices.SortStableFunc(diagnostics, func(a, b spec.Diagnostic) int { return a.Place.Compare(b.Place) })
	status := ExitOK
	if len(orgs) == 0 || in.denyWarnings && spec.Count(diagnostics, spec.Warning) > 0 {
		status = ExitError
	}
	return status, in.writeDiagnostics(diagnostics, len(orgs))
}

// writeDiagnostics writes what was found among so many organizations, none of them if there are mistakes.
func (in *invocation) writeDiagnostics(diagnostics []spec.Diagnostic, orgs int) error {
	switch in.format.value {
	case "json":
		return plan.EncodeJSON(in.Stdout, append([]spec.Diagnostic{}, diagnostics...), "  ")
	case "sarif":
		return plan.EncodeJSON(in.Stdout, sarif(in.fromRoot(diagnostics)), "  ")
	case "github":
		return writeAnnotations(in.Stdout, in.fromRoot(diagnostics))
	}
	if len(diagnostics) == 0 {
		_, err := fmt.Fprintf(in.Stdout, "No problems. %s.\n", areValid(orgs))
		return err
	}
	if err := spec.WriteText(in.Stdout, diagnostics); err != nil || orgs == 0 {
		return err
	}
	if in.denyWarnings && spec.Count(diagnostics, spec.Warning) > 0 {
		_, err := io.WriteString(in.Stdout, "Warnings fail, because of --deny-warnings.\n")
		return err
	}
	_, err := io.WriteString(in.Stdout, areValid(orgs)+".\n")
	return err
}

func areValid(n int) string {
	if n == 1 {
		return "1 organization is valid"
	}
	return fmt.Sprintf("%d organizations are valid", n)
}
