package cli

import (
	"context"
	"fmt"
	"io"

	"atlas-gitops/internal/action"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// validateOptions are the flags of validate.
type validateOptions struct {
	format       flagvalue.Choice
	color        flagvalue.Choice
	denyWarnings bool
}

func validateCommand() command {
	return command{
		name: "validate", args: "[FLAGS] [PATH…]", maxArgs: -1, isCommon: true,
		about: "check the YAML; sends no requests",
		detail: "Reads the YAML files of the tree, and shows every mistake with its file, line and column. Sends no requests and needs no " +
			"credentials. Warnings make the command fail only with --deny-warnings." + pathHelp,
		examples: []string{
			"validate examples/orgs",
			"validate --format sarif examples/orgs > validate.sarif",
		},
		define: func(f flags) run {
			o := &validateOptions{}
			f.format(&o.format, "text", "json", "sarif", "github")
			f.color(&o.color)
			f.BoolVar(&o.denyWarnings, "deny-warnings", false, "exit with status 1 if there are warnings")
			return o.run
		},
	}
}

func (o *validateOptions) run(_ context.Context, c *call) (int, error) {
	tree, err := c.Load(c.args)
	if err != nil {
		return ExitError, err
	}
	found := tree.Findings(c.Now())
	status := ExitOK
	if len(tree.Orgs) == 0 || o.isDenied(found) {
		status = ExitError
	}
	return status, o.write(c, tree, found)
}

func (o *validateOptions) isDenied(found []spec.Diagnostic) bool {
	return o.denyWarnings && spec.Count(found, spec.Warning) > 0
}

// write writes the diagnostics. A tree with mistakes has no organizations.
func (o *validateOptions) write(c *call, tree *reconcile.Tree, found []spec.Diagnostic) error {
	valid := render.AreValid(len(tree.Orgs)) + ".\n"
	switch o.format.Value {
	case "json":
		return safetext.WriteJSON(c.Stdout, render.Renamed(found, tree.Show), "  ")
	case "sarif":
		return render.WriteSARIF(c.Stdout, Version, Home, found)
	case "github":
		return action.WriteAnnotations(c.Stdout, Home, found)
	}
	if len(found) == 0 {
		_, err := fmt.Fprint(c.Stdout, "No problems. "+valid)
		return err
	}
	if err := render.WriteDiagnostics(c.Stdout, found, c.colors(o.color), tree.Show); err != nil || len(tree.Orgs) == 0 {
		return err
	}
	if o.isDenied(found) {
		_, err := io.WriteString(c.Stdout, "Warnings count as errors, because of --deny-warnings.\n")
		return err
	}
	_, err := io.WriteString(c.Stdout, valid)
	return err
}
