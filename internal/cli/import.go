package cli

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/importer"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/safetext"
	"atlas-gitops/internal/suggest"
)

// importOptions are the flags of import.
type importOptions struct {
	atlas
	only        []string
	update      bool
	dir         flagvalue.Word
	sections    sections
	common      bool
	dryRun      bool
	color       flagvalue.Choice
	parallelism flagvalue.Number
}

func importCommand() command {
	return command{
		name: "import", args: "[FLAGS] [PATH…]", maxArgs: -1, isCommon: true,
		about: "write YAML for live organizations",
		detail: "Writes a YAML file for each live organization that the tree does not have: its name and id, its settings, and everybody as members. " +
			"It finds every organization that a credential in the environment can see. It overwrites no file. Changes nothing in Atlas.\n" +
			"With --update, it edits the files of the tree instead: what the tree manages then says what is live. All other text stays as it is.\n" +
			"Before it writes a file, it compares the new tree with what it read: a plan shows no changes, or only what import named as left." +
			pathHelp + credentialHelp,
		examples: []string{
			"import",
			"import --common --dry-run",
			"import --update --only Acme-Production orgs",
		},
		interruptible: true,
		define: func(f flags) run {
			o := &importOptions{dir: reconcile.DefaultTree, sections: adopt.DefaultSections()}
			f.only(&o.only)
			f.BoolVar(&o.update, "update", false, "edit the files of the tree, instead of writing new ones")
			f.Var(&o.dir, "dir", "write the new files in this `DIR`")
			f.Var(&o.sections, "sections", "import these sections, separated by commas: `LIST` of "+strings.Join(adopt.Sections(), ", "))
			f.BoolVar(&o.common, "common", false, "write the settings that all organizations share in a new file of defaults")
			f.BoolVar(&o.dryRun, "dry-run", false, "write no file; show the changes as a unified diff")
			f.color(&o.color)
			f.parallelism(&o.parallelism)
			f.atlas(&o.atlas)
			return o.run
		},
	}
}

// sections is the value of a flag that takes sections of an organization.
type sections []string

func (s *sections) String() string { return strings.Join(*s, ",") }
func (s *sections) Type() string   { return "LIST" }

func (s *sections) Set(text string) error {
	all := adopt.Sections()
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty; it takes " + strings.Join(all, ", "))
	}
	*s = nil
	for word := range strings.SplitSeq(text, ",") {
		if word = strings.TrimSpace(word); !slices.Contains(all, word) {
			return fmt.Errorf("there is no section %q; %s", word, suggest.OrList(word, all))
		}
		*s = append(*s, word)
	}
	return nil
}

func (o *importOptions) run(ctx context.Context, c *call) (int, error) {
	if err := o.checkUpdate(c.flags); err != nil {
		return ExitError, err
	}
	if o.update {
		return reading(ctx, c, o.atlas, o.updateTree)
	}
	return reading(ctx, c, o.atlas, o.newFiles)
}

// newFiles writes files for the organizations that the tree does not have.
func (o *importOptions) newFiles(ctx context.Context, c *call, connection *reconcile.Connection) (int, error) {
	report, failed := importer.New(ctx, c.Env.Env, connection, importer.Options{Only: o.only, Paths: c.args, Dir: string(o.dir),
		Sections: o.sections, Common: o.common, Parallel: o.parallelism.Value})
	if wrong := (*importer.TreeError)(nil); errors.As(failed, &wrong) {
		failed = errors.Join(render.WriteDiagnostics(c.Stderr, wrong.Tree.Diagnostics, c.errorColors(o.color), wrong.Tree.Show), errShown)
	}
	if report == nil {
		return ExitError, failed
	}
	return o.finish(c, report, failed)
}

// updateTree brings live changes into the files of the tree.
func (o *importOptions) updateTree(ctx context.Context, c *call, connection *reconcile.Connection) (int, error) {
	tree, selection, err := c.loadTree(o.only, o.color)
	if err != nil {
		return ExitError, err
	}
	report, run, err := importer.Update(ctx, c.Env.Env, connection, tree, selection, o.parallelism.Value)
	if err != nil {
		return ExitError, err
	}
	status, err := o.finish(c, report, nil)
	if run.HasErrors() {
		return ExitError, errors.Join(err, c.printPlanErrors(run))
	}
	return status, err
}

// checkUpdate refuses flags that only new files need.
func (o *importOptions) checkUpdate(flags *pflag.FlagSet) error {
	for _, name := range []string{"dir", "sections", "common"} {
		if o.update && flags.Changed(name) {
			return fmt.Errorf("--update edits existing files; leave out --%s", name)
		}
	}
	return nil
}

// finish writes the files, or shows them, and then the report and what failed.
func (o *importOptions) finish(c *call, r *adopt.Report, failed error) (int, error) {
	v := render.Imported{Colors: c.colors(o.color), IsUpdate: o.update, IsDryRun: o.dryRun, IsCommon: o.common, Verbose: o.verbose > 0, Next: o.next(c, r.Paths)}
	var err error
	if o.dryRun {
		err = errors.Join(render.WriteDiff(c.Stdout, r.Files), v.WriteImport(c.Stderr, r))
	} else if err = importer.Write(c.Env.Env, r); err == nil {
		err = v.WriteImport(c.Stdout, r)
	}
	for _, org := range r.Orgs {
		failed = errors.Join(failed, reconcile.WrapEach(org.Name, org.Err))
	}
	if err = errors.Join(failed, err); err != nil {
		return ExitError, err
	}
	return ExitOK, nil
}

// next returns the command to run next: a plan over these PATHs, or the same import without --dry-run.
func (o *importOptions) next(c *call, paths []string) string {
	if o.dryRun {
		return safetext.Command(slices.DeleteFunc(slices.Clone(c.line), func(word string) bool { return strings.HasPrefix(word, "--dry-run") }))
	}
	if slices.Equal(paths, []string{reconcile.DefaultTree}) {
		paths = nil
	}
	return withPaths(paths, o.atlas.line([]string{"atlas-gitops", "plan"}))
}
