package cli

import (
	"context"
	"fmt"
	"strings"

	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/suggest"
)

func schemaCommand() command {
	return command{
		name: "schema", args: "[NAME]", maxArgs: 1,
		about:  "print the JSON Schema of the tree",
		detail: "Prints the JSON Schema of a document of the tree as one file, for editors and\nother tools. With NAME, that of a part, or of _defaults.yaml:\n" + strings.Join(spec.SchemaNames(), ", ") + ".",
		examples: []string{
			"schema > organization.json",
			"schema settings",
		},
		run: (*invocation).schema,
	}
}

func (in *invocation) schema(context.Context) (int, error) {
	name := ""
	if len(in.args) > 0 {
		name = in.args[0]
	}
	data, err := spec.Schema(name)
	if err != nil {
		return ExitError, fmt.Errorf("unknown schema %q; %s", name, suggest.OrList(name, spec.SchemaNames()))
	}
	_, err = in.Stdout.Write(data)
	return ExitOK, err
}
