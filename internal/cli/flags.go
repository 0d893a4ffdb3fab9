package cli

import (
	"github.com/spf13/pflag"

	"atlas-gitops/internal/action"
	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/flagvalue"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/sandbox"
)

// flags defines the flags that several commands share, so that a flag means the same everywhere. action.yml describes an input in
// the words of its flag.
type flags struct{ *pflag.FlagSet }

// defaultSandbox is the default state file of the sandbox.
const defaultSandbox = sandbox.OwnFolder + "/sandbox.json"

// The limits of the guards without --max-deletes and --max-total-deletes.
const (
	defaultMaxDeletes      = 3
	defaultMaxTotalDeletes = 10
)

func (f flags) only(v *[]string) {
	f.list(v, "only", "work only on the organization with this `NAME` or id; repeatable")
}

func (f flags) list(v *[]string, name, about string) {
	f.StringArrayVar(v, name, nil, about)
	f.Lookup(name).Value = flagvalue.List{Value: f.Lookup(name).Value}
}

func (f flags) base(v *flagvalue.Word) {
	f.Var(v, "base", "say what the change of the tree since this `COMMIT` means, and mark the steps that do not come from it as drift")
}

func (f flags) accept(v *[]string) {
	f.list(v, "accept", "apply only the plan with this `DIGEST` or in the file of this name, or the blocked organization with this digest; guards do not block it; repeatable")
}

// format defines --format. The first format is the default.
func (f flags) format(v *flagvalue.Choice, formats ...string) {
	*v = flagvalue.Choice{Allowed: formats, Value: formats[0]}
	f.Var(v, "format", "print the result as "+v.About())
}

func (f flags) summary(v *bool) {
	f.BoolVar(v, "summary", false, "show identical steps of several organizations once")
}

func (f flags) color(v *flagvalue.Choice) {
	*v = newColor()
	f.Var(v, "color", "`WHEN` to use colours: "+v.About())
}

// newColor returns the default value of --color.
func newColor() flagvalue.Choice {
	return flagvalue.Choice{Allowed: []string{"auto", "always", "never"}, Value: "auto"}
}

// limits are the flags for the limits of the guards.
type limits struct{ maxDeletes, maxTotalDeletes flagvalue.Number }

func (f flags) limits(l *limits) {
	l.maxDeletes, l.maxTotalDeletes = flagvalue.Number{Value: defaultMaxDeletes}, flagvalue.Number{Value: defaultMaxTotalDeletes}
	f.Var(&l.maxDeletes, "max-deletes", "block an organization that has more than `N` removals")
	f.Var(&l.maxTotalDeletes, "max-total-deletes", "block each organization with removals if the plan has more than `N` in all organizations together")
}

// plan returns the limits for a plan.
func (l limits) plan() plan.Limits {
	return plan.Limits{Removals: l.maxDeletes.Value, TotalRemovals: l.maxTotalDeletes.Value}
}

// line adds to a command line the flags that do not have their default.
func (l limits) line(words []string) []string {
	if l.maxDeletes.Value != defaultMaxDeletes {
		words = withFlag(words, "--max-deletes", l.maxDeletes.String())
	}
	if l.maxTotalDeletes.Value != defaultMaxTotalDeletes {
		words = withFlag(words, "--max-total-deletes", l.maxTotalDeletes.String())
	}
	return words
}

func (f flags) parallelism(v *flagvalue.Number) {
	*v = flagvalue.Number{Value: apply.DefaultParallel, Least: 1}
	f.Var(v, "parallelism", "work on up to `N` organizations at once")
}

func (f flags) credentialsOut(v *flagvalue.File) {
	f.Var(v, "credentials-out", "save the credentials of created organizations in this new `FILE`")
}

func (f flags) auditLog(v *flagvalue.File) {
	f.Var(v, "audit-log", "append each step and its verdict to `FILE`, as JSON lines")
}

// defaultLabel is the default label of issues about drift.
const defaultLabel = "atlas-drift"

func (f flags) labels(v *[]string) {
	f.StringArrayVar(v, "labels", []string{defaultLabel}, "`LABEL` of the issues about drift; the first one finds them; repeatable")
	f.Lookup("labels").Value = labels{flagvalue.List{Value: f.Lookup("labels").Value}}
}

// atlas are the flags that say how to reach Atlas.
func (f flags) atlas(a *atlas) {
	f.Var(&a.sandbox, "sandbox", "use a simulated Atlas, and keep its state in `FILE` (default "+defaultSandbox+")")
	f.Lookup("sandbox").NoOptDefVal = defaultSandbox
	f.Var((*flagvalue.Word)(&a.baseURL), "base-url", "use Atlas at this `URL` instead of MONGODB_ATLAS_BASE_URL")
	f.Var(&a.credentialsFile, "credentials-file", "read credentials from `FILE`, in the form that --credentials-out writes, instead of MONGODB_ATLAS_CREDENTIALS")
	f.Var(&a.timeout, "timeout", "stop after `DURATION` (for example 90s); apply first finishes the running steps")
	f.CountVarP(&a.verbose, "verbose", "v", "log each request, and name what a plan leaves alone; -vv also logs bodies, without secrets")
}

// labels is the value of a repeatable flag for labels of issues.
type labels struct{ flagvalue.List }

func (l labels) Set(s string) error {
	if err := action.CheckLabel(s); err != nil {
		return err
	}
	return l.List.Set(s)
}
