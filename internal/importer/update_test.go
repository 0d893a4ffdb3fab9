package importer_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/importer"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema"
)

// oldTree is a fleet and a tree of the same organizations.
type oldTree struct {
	*world
	absent *sandbox.Org       // the tree deletes it; nil for none
	only   []int              // organizations of the tree; none: all
	style  map[string]*styler // of each file
}

// newUpdate makes what [checkUpdate] needs.
func newUpdate(t testing.TB, seed uint64) *oldTree {
	t.Helper()
	o := &oldTree{world: &world{maker: newMaker(seed), seed: seed}}
	documents := o.live(t)
	o.disturb()
	for i, org := range o.fleet.Orgs {
		if org.Paying = true; i > 1 && o.absent == nil && o.once(3, "state: absent") {
			o.absent, org.Projects = org, nil // Atlas deletes no organization with projects
		}
	}
	for range 200 {
		o.files, o.style = fstest.MapFS{}, map[string]*styler{}
		o.writeTree(t, documents)
		tree, err := o.env().Load([]string{"orgs"})
		if err != nil {
			t.Fatal(err)
		}
		if spec.Count(tree.Diagnostics, spec.Error) == 0 {
			o.canonize(t)
			o.choose(tree)
			return o
		}
	}
	t.Fatal("no tree is valid")
	return nil
}

// choose makes --only.
func (o *oldTree) choose(tree *reconcile.Tree) {
	if !o.once(4, "--only") {
		return
	}
	for i := range tree.Orgs {
		if o.Chance() {
			o.only = append(o.only, i)
		}
	}
}

// writeTree writes all documents, several in a file.
func (o *oldTree) writeTree(t testing.TB, documents []resource.Fields) {
	files := map[string][]resource.Fields{}
	for i, org := range o.fleet.Orgs[:len(documents)] {
		doc := valid(t, func() resource.Fields { return o.near(documents[i]) })
		if org == o.absent {
			doc = resource.Fields{"name": org.Name, "id": org.ID, "credentials": doc["credentials"], "state": "absent"}
		} else {
			o.know(org, doc)
			o.respell(org, doc)
		}
		name := o.oneOf("orgs/a.yaml", "orgs/team/b.yaml", "orgs/team/c.yml")
		files[name] = append(files[name], doc)
	}
	if len(documents) > 1 && o.once(4, "create") {
		files["orgs/a.yaml"] = append(files["orgs/a.yaml"], o.creation())
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		s := newStyler(o.maker)
		text := s.file(files[name]...)
		o.style[name] = s
		o.put(name, s.dress(text))
	}
	for _, dir := range []string{"orgs", "orgs/team"} {
		if o.once(3, "defaults") {
			defaults := o.defaults(documents[o.IntN(len(documents))])
			for _, org := range o.fleet.Orgs {
				if org != o.absent {
					o.know(org, defaults)
				}
			}
			o.put(dir+"/"+spec.DefaultsFile, newStyler(o.maker).file(defaults))
		}
	}
}

// creation makes a document of an organization that does not exist. The second one pays for it.
func (o *oldTree) creation() resource.Fields {
	payer := o.fleet.Orgs[1]
	owner := slices.IndexFunc(payer.Users, (*sandbox.User).Owns)
	doc := resource.Fields{"name": "New", "credentials": "NEW", "settings": o.Object(resource.Settings.Name),
		"create": resource.Fields{"from": "C1", "ownerId": payer.Users[owner].ID}}
	if o.once(2, "create with a credential") {
		doc["create"].(resource.Fields)["apiKey"] = resource.Fields{"desc": "gitops", "roles": []any{"ORG_OWNER"}}
	}
	if o.Chance() {
		doc["members"] = []any{resource.Fields{"username": "ada@acme.example", "roles": []any{"ORG_OWNER"}}}
	}
	return doc
}

// canonize puts the calm files into canonical form.
func (o *oldTree) canonize(t testing.TB) {
	t.Helper()
	for name, s := range o.style {
		if !s.isCalm {
			continue
		}
		all, _, err := spec.FormatTree(o.files, []string{name})
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v", name, err)
		}
		o.put(name, string(all[0].Is))
		s.chunks = nil
		for i, n := range s.notes { // an item may get a comment from below its dash, so that it is not in a group any more
			s.notes[i].about = n.about[:min(1, len(n.about))]
		}
		o.found["canonical"]++
	}
}

// update is one run of an update.
type update struct {
	tree      *reconcile.Tree
	selection reconcile.Selection
	report    *adopt.Report
	surveyed  []reconcile.Surveyed
}

