package seed

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/reconcile/reconciletest"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema/schematest"
)

// TestSeedersHaveEveryKind: no kind of a tree is missing in the fleet.
func TestSeedersHaveEveryKind(t *testing.T) {
	var kinds []string
	for _, k := range resource.Kinds {
		kinds = append(kinds, k.Name)
	}
	slices.Sort(kinds)
	if diff := cmp.Diff(kinds, slices.Sorted(maps.Keys(seeders()))); diff != "" {
		t.Errorf("the kinds and the lines of seeders in seed.go differ (-kinds +seeders):\n%s", diff)
	}
}

// FuzzSeed seeds a fleet with a random valid tree, and plans the tree over HTTP: nothing changes, except that what the tree creates is
// created, and what it deletes is deleted.
func FuzzSeed(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		tree, text := load(t, newTree(seed))
		if spec.Count(tree.Diagnostics, spec.Error) > 0 {
			return
		}
		run := planSeeded(t, tree)
		for _, org := range run.Plan.Orgs {
			i := slices.IndexFunc(tree.Orgs, func(o *spec.Org) bool { return o.Credentials == org.Credentials }) // no two share one
			if o := tree.Orgs[i]; o.IsNew() != org.Creates() || o.Delete != (len(org.Steps) == 1 && org.Steps[0].DeletesOrg()) || !o.IsNew() && !o.Delete && len(org.Steps) > 0 {
				t.Errorf("%s\n%s: got the steps %s", text, org.Name, dump(org.Steps))
			}
		}
		if run.HasErrors() {
			t.Errorf("%s\n%v", text, run.Errors)
		}
	})
}

// TestNewTree: most random trees are valid, and together they have everything that a seed must know.
func TestNewTree(t *testing.T) {
	found := map[string]int{}
	for seed := range uint64(200) {
		tree, _ := load(t, newTree(seed))
		for _, o := range tree.Orgs {
			found["new"] += one(o.IsNew())
			found["absent"] += one(o.Delete)
			found["without an id"] += one(o.ID == "")
			for _, k := range resource.Kinds {
				found[k.Name] += len(o.Want[k.Name])
				found["additive "+k.Name] += one(o.Additive[k.Name])
			}
		}
		found["valid"] += one(len(tree.Orgs) > 0)
	}
	want := []string{"valid", "new", "absent", "without an id", "additive members"}
	for _, k := range resource.Kinds {
		want = append(want, k.Name)
	}
	for _, what := range want {
		if found[what] < 20 {
			t.Errorf("%s: %d times in %v", what, found[what], found)
		}
	}
	if found["valid"] < 150 {
		t.Errorf("only %d of 200 trees are valid", found["valid"])
	}
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

func dump(v any) []byte {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return text
}

// load reads a tree from the files in a map. text shows the files.
func load(t *testing.T, files map[string]any) (tree *reconcile.Tree, text string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		document := string(dump(files[name]))
		if yaml, isText := files[name].(string); isText {
			document = yaml
		}
		put(t, filepath.Join(dir, "orgs", name), document)
		text += "-- " + name + " --\n" + document + "\n"
	}
	tree, err := onDisk("").Load([]string{filepath.Join(dir, "orgs")})
	if err != nil {
		t.Fatal(err)
	}
	return tree, text
}

