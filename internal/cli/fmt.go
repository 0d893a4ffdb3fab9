package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"

	"atlas-gitops/internal/spec"
)

func fmtCommand() command {
	return command{
		name: "fmt", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about: "write the tree in its canonical form",
		detail: "Rewrites the YAML files of the tree (PATH…, files or directories; " + defaultTree + " if\nthere is none): keys in the order of the schema, people sorted, one style of\n" +
			"quotes and of indentation. Comments and blank lines stay; people are sorted\nwithin groups that blank lines separate. What it means does not change.\nPrints the files that it rewrites.",
		flags: []string{"check"},
		examples: []string{
			"fmt examples/orgs",
			"fmt --check examples/orgs",
		},
		run: (*invocation).fmt,
	}
}

func (in *invocation) fmt(context.Context) (int, error) {
	paths, err := in.paths()
	if err != nil {
		return ExitError, err
	}
	files, diagnostics, err := spec.FormatTree(in.Files, paths)
	if err != nil {
		return ExitError, err
	}
	changed := slices.DeleteFunc(slices.Clone(files), func(f spec.Formatted) bool { return bytes.Equal(f.Was, f.Is) })
	for _, f := range changed {
		if !in.check {
			if err := in.Replace(f.File, f.Was, f.Is); err != nil {
				return ExitError, err
			}
		}
		fmt.Fprintln(in.Stdout, oneLine(spec.Place{File: f.File}.String()))
	}
	if len(diagnostics) > 0 {
		return ExitError, cmp.Or(spec.WriteText(in.Stderr, diagnostics), errShown)
	}
	return in.fmtStatus(len(changed), len(files)), nil
}

// fmtStatus says how much there was to do.
func (in *invocation) fmtStatus(changed, all int) int {
	of := fmt.Sprintf("%d of %d", changed, all)
	switch {
	case !in.check:
		fmt.Fprintf(in.Stderr, "Formatted %s files.\n", of)
	case changed > 0:
		fmt.Fprintf(in.Stderr, "%s files are not in canonical form; run 'atlas-gitops fmt' without --check.\n", of)
		return ExitError
	}
	return ExitOK
}