func (o *oldTree) update(t *testing.T) update {
	t.Helper()
	u := update{tree: o.load(t, "orgs")}
	for i, org := range u.tree.Orgs {
		if len(o.only) == 0 || slices.Contains(o.only, i) {
			u.selection.Orgs = append(u.selection.Orgs, org)
		} else {
			u.selection.Rest = append(u.selection.Rest, org)
		}
	}
	var err error
	run, surveyed := o.plan(t, u)
	u.surveyed = surveyed
	for _, failed := range run.Errors {
		o.found["planned in part"]++
		t.Logf("RUNERR %v", failed)
	}
	env, c := o.connect(t)
	u.report, _, err = importer.Update(t.Context(), env, c, u.tree, u.selection, 4)
	if err != nil {
		t.Fatalf("seed %d: %v\n%s", o.seed, err, o.show())
	}
	if err := importer.Write(env, u.report); err != nil {
		t.Fatal(err)
	}
	return u
}

func (o *oldTree) plan(t *testing.T, u update) (*reconcile.Run, []reconcile.Surveyed) {
	t.Helper()
	_, c := o.connect(t)
	run, surveyed, err := c.Survey(t.Context(), u.tree, u.selection, reconcile.PlanOptions{Parallel: 4})
	if err != nil {
		t.Fatal(err)
	}
	return run, surveyed
}

// checkUpdate checks the laws of an update.
func checkUpdate(t *testing.T, o *oldTree) {
	t.Helper()
	before := o.texts()
	was := map[string]bool{}
	for name := range before {
		was[name] = isCanonical(t, o.files, name)
	}
	old := o.show()
	first := o.update(t)
	o.checkReport(t, first)
	for name := range before {
		if was[name] && !isCanonical(t, o.files, name) {
			all, _, _ := spec.FormatTree(o.files, []string{name})
			t.Errorf("%s was canonical, and is not any more\n%s", name, cmp.Diff(strings.Split(string(all[0].Was), "\n"), strings.Split(string(all[0].Is), "\n")))
		}
	}
	for name, text := range before {
		o.checkLineEnds(t, name, text)
	}
	for name, s := range o.style {
		o.checkNotes(t, name, s)
		o.checkChunks(t, first, name, s)
	}
	if !t.Failed() {
		o.checkAgain(t, first)
	}
	if t.Failed() {
		t.Fatalf("seed %d: %v\n%s", o.seed, o.only, changes(before, o.texts())+"\n=====\n"+old)
	}
}

// checkLineEnds checks that a file with line ends of Windows has no others.
func (o *oldTree) checkLineEnds(t *testing.T, name, before string) {
	t.Helper()
	after := string(o.files[name].Data)
	for _, text := range []string{before, after} {
		if windows := strings.Count(text, "\r\n"); windows != 0 && windows != strings.Count(text, "\n") {
			t.Errorf("%s has different line ends", name)
		}
	}
}

// changes shows the changed files.
func changes(before, after map[string]string) string {
	text := ""
	for _, name := range slices.Sorted(maps.Keys(before)) {
		if before[name] != after[name] {
			text += "-- " + name + " is now --\n" + after[name] + "\n"
		}
	}
	return text
}

// checkReport checks that nothing failed, and that organizations without steps have no edits.
func (o *oldTree) checkReport(t *testing.T, u update) {
	t.Helper()
	for _, org := range u.report.Orgs {
		o.found[string(org.Outcome)]++
		for _, l := range org.Left {
			o.found["left "+string(l.Reason)]++
		}
		if org.Err != nil {
			t.Errorf("%s: %v", org.Name, org.Err)
		}
	}
	for i, org := range u.selection.Orgs {
		if r := reportOf(u, i); len(u.surveyed[i].Planned.Steps) == 0 && r.Outcome != adopt.Same {
			t.Errorf("%s has no steps, but is %s", org.Name, r.Outcome)
		}
	}
}

// reportOf returns the report of a selected organization.
func reportOf(u update, i int) adopt.Org {
	ref := u.surveyed[i].Planned.Ref()
	at := slices.IndexFunc(u.report.Orgs, func(org adopt.Org) bool { return org.OrgRef == ref })
	return u.report.Orgs[at]
}