// planSeeded plans a tree over the fleet that it seeds.
func planSeeded(t *testing.T, tree *reconcile.Tree) *reconcile.Run {
	t.Helper()
	fleet, err := Fleet(tree.Orgs, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "fleet.json")
	if _, err := sandbox.Create(file, fleet); err != nil {
		t.Fatal(err)
	}
	env, transport := onDisk(""), &http.Transport{}
	defer transport.CloseIdleConnections()
	env.Transport, env.Now = transport, time.Now
	c, err := env.Connect(t.Context(), reconcile.ConnectOptions{Sandbox: file, Observer: reconciletest.Silent{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	s, err := tree.Select(nil)
	if err != nil {
		t.Fatal(err)
	}
	run, err := c.Plan(t.Context(), tree, s, reconcile.PlanOptions{Limits: plan.Limits{Removals: 1000, TotalRemovals: 1000}, Parallel: 4})
	if err != nil {
		t.Fatal(err)
	}
	return run
}

// treeMaker makes random documents. Most of them are valid.
type treeMaker struct{ schematest.Generator }

// newTree returns the files of a random tree.
func newTree(seed uint64) map[string]any {
	g := treeMaker{schematest.New(seed)}
	files := map[string]any{}
	for i := range 1 + g.IntN(3) {
		files[fmt.Sprintf("org%d.yaml", i)] = g.existing(i)
	}
	if g.Chance() {
		files["new.yaml"] = g.creation()
	}
	if g.Chance() {
		files["absent.yaml"] = resource.Fields{"name": "Acme", "id": id(9), "credentials": "GONE", "state": "absent"}
	}
	if g.IntN(4) == 0 {
		files["_defaults.yaml"] = g.sections(resource.Fields{"settings": g.Object("settings")})
		files["new.yaml"] = resource.Fields{"name": "Last", "credentials": "LAST"}
	}
	return files
}

func id(n int) string { return fmt.Sprintf("%024x", n) }

func (g treeMaker) existing(i int) resource.Fields {
	doc := g.Object(resource.Organization.Name)
	if g.Chance() {
		doc["id"] = id(i)
	}
	if i > 0 || g.Chance() {
		doc["credentials"] = fmt.Sprintf("C%d", i)
	}
	return g.sections(doc)
}

func (g treeMaker) creation() resource.Fields {
	create := resource.Fields{"from": []string{"C0", "C1", "OUTSIDE"}[g.IntN(3)], "ownerId": id(20 + g.IntN(2))}
	if g.Chance() {
		create["federationSettingsId"] = id(30)
	}
	if g.Chance() {
		create["apiKey"] = resource.Fields{"desc": "gitops", "roles": []any{"ORG_OWNER"}}
	}
	doc := resource.Fields{"name": "New", "credentials": "NEW", "create": create, "settings": g.Object("settings"), "invitations": []any{}}
	if g.Chance() { // teams, projects and people without an e-mail address cannot be there yet
		doc["members"] = []any{resource.Fields{"username": "ada@members.example", "roles": []any{"ORG_OWNER"}}}
	}
	return doc
}

// sections adds a random choice of sections. Lists that are managed in full have an owner.
func (g treeMaker) sections(doc resource.Fields) resource.Fields {
	manage := resource.Fields{}
	for _, k := range resource.Kinds {
		switch {
		case k == resource.Organization || g.IntN(3) == 0:
		case k.Key == "":
			doc[k.Name] = g.Object(k.Name)
		default:
			doc[k.Name] = g.list(k)
			manage[k.Name] = []string{"full", "additive"}[g.IntN(2)]
		}
	}
	if people, managed := doc["members"].([]any); managed && manage["members"] == "full" {
		doc["members"] = append(people, resource.Fields{"username": "owner@acme.example", "roles": []any{"ORG_OWNER"}})
	}
	doc["manage"] = manage
	return doc
}

// list makes objects with different keys. No person is in two lists.
func (g treeMaker) list(k *resource.Kind) []any {
	all := []any{}
	seen := map[string]bool{}
	for range g.IntN(5) {
		o := g.Object(k.Name)
		if k.IsPeople() {
			name := []string{"Ada@%s.example", "o'brien+1@%s.example", "zoë@%s.example", "J Doe %s", "漢字\u202f%s", "x\"y%s"}[g.IntN(6)]
			o[k.Key] = fmt.Sprintf(name, k.Name)
		}
		for _, ref := range k.Refs {
			g.addID(o, ref)
		}
		if key := strings.ToLower(fmt.Sprint(o[k.Key])); !seen[key] {
			all, seen[key] = append(all, o), true
		}
	}
	return all
}

// addID adds an id and an odd name to the references of an object, some of the time.
func (g treeMaker) addID(o resource.Fields, ref resource.Ref) {
	names := []string{id(40), "it's \"odd\" ", "é", "Te\u0301am"}
	name := names[g.IntN(len(names))]
	switch refs := o[ref.Field].(type) {
	case []any:
		o[ref.Field] = append(refs, name)
	case resource.Fields:
		refs[name] = []any{"GROUP_OWNER", "GROUP_READ_ONLY"}
	}
}

// TestSeed checks what is in the fleet.
func TestSeed(t *testing.T) {
	const owner = " owner@sandbox.example/ORG_OWNER"
	for _, row := range []struct {
		reason, yaml string
		want         string // each organization: its name, settings, users with status and roles, teams and projects
	}{
		{"an organization needs an owner", "name: A\n", "A:" + owner},
		{"a list that is additive may lack the owner", "name: A\nmanage: {members: additive}\nmembers: [{username: X@a.example, roles: [ORG_MEMBER]}]\n",
			"A: x@a.example/ORG_MEMBER" + owner},
		{"a made-up owner is not a person of the tree", "name: A\ninvitations: [{username: owner@sandbox.example, roles: [ORG_OWNER]}]\n",
			"A: owner@sandbox.example/PENDING/ORG_OWNER owner2@sandbox.example/ORG_OWNER"},
		{"only an e-mail address can have a pending invitation", "name: A\ninvitations: [{username: jdoe, roles: [ORG_OWNER]}]\n", "A: jdoe/ORG_OWNER"},
		{"teams and projects by name and by id, once each", "name: A\nmembers:\n" +
			"- {username: a@a.example, roles: [ORG_OWNER], teams: [T, 00000000000000000000000a], projects: {P: [GROUP_OWNER, GROUP_READ_ONLY]}}\n" +
			"- {username: b@a.example, roles: [ORG_MEMBER, ORG_READ_ONLY], teams: [T], projects: {P: [GROUP_OWNER], Q: [GROUP_OWNER]}}\n",
			"A: a@a.example/ORG_OWNER b@a.example/ORG_MEMBER,ORG_READ_ONLY team:T team:00000000000000000000000a project:P project:Q"},
		{"settings without null, which is unset", "name: A\nsettings: {securityContact: null, genAIFeaturesEnabled: false, " +
			"customSessionTimeouts: {absoluteSessionTimeoutInSeconds: null, idleSessionTimeoutInSeconds: 600}}\n",
			`A: {"customSessionTimeouts":{"idleSessionTimeoutInSeconds":600},"genAIFeaturesEnabled":false}` + owner},
		{"a record of nulls is unset", "name: A\nsettings: {customSessionTimeouts: {absoluteSessionTimeoutInSeconds: null}}\n", "A:" + owner},
		{"a deletion ignores what it inherits", "name: A\nid: 00000000000000000000000a\nstate: absent\n", "A:" + owner},
		{"what does not exist is left out; its payer must exist", "name: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\n",
			"Payer PAY: owner@sandbox.example=00000000000000000000000b/ORG_OWNER"},
		{"the new organization says who its owner is", "name: A\ncredentials: PAY\nmembers:\n- {username: a@a.example, roles: [ORG_OWNER]}\n- {username: b@a.example, roles: [ORG_MEMBER]}\n" +
			"---\nname: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\nmembers: [{username: b@a.example, roles: [ORG_OWNER]}]\n",
			"A: a@a.example/ORG_OWNER b@a.example=00000000000000000000000b/ORG_MEMBER"},
		{"a payer whose members are not in the tree gets the owner", "name: A\ncredentials: PAY\n" +
			"---\nname: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\nmembers: [{username: b@a.example, roles: [ORG_OWNER]}]\n",
			"A: b@a.example=00000000000000000000000b/ORG_OWNER"},
		{"otherwise, one of the payer's owners", "name: A\ncredentials: PAY\nmembers:\n- {username: a@a.example, roles: [ORG_MEMBER]}\n- {username: b@a.example, roles: [ORG_OWNER]}\n" +
			"---\nname: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\n" +
			"---\nname: C\ncredentials: C\ncreate: {from: PAY, ownerId: 00000000000000000000000c}\n" +
			"---\nname: D\ncredentials: D\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\n",
			"A: a@a.example=00000000000000000000000c/ORG_MEMBER b@a.example=00000000000000000000000b/ORG_OWNER"},
		{"a person has the same id everywhere", "name: A\ncredentials: PAY\nmembers: [{username: a@a.example, roles: [ORG_OWNER]}]\n" +
			"---\nname: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\n" +
			"---\nname: C\nmembers: [{username: a@a.example, roles: [ORG_OWNER]}]\n",
			"A: a@a.example=00000000000000000000000b/ORG_OWNER\nC: a@a.example=00000000000000000000000b/ORG_OWNER"},
		{"two people of an organization never have the same id", "name: A\ncredentials: PAY\nmembers: [{username: a@a.example, roles: [ORG_OWNER]}]\n" +
			"---\nname: B\ncredentials: B\ncreate: {from: PAY, ownerId: 00000000000000000000000b}\n" +
			"---\nname: C\ncredentials: PAY2\nmembers: [{username: c@a.example, roles: [ORG_OWNER]}]\n" +
			"---\nname: D\ncredentials: D\ncreate: {from: PAY2, ownerId: 00000000000000000000000b}\n" +
			"---\nname: E\nmembers: [{username: a@a.example, roles: [ORG_OWNER]}, {username: c@a.example, roles: [ORG_OWNER]}]\n",
			"A: a@a.example=00000000000000000000000b/ORG_OWNER\nC: c@a.example=00000000000000000000000b/ORG_OWNER\n" +
				"E: a@a.example=00000000000000000000000b/ORG_OWNER c@a.example/ORG_OWNER"},
	} {
		tree, _ := load(t, map[string]any{"a.yaml": row.yaml})
		if len(tree.Orgs) == 0 {
			t.Fatalf("%s: %v", row.reason, tree.Diagnostics)
		}
		fleet, err := Fleet(tree.Orgs, time.Now())
		if err != nil {
			t.Errorf("%s: %v", row.reason, err)
		} else if got := describe(fleet); got != row.want {
			t.Errorf("%s:\ngot  %s\nwant %s", row.reason, got, row.want)
		}
	}
}

// describe shows a fleet. It leaves out the status of active users, and made-up ids.
func describe(f *sandbox.Fleet) string {
	var lines []string
	for _, o := range f.Orgs {
		line := o.Name + ":"
		if len(o.Settings) > 0 {
			settings, _ := json.Marshal(o.Settings)
			line += " " + string(settings)
		}
		for _, u := range o.Users {
			line += " " + u.Username
			if u.IsActive() && u.ID != sandbox.NewMember(u.Username, nil, time.Now()).ID {
				line += "=" + u.ID
			}
			if !u.IsActive() {
				line += "/" + u.Status
			}
			line += "/" + strings.Join(u.OrgRoles, ",")
		}
		for _, team := range o.Teams {
			line += " team:" + team.Name
		}
		for _, project := range o.Projects {
			line += " project:" + project.Name
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// TestSeedIsStable: the same tree gives the same ids, and a further organization does not change them.
func TestSeedIsStable(t *testing.T) {
	const first = "name: A\ncredentials: A\nmembers: [{username: a@a.example, roles: [ORG_OWNER], teams: [T], projects: {P: [GROUP_OWNER]}}]\n" +
		"invitations: [{username: b@a.example, roles: [ORG_MEMBER]}]\n"
	now := time.Now()
	var fleets []*sandbox.Fleet
	for _, yaml := range []string{first, "name: B\ncredentials: B\n---\n" + first} {
		tree, _ := load(t, map[string]any{"a.yaml": yaml})
		fleet, err := Fleet(tree.Orgs, now)
		if err != nil {
			t.Fatal(err)
		}
		fleets = append(fleets, fleet)
	}
	if diff := cmp.Diff(fleets[0].Orgs[0], fleets[1].Orgs[1]); diff != "" {
		t.Error(diff)
	}
}

// TestSeedRefusesSharedCredentials: no Atlas can have them. An organization that does not exist has no credential yet.
func TestSeedRefusesSharedCredentials(t *testing.T) {
	tree, _ := load(t, map[string]any{"a.yaml": "name: A\n---\nname: B\n---\nname: C\ncredentials: C\n---\nname: D\ncredentials: C\n---\nname: E\ncredentials: C\n---\n" +
		"name: F\ncredentials: F\ncreate: {from: C, ownerId: 00000000000000000000000b}\n"})
	fleet, err := Fleet(tree.Orgs, time.Now())
	const want = `--seed: 2 organizations use the unnamed credential, but a credential belongs to only one organization: A, B; give each its own credentials in the tree, or seed the file of only one
--seed: 3 organizations use credentials: C, but a credential belongs to only one organization: C, D, E; give each its own credentials in the tree, or seed the file of only one`
	if diff := cmp.Diff(want, fmt.Sprint(err)); diff != "" || fleet != nil {
		t.Errorf("%v\n%s", fleet, diff)
	}
}
