package reconcile

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/files"
	"atlas-gitops/internal/git/gittest"
	"atlas-gitops/internal/spec"
)

// TestLoadBase checks why there is no base, and that the commit is always closed.
func TestLoadBase(t *testing.T) {
	const acme, mistaken = "name: Acme\ncredentials: ACME\n", "nam: Acme\n"
	for _, row := range []struct{ reason, dir, text, cannot, want string }{
		{"the base is read", "work", acme, "", ""},
		{"not in a repository", "elsewhere", acme, "", "the base main: the working directory is not in a git repository"},
		{"no such commit", "work", acme, "resolve", "the base main: it cannot resolve"},
		{"git cannot open the commit", "work", acme, "commit", "the base main: it cannot commit"},
		{"a mistake in the tree of the commit", "work", mistaken, "", "the base main: its tree has errors; run 'atlas-gitops validate' at that commit"},
		{"git fails at the end: organizations may be missing", "work", acme, "close", "the base main: it cannot close"},
		{"git fails at the end: the mistake may come from that", "work", mistaken, "close", "the base main: it cannot close"},
		{"an interrupt", "work", acme, "end", "interrupted; nothing was changed"},
	} {
		fails := func(what string) error {
			if what == row.cannot {
				return errors.New("it cannot " + what)
			}
			return nil
		}
		ctx, cancel := context.WithCancelCause(t.Context())
		open := 0
		env := Env{Dir: row.dir, Files: fstest.MapFS{"work/.git": {}}, Follow: func(name string) (string, error) { return name, nil },
			Resolve: func(context.Context, string, string) (string, error) { return "commit", fails("resolve") },
			Commit: func(context.Context, string, string) (CommitTree, error) {
				if row.cannot == "end" {
					cancel(errors.New("interrupted"))
					return nil, context.Canceled
				}
				if err := fails("commit"); err != nil {
					return nil, err
				}
				open++
				return commitTree{fstest.MapFS{".git": {Mode: fs.ModeDir}, "orgs/acme.yaml": {Data: []byte(row.text)}}, func() error { open--; return fails("close") }}, nil
			}, Getenv: func(string) string { return "" }}
		tree := &Tree{FileNames: env.newNames(), paths: []string{"orgs"}}
		b, err := env.LoadBase(ctx, tree, "main")
		got := errorText(err)
		cancel(nil)
		if got != row.want || (err == nil) != (b != nil && b.commit == "commit" && len(b.orgs) == 1) {
			t.Errorf("%s: %v, %q", row.reason, b, got)
		}
		if open != 0 {
			t.Errorf("%s: the commit is not closed", row.reason)
		}
	}
}

// commitTree is a commit in memory.
type commitTree struct {
	fs.FS
	close func() error
}

func (t commitTree) Close() error { return t.close() }

// newCommitted makes a repository with a commit whose tree has defaults, acceptances and links, and with a work tree that differs from it. It
// returns the organizations of the commit, as its checkout has them.
func newCommitted(t *testing.T) (r gittest.Repository, commit string, want []*spec.Org) {
	t.Helper()
	r = gittest.Init(t, t.TempDir())
	put(t, filepath.Join(r.Dir, "tree", "_defaults.yaml"), "settings: { multiFactorAuthRequired: true }\n")
	put(t, filepath.Join(r.Dir, "tree", "orgs", "_defaults.yaml"), "settings: { maxServiceAccountSecretValidityInHours: 8 }\n")
	put(t, filepath.Join(r.Dir, "tree", "orgs", "acme.yaml"), "name: Acme\ncredentials: ACME\n")
	put(t, filepath.Join(r.Dir, "tree", "orgs", "_accepted.yaml"), "- { digest: 3f9c2a7b51d0e8c46a1f9b3d7e5c2084, organization: Labs, reason: project ended }\n")
	put(t, filepath.Join(r.Dir, "tree", "labs.yaml"), "name: Labs\ncredentials: LABS\n")
	put(t, filepath.Join(r.Dir, "tree", "orgs", "labs.yaml"), "-> ../labs.yaml")
	put(t, filepath.Join(r.Dir, "orgs"), "-> tree/orgs")
	tree, err := spec.Load(files.System{}, []string{filepath.ToSlash(r.Dir) + "/orgs"})
	if err != nil || len(tree.Diagnostics) > 0 || len(tree.Orgs) != 2 {
		t.Fatal(tree, err)
	}
	commit = r.Commit()
	if err := errors.Join(os.RemoveAll(filepath.Join(r.Dir, "tree")), os.Remove(filepath.Join(r.Dir, "orgs"))); err != nil {
		t.Fatal(err)
	}
	r.Write("orgs/acme.yaml", "name: Acme\ncredentials: ACME\n")
	r.Write("orgs/_defaults.yaml", "settings: { multiFactorAuthRequired: false }\n")
	return r, commit, tree.Orgs
}

// loadHead loads the base HEAD for the tree at a path of the repository.
func loadHead(t *testing.T, r gittest.Repository, path string) (*Base, error) {
	t.Helper()
	env := onDisk(r.Dir)
	return env.LoadBase(t.Context(), &Tree{FileNames: env.newNames(), paths: []string{path}}, "HEAD")
}