// checkAgain checks that a plan has only the steps that were left, that the tree manages what it did, and that another update changes
// nothing.
func (o *oldTree) checkAgain(t *testing.T, first update) {
	t.Helper()
	after := o.texts()
	second := o.update(t)
	if !maps.Equal(after, o.texts()) || len(second.report.Files) > 0 {
		t.Errorf("a second update changes a file:\n%s", changes(after, o.texts()))
	}
	for i, org := range first.selection.Orgs {
		left, steps := map[string]bool{}, map[string]bool{}
		for _, l := range reportOf(first, i).Left {
			left[l.Kind+"/"+l.Key] = true
		}
		for _, n := range second.surveyed[i].Planned.Notices {
			if n.About == plan.Rejected { // nobody invites this person again, so there is no step
				delete(left, n.Kind+"/"+n.Key)
			}
		}
		for _, s := range second.surveyed[i].Planned.Steps {
			steps[s.Kind+"/"+s.Key] = true
		}
		if at := reportOf(first, i); len(at.Left) == 1 && at.Left[0].Reason == adopt.Missing {
			continue // all of it is left
		}
		if !maps.Equal(left, steps) {
			t.Errorf("%s: left are %v, but the steps are %v:\n%s", org.Name, left, steps, asJSON(second.surveyed[i].Planned.Steps))
		}
		checkManaged(t, org, second.selection.Orgs[i])
	}
}

// checkManaged checks that the tree manages the same as before.
func checkManaged(t *testing.T, was, is *spec.Org) {
	t.Helper()
	control := func(o *spec.Org) string { return asJSON([]any{o.ID, o.Credentials, o.Additive, o.Delete, o.Create}) }
	if control(was) != control(is) {
		t.Errorf("%s was %s and is %s", was.Name, control(was), control(is))
	}
	for _, k := range resource.Kinds {
		old, new := was.Want[k.Name], is.Want[k.Name]
		if (old == nil) != (new == nil) {
			t.Errorf("%s: %s was managed %t, and is %t", was.Name, k.Name, old != nil, new != nil)
		}
		for _, object := range new {
			before := was.Want.Find(k.Name, object.Key)
			if before == nil {
				if was.Additive[k.Name] {
					t.Errorf("%s: %s/%s is new in an additive list", was.Name, k.Name, object.Key)
				}
				continue
			}
			if shapeOf(k, before.Fields) != shapeOf(k, object.Fields) {
				t.Errorf("%s: %s/%s managed %s and manages %s", was.Name, k.Name, object.Key, shapeOf(k, before.Fields), shapeOf(k, object.Fields))
			}
		}
	}
}

// shapeOf names the fields of an object that the tree manages, and the parts of records. null manages all parts.
func shapeOf(k *resource.Kind, fields resource.Fields) (shape string) {
	for _, field := range slices.Sorted(maps.Keys(fields)) {
		parts := maps.Clone(schema.SectionOf(k.Name).Fields[field].Parts)
		own, isRecord := fields[field].(resource.Fields)
		maps.DeleteFunc(parts, func(part string, _ schema.Field) bool {
			_, isThere := own[part]
			return isRecord && !isThere
		})
		shape += fmt.Sprintf("%s%v ", field, slices.Sorted(maps.Keys(parts)))
	}
	return shape
}

// checkNotes checks that the comments of a file are still there, unless what they are about is gone.
func (o *oldTree) checkNotes(t *testing.T, name string, s *styler) {
	t.Helper()
	text := string(o.files[name].Data)
	roots := yamldata.Parse("", yamldata.NewText([]byte(text))).Documents()
	for _, n := range s.notes {
		isThere, plain := strings.Contains(text, n.text), roots[n.document].Plain()
		mustStay := len(n.about) == 0 || slices.ContainsFunc(n.about, func(path []any) bool { return reaches(plain, path) })
		switch {
		case mustStay && !isThere:
			t.Errorf("%s: the comment %s is gone; it is about %v", name, n.text, n.about)
		case isThere && !mustStay && n.isOwn:
			t.Errorf("%s: the comment %s is still there; it is about %v", name, n.text, n.about)
		case !isThere:
			o.found["comment that is gone"]++
		}
	}
}

// reaches reports whether a value has a part at a path.
func reaches(value any, path []any) bool {
	if len(path) > 0 && path[0] == "x-pieces" {
		return true
	}
	var k *resource.Kind
	if len(path) > 0 {
		k = resource.ByName(path[0].(string))
	}
	for _, step := range path {
		switch step := step.(type) {
		case itemKey:
			items, _ := value.([]any)
			at := slices.IndexFunc(items, func(item any) bool { return keyOf(k, item) == step })
			if at < 0 {
				return false
			}
			value = items[at]
		case string:
			fields, _ := value.(resource.Fields)
			part, isThere := fields[step]
			if !isThere && step != "<<" {
				return false
			}
			value = part
		}
	}
	return true
}

