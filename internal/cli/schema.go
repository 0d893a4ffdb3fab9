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
		about:  "print the JSON Schema of the YAML",
		detail: "Prints the JSON Schema of an organization's YAML as one file, for editors and other tools. NAME selects another schema: " + strings.Join(spec.SchemaNames(), ", ") + ".",
		examples: []string{
			"schema > organization.json",
			"schema settings",
		},
		define: noFlags(printSchema),
	}
}

func printSchema(_ context.Context, c *call) (int, error) {
	name := ""
	if len(c.args) > 0 {
		name = c.args[0]
	}
	data, err := spec.Schema(name)
	if err != nil {
		return ExitError, fmt.Errorf("unknown schema %q; %s", name, suggest.OrList(name, spec.SchemaNames()))
	}
	_, err = c.Stdout.Write(data)
	return ExitOK, err
}
