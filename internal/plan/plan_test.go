package plan_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/render"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

// story is a file of testdata. Its comment says what it shows.
type story struct {
	file  string
	text  *txtar.Archive
	given map[string]string
}

func readStories(t *testing.T) (all []story) {
	t.Helper()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("found %d stories, %v", len(files), err)
	}
	for _, file := range files {
		text, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		s := story{file, text, map[string]string{}}
		for _, f := range text.Files {
			s.given[f.Name] = string(f.Data)
		}
		all = append(all, s)
	}
	return all
}

func (s story) name() string { return strings.TrimSuffix(filepath.Base(s.file), ".txtar") }

// isShown reports whether the story also has the plan as text and Markdown. Such stories are few, and test package render.
func (s story) isShown() bool { return s.given["plan.txt"]+s.given["plan.md"] != "" }

// TestStories makes a plan for each story: from want.yaml and live.json, or from the organizations in orgs.json. A story with base.yaml
// also compares want.yaml with that base tree; the file review.json has review items. Each story has the
// plan as plan.json; a few also have plan.txt and plan.md. The file "against" names what the tree was compared with instead of
// Atlas, and accepted.json has acceptances by organization. The test compares, and -update rewrites, only those golden files that a story has.
func TestStories(t *testing.T) {
	form := planSchema(t)
	for _, s := range readStories(t) {
		t.Run(s.name(), func(t *testing.T) { s.check(t, form) })
	}
}