// checkChunks checks that the text of documents and people without steps is still there, in order.
func (o *oldTree) checkChunks(t *testing.T, u update, name string, s *styler) {
	t.Helper()
	text, from, document := string(o.files[name].Data), 0, -1
	stepped := o.steppedIn(u, name)
	for _, c := range s.chunks {
		if c.document != document { // the chunks of people come before that of their document
			document = c.document
			from = 0
		}
		if stepped[c.document][""] && c.kind == "" || stepped[c.document][c.kind+"/"+c.key] && c.kind != "" {
			continue
		}
		want := strings.TrimRight(c.text, "\r\n")
		if c.kind == "" {
			from = 0
		}
		at := strings.Index(text[from:], want)
		if at < 0 {
			t.Errorf("%s: the text of %q %s has changed:\n%s", name, c.kind, c.key, want)
			return
		}
		if c.kind != "" {
			from += at
		}
	}
}

// steppedIn returns what has steps in each document of a file: "" for anything, and the kind and key of each object.
func (o *oldTree) steppedIn(u update, name string) map[int]map[string]bool {
	orgs := slices.DeleteFunc(slices.Clone(u.tree.Orgs), func(org *spec.Org) bool { return org.Start().File != name })
	slices.SortFunc(orgs, func(a, b *spec.Org) int { return a.Start().Compare(b.Start()) })
	all := map[int]map[string]bool{}
	for i, org := range orgs {
		all[i] = map[string]bool{}
		if at := slices.Index(u.selection.Orgs, org); at >= 0 {
			for _, step := range u.surveyed[at].Planned.Steps {
				all[i][""], all[i][step.Kind+"/"+step.Key] = true, true
			}
		}
	}
	return all
}

