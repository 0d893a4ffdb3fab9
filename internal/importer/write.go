package importer

import (
	"fmt"
	"slices"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/safetext"
)

// Write writes the files of a report. It overwrites no file that has changed since it was read. It ends at the first error.
func Write(e reconcile.Env, r *adopt.Report) error {
	all := r.Files
	if r.Schema != nil {
		all = slices.Concat([]adopt.File{*r.Schema}, all)
	}
	for n, f := range all {
		if err := write(e, f); err != nil {
			return fmt.Errorf("%s was not written: %w; %d of %d files were written; run the command again for the rest", safetext.Line(r.Show(f.Name)), err, n, len(all))
		}
	}
	return nil
}

func write(e reconcile.Env, f adopt.File) error {
	if f.Was == nil {
		return e.CreateShared(f.Path, f.Is)
	}
	return e.Replace(f.Path, f.Was, f.Is)
}