func (s story) check(t *testing.T, form *jsonschema.Schema) {
	if len(bytes.TrimSpace(s.text.Comment)) == 0 {
		t.Error("the story has no comment that says what it shows")
	}
	if _, has := s.given["plan.json"]; !has {
		t.Error("the story has no plan.json")
	}
	p := s.plan(t)
	v := s.view(p)
	got := map[string]string{"plan.txt": written(t, p, v.WritePlan), "plan.md": written(t, p, v.WritePlanMarkdown), "plan.json": written(t, p, plan.WriteJSON)}
	checkSaved(t, form, p, got["plan.json"])
	for i, f := range s.text.Files {
		text, isGolden := got[f.Name]
		if diff := cmp.Diff(string(f.Data), text); isGolden && diff != "" && !*update {
			t.Errorf("%s (-want +got; -update accepts it):\n%s", f.Name, diff)
		} else if isGolden {
			s.text.Files[i].Data = []byte(text)
		}
	}
	if *update {
		if err := os.WriteFile(s.file, txtar.Format(s.text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// plan returns the plan of a story.
func (s story) plan(t *testing.T) *plan.Plan {
	t.Helper()
	var orgs []plan.Org
	if text, ok := s.given["orgs.json"]; ok {
		parse(t, text, &orgs)
	} else {
		orgs = []plan.Org{s.org(t)}
	}
	for i, org := range orgs {
		for line := range strings.Lines(org.Error) {
			line = strings.TrimSuffix(line, "\n")
			orgs[i].Problems = append(orgs[i].Problems, plan.Problem{Message: line, Common: line})
		}
	}
	var accepted map[string][]plan.Acceptance
	if text, ok := s.given["accepted.json"]; ok {
		parse(t, text, &accepted)
	}
	p := plan.New(orgs)
	if text, ok := s.given["review.json"]; ok {
		parse(t, text, &p.Review)
	}
	for _, org := range p.Orgs {
		p.Review = append(p.Review, org.Review...)
	}
	p.Check(plan.Limits{Removals: 3, TotalRemovals: 10}, func(o plan.Org) []plan.Acceptance { return accepted[o.Name] })
	return p
}

// view returns the view in which the story shows the plan.
func (s story) view(p *plan.Plan) render.View {
	if against, ok := s.given["against"]; ok {
		return render.View{ComparedWith: strings.TrimSpace(against), Now: today()}
	}
	return render.View{Command: "atlas-gitops apply --accept " + p.Digest, Now: today()}
}

// org plans want.yaml, with _defaults.yaml if the story has that file.
func (s story) org(t *testing.T) plan.Org {
	t.Helper()
	want := s.tree(t, "want.yaml")
	var live resource.State
	parse(t, s.given["live.json"], &live)
	notices := plan.Rejections(live, want.Want)
	kept, more := plan.Lists{Want: want.Want, Additive: want.Additive}.HandsOff(live, want.Want)
	steps := plan.Diff(resource.Kinds, live, kept)
	reconcile.AddSources(want, steps)
	org := plan.Org{Name: want.Name, ID: id, Steps: steps, Baseline: plan.BaselineOf(live, steps), Notices: slices.Concat(notices, more, plan.UnmanagedNotice(want.Desired), plan.LookalikeNotices(steps))}
	if _, ok := s.given["base.yaml"]; ok {
		base := s.tree(t, "base.yaml")
		org.Review = plan.Review(&base.Desired, want.Desired, live)
		reconcile.AddReviewSources(base, want, &org)
	}
	return org
}

// tree returns the organization in a file of the story.
func (s story) tree(t *testing.T, file string) *spec.Org {
	t.Helper()
	files := fstest.MapFS{"orgs/acme.yaml": {Data: []byte(s.given[file])}}
	if defaults, ok := s.given["_defaults.yaml"]; ok {
		files["orgs/_defaults.yaml"] = &fstest.MapFile{Data: []byte(defaults)}
	}
	tree, err := spec.Load(files, []string{"orgs"})
	if err != nil || len(tree.Orgs) != 1 {
		t.Fatalf("%s: %v %v", file, tree, err)
	}
	return tree.Orgs[0]
}

// TestStoriesCoverOrganizations: each operation on an organization has a story here. The contract suite has the operations on other kinds. No
// story has an operation that a kind does not have.
func TestStoriesCoverOrganizations(t *testing.T) {
	found := map[string]int{}
	for _, s := range readStories(t) {
		for _, org := range s.plan(t).Orgs {
			for _, step := range org.Steps {
				found[step.Kind+" "+string(step.Op)]++
			}
		}
	}
	for _, k := range resource.Kinds {
		for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
			n, can := found[k.Name+" "+string(op)], k.Can(string(op))
			if n > 0 && !can || n == 0 && can && k == resource.Organization {
				t.Errorf("%d stories %s %s; the kind has the operation: %t", n, op, k.Name, can)
			}
		}
	}
}

// BenchmarkLargeOrganization plans as many people as fit into one file. No part may grow with the square of their number.
func BenchmarkLargeOrganization(b *testing.B) {
	const people = 40_000
	live, want := resource.State{}, resource.State{}
	for i := range people {
		key := fmt.Sprintf("user%d@acme.example", i)
		live["members"] = append(live["members"], resource.Object{Key: key, ID: fmt.Sprint(i), Fields: resource.Fields{"status": "ACTIVE", "roles": []any{"ORG_MEMBER"}}})
		if i%2 == 0 {
			want["members"] = append(want["members"], resource.Object{Key: key, Fields: resource.Fields{"roles": []any{"ORG_OWNER"}}})
		}
	}
	steps := plan.Diff(resource.Kinds, live, want)
	p := plan.New([]plan.Org{{Name: "Acme", ID: "5f1b0c0d0e0f0a0b0c0d0e0f", Steps: steps}})
	var saved bytes.Buffer
	if err := plan.WriteJSON(&saved, p); err != nil || len(steps) != people {
		b.Fatal(len(steps), err)
	}
	lists, additive := plan.Lists{Want: want}, plan.Lists{Want: want, Additive: map[string]bool{"members": true}}
	for _, row := range []struct {
		name string
		f    func()
	}{
		{"diff", func() { plan.Diff(resource.Kinds, live, want) }},
		{"hands off", func() { lists.HandsOff(live, want) }},
		{"hands off an additive list", func() { additive.HandsOff(live, want) }},
		{"baseline", func() { plan.BaselineOf(live, steps) }},
		{"rejections", func() { plan.Rejections(live, want) }},
		{"read", func() { _, _ = plan.ReadJSON(saved.Bytes()) }},
		{"compare", func() { plan.Compare(p, p); p.IsWithin(p) }},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				row.f()
			}
		})
	}
}