// TestUpdate has the least cases of what once went wrong.
func TestUpdate(t *testing.T) {
	t.Parallel()
	const head = "name: A\nid: 00000000000000000000000a\n"
	created := "name: New\ncredentials: NEW\ncreate:\n  from: A\n  ownerId: " + sandbox.MadeUpID("person", "o@x.example") + "\n  apiKey: { desc: k, roles: [ORG_OWNER] }\n" +
		"settings: { genAIFeaturesEnabled: true }\nmembers:\n  - { username: p@x.example, roles: [ORG_OWNER] }\n"
	const owner = "  - { username: a@x.example, roles: [ORG_OWNER] }\n"
	team := sandbox.MadeUpID("team", "00000000000000000000000a", "T")
	for _, row := range []struct{ why, live, defaults, before, after, left string }{
		{why: "a canonical file stays canonical: a line becomes too long",
			live:   head + "members:\n" + owner + "  - { username: somebody.with.a.long.name@x.example, roles: [ORG_MEMBER, ORG_BILLING_ADMIN, ORG_BILLING_READ_ONLY, ORG_GROUP_CREATOR] }\n",
			before: head + "members:\n" + owner + "  - { username: somebody.with.a.long.name@x.example, roles: [ORG_MEMBER] }\n",
			after: head + "members:\n" + owner + "  - username: somebody.with.a.long.name@x.example\n" +
				"    roles: [ORG_MEMBER, ORG_BILLING_ADMIN, ORG_BILLING_READ_ONLY, ORG_GROUP_CREATOR]\n"},
		{why: "the value of an anchor goes as soon as its alias is gone",
			live:   head + "members:\n" + owner,
			before: head + "members:\n" + owner + "  - { username: b@x.example, roles: &r [ORG_MEMBER] }\n  - { username: c@x.example, roles: *r }\n",
			after:  head + "members:\n" + owner},
		{why: "null for a record manages all of its parts, and overrides defaults",
			live:     head + "settings: { customSessionTimeouts: { absoluteSessionTimeoutInSeconds: 7200 } }\n",
			defaults: "settings: { customSessionTimeouts: { idleSessionTimeoutInSeconds: 300 } }\n",
			before:   head + "settings:\n  customSessionTimeouts: null\n",
			after:    head + "settings:\n  customSessionTimeouts:\n    absoluteSessionTimeoutInSeconds: 7200\n    idleSessionTimeoutInSeconds: null\n"},
		{why: "an organization that does not exist keeps all that it asks for",
			live:   head + "credentials: A\nmembers: [{ username: o@x.example, roles: [ORG_OWNER] }]\n",
			before: created, after: created, left: "missing organization"},
		{why: "members keep an owner: the only live one is in invitations",
			live:   head + "members: [{ username: a@x.example, roles: [ORG_OWNER] }, { username: b@x.example, roles: [ORG_MEMBER] }]\n",
			before: head + "members:\n  - { username: b@x.example, roles: [ORG_OWNER] }\ninvitations:\n" + owner,
			after:  head + "members:\n  - { username: b@x.example, roles: [ORG_OWNER] }\ninvitations:\n" + owner, left: "invalid members/b@x.example"},
		{why: "one part of a record can be edited, and the other one is an alias",
			live:   head + "settings: { customSessionTimeouts: { absoluteSessionTimeoutInSeconds: 7200, idleSessionTimeoutInSeconds: 600 } }\n",
			before: "x-idle: &idle 300\n" + head + "settings:\n  customSessionTimeouts:\n    absoluteSessionTimeoutInSeconds: 3600\n    idleSessionTimeoutInSeconds: *idle\n",
			after:  "x-idle: &idle 300\n" + head + "settings:\n  customSessionTimeouts:\n    absoluteSessionTimeoutInSeconds: 7200\n    idleSessionTimeoutInSeconds: *idle\n",
			left:   "shared settings"},
		{why: "a map stays whole: one of its values is an alias, and the edit of the other one is taken back",
			live:   head + "members:\n" + owner + "  - { username: b@x.example, roles: [ORG_MEMBER], projects: { P: [GROUP_OWNER], Q: [GROUP_OWNER] } }\n",
			before: head + "x-r: &r [GROUP_READ_ONLY]\nsettings: { genAIFeaturesEnabled: false }\nmembers:\n" + owner + "  - username: b@x.example\n    roles: [ORG_MEMBER]\n    projects:\n      P: [GROUP_READ_ONLY]\n      Q: *r\n",
			after:  head + "x-r: &r [GROUP_READ_ONLY]\nsettings: { genAIFeaturesEnabled: true }\nmembers:\n" + owner + "  - username: b@x.example\n    roles: [ORG_MEMBER]\n    projects:\n      P: [GROUP_READ_ONLY]\n      Q: *r\n",
			left:   "shared members/b@x.example"},
		{why: "a team is listed once, also if the tree has its name and its id",
			live:   head + "members:\n" + owner + "  - { username: b@x.example, roles: [ORG_MEMBER], teams: [T, U] }\n",
			before: head + "members:\n" + owner + "  - { username: b@x.example, roles: [ORG_MEMBER], teams: [T, " + team + "] }\n",
			after:  head + "members:\n" + owner + "  - { username: b@x.example, roles: [ORG_MEMBER], teams: [T, U] }\n"},
		{why: "a part of a record that the tree does not have stays unmanaged",
			live:   head,
			before: head + "settings:\n  customSessionTimeouts: { idleSessionTimeoutInSeconds: 300 }\n",
			after:  head + "settings:\n  customSessionTimeouts: { idleSessionTimeoutInSeconds: null }\n"},
	} {
		t.Run(row.why, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{"orgs/a.yaml": row.before}
			if row.defaults != "" {
				files["orgs/_defaults.yaml"] = row.defaults
			}
			o := &oldTree{world: seeded(t, row.live, files)}
			o.maker = newMaker(0)
			o.fleet.Orgs[0].Paying = true
			left := leftOf(o.update(t).report)
			if diff := cmp.Diff(row.after, string(o.files["orgs/a.yaml"].Data)); diff != "" || left != row.left {
				t.Errorf("left %q, want %q\n%s", left, row.left, diff)
			}
		})
	}
}

// TestUpdateOfChangedTree: if a file changes while Atlas is read, its edits could meet other lines.
func TestUpdateOfChangedTree(t *testing.T) {
	t.Parallel()
	o := &oldTree{world: seeded(t, "name: A\nid: 00000000000000000000000a\n", map[string]string{"orgs/a.yaml": "name: A\nsettings: { genAIFeaturesEnabled: false }\n"})}
	tree := o.load(t, "orgs")
	o.put("orgs/a.yaml", "# a new line\nname: A\nsettings: { genAIFeaturesEnabled: false }\n")
	env, c := o.connect(t)
	_, _, err := importer.Update(t.Context(), env, c, tree, reconcile.Selection{Orgs: tree.Orgs}, 1)
	if want := "the tree changed while Atlas was read, so nothing was written; run the command again"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
