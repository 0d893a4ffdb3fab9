package cli

import (
	"fmt"

	"github.com/spf13/pflag"

	"atlas-gitops/internal/apply"
)

// flags defines the flags that several commands share, so that each means the same everywhere.
type flags struct{ *pflag.FlagSet }

// defaultSandbox is the default state file of the sandbox.
const defaultSandbox = ".atlas-gitops/sandbox.json"

// defaultMaxDeletes is the default of --max-deletes.
const defaultMaxDeletes = 3

func (f flags) only(v *[]string) {
	f.StringArrayVar(v, "only", nil, "only the organization of that `NAME` or id; repeatable")
}

func (f flags) base(v *word) {
	f.Var(v, "base", "mark as drift what the tree at `COMMIT` already\nasks for")
}

func (f flags) accept(v *word) {
	f.Var(v, "accept", "approve exactly the plan with this `DIGEST`, or the\nsaved plan in this file; guards do not block it")
}

// format defines --format. The first format is the default.
func (f flags) format(v *choice, formats ...string) {
	*v = choice{formats, formats[0]}
	f.Var(v, "format", v.about())
}

func (f flags) color(v *choice) {
	*v = choice{[]string{"auto", "always", "never"}, "auto"}
	f.Var(v, "color", "use colours `WHEN`: "+v.about())
}

func (f flags) maxDeletes(v *number) {
	*v = number{defaultMaxDeletes, 0}
	f.Var(v, "max-deletes", fmt.Sprintf("block more than `N` (%d) removals in an organization", defaultMaxDeletes))
}

func (f flags) parallelism(v *number) {
	*v = number{apply.DefaultParallel, 1}
	f.Var(v, "parallelism", fmt.Sprintf("work on `N` (%d) organizations at once", apply.DefaultParallel))
}

func (f flags) credentialsOut(v *file) {
	f.Var(v, "credentials-out", "write the credentials of new organizations to the\nnew `FILE`")
}

// atlas are the flags that say how to reach Atlas.
func (f flags) atlas(a *atlas) {
	f.Var(&a.sandbox, "sandbox", "use an embedded Atlas, with its state in `FILE` or\n"+defaultSandbox)
	f.Lookup("sandbox").NoOptDefVal = defaultSandbox
	f.StringVar(&a.baseURL, "base-url", "", "`URL` of Atlas, instead of MONGODB_ATLAS_BASE_URL")
	f.Var(&a.timeout, "timeout", "stop starting work after `DURATION`, such as 90s")
	f.CountVarP(&a.verbose, "verbose", "v", "log each request; -vv also logs bodies, without\nsecrets")
}
