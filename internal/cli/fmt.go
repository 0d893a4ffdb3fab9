package cli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"

	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/spec"
)

// fmtOptions are the flags of fmt.
type fmtOptions struct{ check bool }

func fmtCommand() command {
	return command{
		name: "fmt", args: "[FLAGS] [PATH…]", maxArgs: -1, isCommon: true,
		about: "rewrite the YAML in its canonical form",
		detail: "Rewrites the YAML files of the tree: keys in the order of the schema, people sorted, one style of quotes and indentation. " +
			"The meaning of a file stays the same. Prints the names of the files that it rewrites." + pathHelp + "\n" +
			"A comment moves with the line below it. People are sorted within their group. A group ends at a blank line, and at a comment that " +
			"could be a heading of the people below it. A document with anchors keeps its order.",
		examples: []string{
			"fmt examples/orgs",
			"fmt --check examples/orgs",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &fmtOptions{}
			f.BoolVar(&o.check, "check", false, "write nothing; exit with status 1 if a file is not in canonical form")
			return o.run
		},
	}
}

func (o *fmtOptions) run(ctx context.Context, c *call) (int, error) {
	paths, err := c.Paths(c.args)
	if err != nil {
		return ExitError, err
	}
	files, diagnostics, err := spec.FormatTree(c.Files, paths)
	changed := slices.DeleteFunc(slices.Clone(files), func(f spec.Formatted) bool { return bytes.Equal(f.Was, f.Is) })
	failed, written := []error{err}, len(changed)
	for _, f := range changed {
		name := safetext.Line(spec.Place{File: f.File}.String())
		if ctx.Err() != nil {
			return ExitError, errors.New("interrupted; run it again to format the rest")
		}
		if err := o.rewrite(c, f); err != nil {
			failed = append(failed, fmt.Errorf("%s was not written: %w", name, err))
			written--
		} else if _, err := fmt.Fprintln(c.Stdout, name); err != nil {
			return ExitError, err
		}
	}
	if len(diagnostics) > 0 {
		failed = append(failed, errShown, render.WriteDiagnostics(c.Stderr, diagnostics, c.errorColors(newColor()), nil))
	}
	status := o.status(c, written, len(files))
	if err := errors.Join(failed...); err != nil {
		return ExitError, err
	}
	return status, nil
}

func (o *fmtOptions) rewrite(c *call, f spec.Formatted) error {
	if o.check {
		return nil
	}
	err := c.Replace(f.File, f.Was, f.Is)
	var pathErr *fs.PathError // it names a temporary file; show only its cause
	if errors.As(err, &pathErr) {
		return pathErr.Err
	}
	return err
}

// status reports how many files fmt rewrote, or would rewrite, and returns the exit status.
func (o *fmtOptions) status(c *call, changed, all int) int {
	switch {
	case !o.check:
		fmt.Fprintf(c.Stderr, "Formatted %d of %d files.\n", changed, all)
	case changed > 0:
		fmt.Fprintf(c.Stderr, "Not in canonical form: %d of %d files; 'atlas-gitops fmt' rewrites them.\n", changed, all)
		return ExitError
	}
	return ExitOK
}
