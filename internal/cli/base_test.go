package cli

import (
	"context"
	"errors"
	"io"
	"slices"
	"testing"
	"testing/fstest"

	"atlas-gitops/internal/apply"
	"atlas-gitops/internal/github"
	"atlas-gitops/internal/spec"
)

// TestLoadBase: why there is no base, and that nothing is left of it.
func TestLoadBase(t *testing.T) {
	for _, row := range []struct{ reason, dir, cannot, want string }{
		{"it is read", "work", "", ""},
		{"no repository", "elsewhere", "", "the base main: there is no git repository here"},
		{"no such commit", "work", "resolve", "the base main: it cannot resolve"},
		{"it is not to be had", "work", "checkout", "the base main: it cannot checkout"},
		{"what was read stays behind", "work", "remove", "the base main: it cannot remove"},
		{"somebody ended the run", "work", "end", "interrupted; nothing was done"},
	} {
		fails := func(what string) error {
			if what == row.cannot {
				return errors.New("it cannot " + what)
			}
			return nil
		}
		ctx, cancel := context.WithCancel(t.Context())
		removed := 0
		env := Env{Dir: row.dir, Files: fstest.MapFS{"work/.git": {}, "base/orgs/acme.yaml": {Data: []byte("name: Acme\ncredentials: ACME\n")}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(context.Context, string, string) (string, error) { return "commit", fails("resolve") },
			Checkout: func(context.Context, string, string) (string, func() error, error) {
				if row.cannot == "end" {
					cancel()
					return "", nil, context.Canceled
				}
				return "base", func() error { removed++; return fails("remove") }, fails("checkout")
			}, Getenv: func(string) string { return "" }}
		in := &invocation{Env: env}
		b, err := in.loadBase(ctx, "main")
		got := ""
		if err != nil {
			got = err.Error()
		}
		cancel()
		if got != row.want || (err == nil) != (b != nil && b.commit == "commit" && len(b.orgs) == 1) {
			t.Errorf("%s: %v, %q", row.reason, b, got)
		}
		if read := row.cannot == "" || row.cannot == "remove"; row.dir == "work" && read != (removed == 1) {
			t.Errorf("%s: removed %d times", row.reason, removed)
		}
	}
}

// TestBaseOf: of which commit a pull request is compared with the tree.
func TestBaseOf(t *testing.T) {
	pull := &github.Pull{Number: 7, Base: "base"}
	for _, row := range []struct {
		reason string
		run    github.Run
		input  word
		want   []string // the commits that are looked for, one after the other
		note   string
	}{
		{"the merge is checked out, and its first parent is the base; or else what the event says", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "", []string{"merge^1", "base"}, "Drift is not told apart: the base base: it is not there, as git says."},
		{"the base is checked out", github.Run{Event: "pull_request_target", Checkout: "merge", Pull: pull}, "", []string{"base"}, "Drift is not told apart: the base base: it is not there, as git says."},
		{"what was asked for", github.Run{Event: "pull_request", Checkout: "merge", Pull: pull}, "main", []string{"main"}, ""},
		{"a push has none", github.Run{Event: "push", Checkout: "merge"}, "", nil, ""},
		{"unless it is asked for", github.Run{Event: "push", Checkout: "merge"}, "HEAD^", []string{"HEAD^"}, ""},
	} {
		var looked []string
		env := Env{Dir: "work", Files: fstest.MapFS{"work/.git": {}}, Stdout: io.Discard, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(_ context.Context, _, commit string) (string, error) {
				looked = append(looked, commit)
				return "", errors.New("it is not there,\nas git says")
			}, Getenv: func(string) string { return "" }}
		a := &action{invocation: &invocation{Env: env, options: options{base: row.input}}, run: &row.run, report: &report{}}
		b, err := a.baseOf(t.Context())
		if b != nil || (err != nil) != (row.input != "") || !slices.Equal(looked, row.want) || a.noBase != row.note {
			t.Errorf("%s: looked for %q, got %v, %v, %q", row.reason, looked, b, err, a.noBase)
		}
	}
}

// TestFindInBase: which organization of an earlier tree is the same.
func TestFindInBase(t *testing.T) {
	for _, row := range []struct {
		reason  string
		was, is spec.Org
		want    bool
	}{
		{"the id says it, whatever else is different", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "B", ID: "1", Credentials: "Y"}, true},
		{"another id", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "A", ID: "2", Credentials: "X"}, false},
		{"its id was written since", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", ID: "1", Credentials: "X"}, true},
		{"its id was taken out since", spec.Org{Name: "A", ID: "1", Credentials: "X"}, spec.Org{Name: "A", Credentials: "X"}, true},
		{"nobody wrote its id", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", Credentials: "X"}, true},
		{"another one of the same name", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "A", Credentials: "Y"}, false},
		{"another one with the same credential", spec.Org{Name: "A", Credentials: "X"}, spec.Org{Name: "B", Credentials: "X"}, false},
	} {
		b := &base{orgs: []*spec.Org{{Name: "other", ID: "9"}, &row.was}}
		if got := b.find(&row.is); (got == &row.was) != row.want || !row.want && got != nil {
			t.Errorf("%s: got %v", row.reason, got)
		}
	}
}

// TestNobodyIsSet: a single credential is enough to ask Atlas, and one that is wrong is set.
func TestNobodyIsSet(t *testing.T) {
	set, wrong, missing := apply.Target{Account: &apply.Account{}}, apply.Target{Account: &apply.Account{Err: errors.New("it is no key")}}, apply.Target{Account: &apply.Account{Err: errors.New("there is none"), Missing: true}}
	for _, row := range []struct {
		targets []apply.Target
		want    bool
	}{
		{[]apply.Target{missing, missing}, true},
		{[]apply.Target{missing, set}, false},
		{[]apply.Target{missing, wrong}, false},
		{[]apply.Target{set}, false},
	} {
		if got := nobodyIsSet(row.targets); got != row.want {
			t.Errorf("%v: got %t", row.targets, got)
		}
	}
}

// TestNoRepository: where there is none, such as in what was unpacked, there is no base, and nothing to say.
func TestNoRepository(t *testing.T) {
	env := Env{Dir: "work", Files: fstest.MapFS{}, Stdout: io.Discard}
	a := &action{invocation: &invocation{Env: env}, run: &github.Run{Event: "pull_request", Pull: &github.Pull{Number: 7, Base: "base"}}, report: &report{}}
	if b, err := a.baseOf(t.Context()); b != nil || err != nil || a.noBase != "" {
		t.Errorf("got %v, %v, %q", b, err, a.noBase)
	}
}
