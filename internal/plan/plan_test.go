package plan_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"
	"golang.org/x/tools/txtar"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/spec"
)

var update = flag.Bool("update", false, "rewrite what the stories expect")

const id = "5f1b0c0d0e0f0a0b0c0d0e0f"

// today is when the stories are told.
func today() time.Time { return time.Date(2026, time.November, 22, 8, 0, 0, 0, time.UTC) }

// TestStories makes a plan per story: of want.yaml against live.json, or of orgs.json. The comment of a story says why it is
// told.
func TestStories(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) < 40 {
		t.Fatalf("found %d stories, %v", len(files), err)
	}
	form := planSchema(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) { tell(t, form, file) })
	}
}

// TestStoriesTellAll: every operation of every kind has a story, in all three formats.
func TestStoriesTellAll(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, file := range files {
		story, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(story.Files, func(f txtar.File) bool { return f.Name == "plan.json" })
		var p plan.Plan
		parse(t, string(story.Files[i].Data), &p)
		for _, org := range p.Orgs {
			for _, s := range org.Steps {
				told[s.Kind+" "+string(s.Op)]++
			}
		}
	}
	for _, k := range resource.Kinds {
		for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
			never := k == resource.Settings && op != plan.Update // an organization always has them
			if n := told[k.Name+" "+string(op)]; never != (n == 0) {
				t.Errorf("%d stories %s %s", n, op, k.Name)
			}
		}
	}
}

