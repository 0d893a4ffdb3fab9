package cli

import (
	"context"
	"io"

	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// explainOptions are the flags of explain.
type explainOptions struct {
	only   []string
	format flagvalue.Choice
	color  flagvalue.Choice
}

func explainCommand() command {
	return command{
		name: "explain", args: "[FLAGS] [PATH…] [FIELD]", maxArgs: -1, isCommon: true,
		about: "show which file sets each value",
		detail: "Shows every value of each organization, the file and line that set it (its own file or a _defaults.yaml), and the values that " +
			"it overrides. Sends no requests." + pathHelp + "\n" +
			"FIELD selects a section, a key in it, a person, or a key of a person: settings, settings.securityContact, members/ada@acme.example, " +
			"members/ada@acme.example/roles. If a PATH has the name of a field, put ./ before it: ./settings.",
		examples: []string{
			"explain --only Acme-Staging examples/orgs",
			"explain --only Acme-Staging examples/orgs settings",
		},
		define: func(f flags) run {
			o := &explainOptions{}
			f.only(&o.only)
			f.format(&o.format, "text", "json")
			f.color(&o.color)
			return o.run
		},
	}
}

func (o *explainOptions) run(_ context.Context, c *call) (int, error) {
	field, err := c.takeField()
	if err != nil {
		return ExitError, err
	}
	tree, selection, err := c.loadTree(o.only, o.color)
	if err != nil {
		return ExitError, err
	}
	explained := make([]render.Explanation, len(selection.Orgs))
	for i, org := range selection.Orgs {
		explained[i] = render.Explain(org, field, tree.Show)
	}
	if o.format.Value == "json" {
		return ExitOK, safetext.WriteJSON(c.Stdout, explained, "  ")
	}
	_, err = io.WriteString(c.Stdout, render.Explanations(explained, selection.IsWhole, c.colors(o.color)))
	return ExitOK, err
}

// takeField removes the FIELD from the end of the arguments, if there is one.
func (c *call) takeField() (string, error) {
	if len(c.args) == 0 {
		return "", nil
	}
	last := c.args[len(c.args)-1]
	isField, err := spec.IsField(last, c.Exists(last))
	if !isField || err != nil {
		return "", err
	}
	c.args = c.args[:len(c.args)-1]
	return last, nil
}
