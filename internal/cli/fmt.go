package cli

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/spec"
)

func fmtCommand() command {
	return command{
		name: "fmt", args: "[FLAGS] [PATH…]", maxArgs: -1,
		about: "write the tree in its canonical form",
		detail: "Rewrites the YAML files of the tree (PATH…, files or directories; " + defaultTree + " if\nthere is none): keys in the order of the schema, people sorted, one style of\n" +
			"quotes and of indentation. A comment moves with what is below it. People are\nsorted within groups that blank lines separate, and not past a comment that\nmay head several. A document with anchors keeps its order. What a file means\ndoes not change. Prints the files that it rewrites.",
		flags: []string{"check"},
		examples: []string{
			"fmt examples/orgs",
			"fmt --check examples/orgs",
		},
		polite: true,
		run:    (*invocation).fmt,
	}
}

func (in *invocation) fmt(ctx context.Context) (int, error) {
	paths, err := in.paths()
	if err != nil {
		return ExitError, err
	}
	files, diagnostics, flaw := spec.FormatTree(in.Files, paths)
	changed := slices.DeleteFunc(slices.Clone(files), func(f spec.Formatted) bool { return bytes.Equal(f.Was, f.Is) })
	failed, written := []error{flaw}, len(changed)
	for _, f := range changed {
		name := plan.OneLine(spec.Place{File: f.File}.String())
		if ctx.Err() != nil {
			return ExitError, errors.New("interrupted; run it again to format the rest")
		}
		if err := in.rewrite(f); err != nil {
			failed = append(failed, fmt.Errorf("%s was not written: %w", name, err))
			written--
		} else if _, err := fmt.Fprintln(in.Stdout, name); err != nil {
			return ExitError, err
		}
	}
	if len(diagnostics) > 0 {
		failed = append(failed, cmp.Or(spec.WriteText(in.Stderr, diagnostics), errShown))
	}
	status := in.fmtStatus(written, len(files))
	if err := errors.Join(failed...); err != nil {
		return ExitError, err
	}
	return status, nil
}

func (in *invocation) rewrite(f spec.Formatted) error {
	if in.check {
		return nil
	}
	err := in.Replace(f.File, f.Was, f.Is)
	var link *fs.PathError // of a temporary file that nobody knows
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}

// fmtStatus says how much there was to do.
func (in *invocation) fmtStatus(changed, all int) int {
	switch {
	case !in.check:
		fmt.Fprintf(in.Stderr, "Formatted %d of %d files.\n", changed, all)
	case changed > 0:
		fmt.Fprintf(in.Stderr, "Not in canonical form: %d of %d files; 'atlas-gitops fmt' rewrites them.\n", changed, all)
		return ExitError
	}
	return ExitOK
}