func tell(t *testing.T, form *jsonschema.Schema, file string) {
	story, err := txtar.ParseFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if len(bytes.TrimSpace(story.Comment)) == 0 {
		t.Error("the story has no reason")
	}
	files := map[string]string{}
	for _, f := range story.Files {
		files[f.Name] = string(f.Data)
	}
	p := storyOf(t, files)
	v := plan.View{Command: "atlas-gitops apply --accept " + p.Digest, Now: today()}
	got := map[string]string{"plan.txt": written(t, p, v.WriteText), "plan.md": written(t, p, v.WriteMarkdown), "plan.json": written(t, p, plan.WriteJSON)}
	checkSaved(t, form, p, got["plan.json"])
	if *update {
		story.Files = slices.DeleteFunc(story.Files, func(f txtar.File) bool { return got[f.Name] != "" })
		for _, name := range []string{"plan.txt", "plan.md", "plan.json"} {
			story.Files = append(story.Files, txtar.File{Name: name, Data: []byte(got[name])})
		}
		if err := os.WriteFile(file, txtar.Format(story), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	for name, text := range got {
		if diff := cmp.Diff(files[name], text); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// storyOf makes the plan of a story: of want.yaml against live.json, or of the organizations in orgs.json.
func storyOf(t *testing.T, files map[string]string) *plan.Plan {
	t.Helper()
	var orgs []plan.Org
	if text, ok := files["orgs.json"]; ok {
		parse(t, text, &orgs)
	} else {
		orgs = []plan.Org{orgOf(t, files["want.yaml"], files["live.json"])}
	}
	p := plan.New(orgs)
	p.Check(3)
	return p
}

func orgOf(t *testing.T, yaml, text string) plan.Org {
	t.Helper()
	tree, err := spec.Load(fstest.MapFS{"orgs/acme.yaml": {Data: []byte(yaml)}}, []string{"orgs"})
	if err != nil || len(tree.Diagnostics) > 0 || len(tree.Orgs) != 1 {
		t.Fatalf("want.yaml: %v %v", tree, err)
	}
	orgs := tree.Orgs
	var live resource.State
	parse(t, text, &live)
	notices := plan.Rejections(live, orgs[0].Want)
	want, more := plan.Lists{Want: orgs[0].Want, Additive: orgs[0].Additive}.Spare(live, orgs[0].Want)
	steps := plan.Diff(resource.Kinds, live, want)
	for i, step := range steps {
		if at, ok := orgs[0].Place(step.Kind, step.Key); ok {
			steps[i].Source = &plan.Source{File: at.File, Line: at.Line}
		}
	}
	return plan.Org{Name: orgs[0].Name, ID: id, Steps: steps, Losses: plan.LossesOf(live, steps), Notices: append(notices, more...)}
}

func parse(t *testing.T, text string, v any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		t.Fatal(err)
	}
}

func written(t *testing.T, p *plan.Plan, write func(io.Writer, *plan.Plan) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestSummary(t *testing.T) {
	change := []plan.Step{{Op: plan.Delete, Kind: "invitations", Key: "a@b.example"}}
	for _, row := range []struct {
		reason string
		orgs   []plan.Org
		want   string
	}{
		{"a fleet of one says so in the singular", []plan.Org{{Name: "A"}}, "No changes. 1 organization matches."},
		{"no change at all", []plan.Org{{Name: "A"}, {Name: "B"}}, "No changes. 2 organizations match."},
		{"what could not be read does not match",
			[]plan.Org{{Name: "A"}, {Name: "B", Error: "401"}},
			"No changes. 1 organization matches.\nNot planned, or not in full, because of errors: 1 organization."},
		{"what nobody looked at is not called unchanged",
			[]plan.Org{{Name: "A", Error: "401"}}, "Not planned, or not in full, because of errors: 1 organization."},
		{"changed organizations are counted among all",
			[]plan.Org{{Name: "A", Steps: change}, {Name: "B"}},
			"Plan: 0 to create, 0 to update, 1 to delete, in 1 of 2 organizations."},
	} {
		if got := plan.New(row.orgs).Summary(); got != row.want {
			t.Errorf("%s: got %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestLossesOfHalf: a plan of which a part is done already loses what it lost at first.
func TestLossesOfHalf(t *testing.T) {
	remove := func(key string) plan.Step { return plan.Step{Op: plan.Delete, Kind: "invitations", Key: key} }
	steps := []plan.Step{{Op: plan.Create, Kind: "invitations", Key: "new"}, remove("a"), remove("b"), remove("c")}
	for reason, keys := range map[string][]string{
		"nothing is done": {"a", "b", "c"}, "the new one is there": {"a", "b", "c", "new"}, "one is gone": {"b", "c"}, "all is done": {"new"},
	} {
		live := resource.State{"invitations": {{Key: "accepted", Settled: true}}}
		for _, key := range keys {
			live["invitations"] = append(live["invitations"], resource.Object{Key: key})
		}
		if got := plan.LossesOf(live, steps).Lists["invitations"]; got != 3 {
			t.Errorf("%s: of %d", reason, got)
		}
	}
}

func TestDigest(t *testing.T) {
	step := plan.Step{Op: plan.Update, Kind: "settings", Before: resource.Fields{"a": true}, After: resource.Fields{"a": nil}}
	digest := func(orgs ...plan.Org) string { return plan.New(orgs).Digest }
	org := func(change func(*plan.Org, *plan.Step)) plan.Org {
		o, s := plan.Org{Name: "A", ID: id}, step
		change(&o, &s)
		o.Steps = []plan.Step{s}
		return o
	}
	base := digest(org(func(*plan.Org, *plan.Step) {}))
	for _, row := range []struct {
		reason string
		same   bool
		change func(*plan.Org, *plan.Step)
	}{
		{"where it is written is not what is done", true, func(_ *plan.Org, s *plan.Step) { s.Source = &plan.Source{File: "x", Line: 1} }},
		{"Atlas's handle is not what is done", true, func(_ *plan.Org, s *plan.Step) { s.ID = "1" }},
		{"another organization", false, func(o *plan.Org, _ *plan.Step) { o.ID = "1" }},
		{"another name", false, func(o *plan.Org, _ *plan.Step) { o.Name = "B" }},
		{"another operation", false, func(_ *plan.Org, s *plan.Step) { s.Op = plan.Create }},
		{"another kind", false, func(_ *plan.Org, s *plan.Step) { s.Kind = "members" }},
		{"another key", false, func(_ *plan.Org, s *plan.Step) { s.Key = "k" }},
		{"another value before", false, func(_ *plan.Org, s *plan.Step) { s.Before = resource.Fields{"a": false} }},
		{"unset is not left alone", false, func(_ *plan.Org, s *plan.Step) { s.After = resource.Fields{} }},
	} {
		if got := digest(org(row.change)); (got == base) != row.same {
			t.Errorf("%s: same digest %v, want %v", row.reason, got == base, row.same)
		}
	}
	if digest(org(func(*plan.Org, *plan.Step) {}), plan.Org{Name: "B"}) != base {
		t.Error("an organization that needs nothing changes the digest")
	}
}

// BenchmarkLargeOrganization is what as many people as fit into one file cost; nothing may grow with their square.
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
	lists := plan.Lists{Want: want}
	for _, row := range []struct {
		name string
		f    func()
	}{
		{"diff", func() { plan.Diff(resource.Kinds, live, want) }},
		{"hands off", func() { lists.Spare(live, want) }},
		{"losses", func() { plan.LossesOf(live, steps) }},
		{"rejections", func() { plan.Rejections(live, want) }},
		{"read", func() { _, _ = plan.ReadJSON(saved.Bytes()) }},
		{"compare", func() { _ = plan.View{}.WriteDifference(io.Discard, p, p); p.IsWithin(p) }},
	} {
		b.Run(row.name, func(b *testing.B) {
			for b.Loop() {
				row.f()
			}
		})
	}
}