// TestLoadBaseFromGit: a commit is read like its checkout, with defaults, acceptances and links. The work tree does not matter.
func TestLoadBaseFromGit(t *testing.T) {
	r, commit, want := newCommitted(t)
	b, err := loadHead(t, r, "orgs")
	if err != nil || b.commit != commit || len(b.orgs) != len(want) {
		t.Fatal(b, err)
	}
	for i, was := range b.orgs {
		if diff := cmp.Diff(want[i].Want, was.Want); diff != "" || was.Name != want[i].Name {
			t.Errorf("%s (-want +got)\n%s", was.Name, diff)
		}
	}
	labs := b.orgs[slices.IndexFunc(b.orgs, func(o *spec.Org) bool { return o.Name == "Labs" })].Acceptances()
	if len(labs) != 1 || labs[0].Reason != "project ended" || labs[0].Place.String() != "tree/orgs/_accepted.yaml:1:3" {
		t.Errorf("the acceptances of Labs are %+v", labs)
	}
}

// TestLoadBaseWithoutThePath: a PATH that the commit does not have has no organizations.
func TestLoadBaseWithoutThePath(t *testing.T) {
	r, _, _ := newCommitted(t)
	if b, err := loadHead(t, r, "new"); err != nil || len(b.orgs) != 0 {
		t.Errorf("got %v, %v", b, err)
	}
}

// TestLoadBaseOfADamagedRepository: a file of the commit that git has lost is an error, not a missing file.
func TestLoadBaseOfADamagedRepository(t *testing.T) {
	r, _, _ := newCommitted(t)
	lost := r.Git("rev-parse", "HEAD:tree/orgs/_defaults.yaml")
	if err := os.Remove(filepath.Join(r.Dir, ".git", "objects", lost[:2], lost[2:])); err != nil {
		t.Fatal(err)
	}
	if b, err := loadHead(t, r, "orgs"); b != nil || err == nil || !strings.HasPrefix(err.Error(), "the base HEAD: git has no blob "+lost) {
		t.Errorf("got %v, %v", b, err)
	}
}

// loadRefs loads an organization for each name/credential/id of a list. Of an id, the list has the last digit.
func loadRefs(t *testing.T, list string) []*spec.Org {
	t.Helper()
	tree := fstest.MapFS{}
	for i, ref := range strings.Fields(list) {
		fields := strings.Split(ref, "/")
		text := "name: " + fields[0] + "\n"
		if fields[1] != "" {
			text += "credentials: " + fields[1] + "\n"
		}
		if fields[2] != "" {
			text += "id: 5f1b0c0d0e0f0a0b0c0d0e0" + fields[2] + "\n"
		}
		tree[string(rune('a'+i))+".yaml"] = &fstest.MapFile{Data: []byte(text)}
	}
	if len(tree) == 0 {
		return nil
	}
	loaded, err := spec.Load(tree, []string{"."})
	if err != nil || spec.Count(loaded.Diagnostics, spec.Error) > 0 {
		t.Fatal(loaded.Diagnostics, err)
	}
	return loaded.Orgs
}

// TestBaseOrganizations checks which organization of the base each organization of the tree was, and which are no longer in the tree.
func TestBaseOrganizations(t *testing.T) {
	for _, row := range []struct{ reason, base, now, was, gone string }{
		{"the id identifies", "Acme//1", "Labs//1", "Acme", ""},
		{"an id is added", "Acme/A/", "Acme/A/1", "Acme", ""},
		{"another id is another organization", "Acme//1", "Acme//2", "-", "Acme"},
		{"the first credential, after a creation", "Acme//", "Acme/A/", "Acme", ""},
		{"another credential", "Acme/A/ Labs/L/", "Labs/M/ Acme/B/", "Labs Acme", ""},
		{"an id and another credential", "Acme/A/", "Acme/B/1", "Acme", ""},
		{"one of two with that name gets another credential", "Acme/A/ Acme/B/", "Acme/A/ Acme/C/", "Acme Acme", ""},
		{"which of the two got which credential is unknown", "Acme/A/ Acme/B/", "Acme/C/ Acme/D/", "- -", "Acme Acme"},
		{"the organization has another name now", "Acme/A/1", "Labs/A/1 Acme/B/", "Acme -", ""},
		{"no organizations yet", "", "Acme//", "-", ""},
	} {
		now := loadRefs(t, row.now)
		b := newBase("commit", loadRefs(t, row.base), now)
		var was, gone []string
		for _, o := range now {
			name := "-"
			if found := b.org(o.OrgRef); found != nil {
				name = found.Name
			}
			was = append(was, name)
		}
		for _, item := range b.leaving(Selection{Orgs: now, IsWhole: true}) {
			gone = append(gone, item.Organization)
		}
		if strings.Join(was, " ") != row.was || strings.Join(gone, " ") != row.gone {
			t.Errorf("%s: they were %v, and %v are gone", row.reason, was, gone)
		}
	}
}
