package cli

import (
	"context"
	"io"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	only   []string
	format choice
}

func explainCommand() command {
	return command{
		name: "explain", args: "[FLAGS] [PATH…] [FIELD]", maxArgs: -1,
		about: "show where each value comes from",
		detail: "Shows what each organization of the tree (PATH…, files or directories; " + defaultTree + "\nif there is none) has, its own and what it inherits: every value with the place\n" +
			"that sets it, and the values that it overrides. FIELD selects one part, such as\nsettings or invitations/ada@acme.example. Write a PATH of the same name as\n./settings.",
		examples: []string{
			"explain --only Acme-Staging examples/orgs",
			"explain --only Acme-Staging examples/orgs settings",
		},
		define: func(f flags) run {
			o := &explainOptions{}
			f.only(&o.only)
			f.format(&o.format, "text", "json")
			return o.run
		},
	}
}

func (o *explainOptions) run(_ context.Context, c *call) (int, error) {
	field, err := c.takeField()
	if err != nil {
		return ExitError, err
	}
	tree, selection, err := c.loadTree(o.only)
	if err != nil {
		return ExitError, err
	}
	explained := make([]render.Explanation, len(selection.Orgs))
	for i, org := range selection.Orgs {
		explained[i] = render.Explain(org, field, tree.Show)
	}
	if o.format.value == "json" {
		return ExitOK, safetext.WriteJSON(c.Stdout, explained, "  ")
	}
	_, err = io.WriteString(c.Stdout, render.Explanations(explained, selection.IsWhole))
	return ExitOK, err
}
