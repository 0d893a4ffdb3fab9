package importer_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/adopt"
	"atlas-gitops/internal/importer"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema"
)

// FuzzImport makes a fleet, a tree and options from a seed, and checks the laws of an import: of new files, or of an update.
func FuzzImport(f *testing.F) {
	for seed := range uint64(10) { // TestLaws has many more
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { checkSeed(t, seed) })
}

// TestLaws checks the laws with many seeds. They reach every case, and imports have every outcome. The race detector makes this seven times
// slower, so that it gets only a part of the seeds.
func TestLaws(t *testing.T) {
	t.Parallel()
	seeds := uint64(1000)
	if isRace {
		seeds = 100
	}
	var mu sync.Mutex
	found := map[string]int{}
	t.Run("seeds", func(t *testing.T) {
		for seed := range seeds {
			t.Run(fmt.Sprint(seed), func(t *testing.T) {
				t.Parallel()
				w := checkSeed(t, seed)
				mu.Lock()
				defer mu.Unlock()
				for what, n := range w.found {
					found[what] += n
				}
			})
		}
	})
	if !isRace {
		checkFound(t, found)
	}
}

func checkFound(t *testing.T, found map[string]int) {
	t.Helper()
	want := strings.Split("--only,BOM,CRLF,INVITATION_EXPIRED,INVITATION_REJECTED,NFD,PENDING,alias,anchor,brackets,brackets over several lines,calm,canonical,"+
		"comment at the end,comment in brackets,comment that is gone,create,create with a credential,defaults,empty value,explicit key,"+
		"id instead of a name,in the tree,in-tree,invalid live value,invitation to a project,invited again,left expired,left invalid,left missing,"+
		"left rejected,left shared,left unreadable,list in defaults,list that is not indented,merge key,no line end,organizations of equal names,"+
		"other case,part that is null,pieces,planned in part,projects of equal names,quotes,reader,rename,same,setting that is empty,setting that is null,"+
		"state: absent,teams of equal names,two credentials,unknown role,unknown setting,written", ",")
	for _, k := range resource.Kinds[1:] { // the organization itself is in every tree
		want = append(want, k.Name)
	}
	if found["refused"] > 20 {
		t.Errorf("%d fleets were not imported", found["refused"])
	}
	for _, what := range want {
		if found[what] < 25 {
			t.Errorf("%s: %d times in %v", what, found[what], found)
		}
	}
}

// checkSeed checks the laws of an import of new files, or of an update.
func checkSeed(t *testing.T, seed uint64) *world {
	t.Helper()
	if seed%2 == 0 {
		n := newImport(t, seed)
		checkNew(t, n)
		return n.world
	}
	o := newUpdate(t, seed)
	checkUpdate(t, o)
	return o.world
}

// newTree is a fleet, a tree with some of its organizations, and options.
type newTree struct {
	*world
	options importer.Options
}

// newImport makes what [checkNew] needs.
func newImport(t testing.TB, seed uint64) *newTree {
	t.Helper()
	n := &newTree{world: &world{maker: newMaker(seed), files: fstest.MapFS{}, seed: seed}}
	documents := n.live(t)
	n.disturb()
	n.writeExisting(t, documents)
	n.lend()
	n.options = importer.Options{Dir: n.oneOf("orgs", "orgs/team", "new"), Common: n.Chance(), Parallel: 1 + n.IntN(4)}
	if n.Chance() {
		n.options.Sections = n.sampleOf(adopt.Sections())
	}
	if n.env().Exists("orgs") && n.Chance() {
		n.options.Paths = []string{"orgs"}
	}
	n.writeDefaults(t, documents)
	for _, o := range n.fleet.Orgs {
		if n.once(4, "--only") {
			n.options.Only = append(n.options.Only, n.oneOf(o.Name, o.ID))
		}
	}
	return n
}

// writeExisting writes files of organizations that the tree has already, and gives some organizations names that are alike.
func (n *newTree) writeExisting(t testing.TB, documents []resource.Fields) {
	for i, doc := range documents {
		o := n.fleet.Orgs[i]
		if !n.once(3, "in the tree") {
			if i > 0 && n.once(6, "organizations of equal names") {
				o.Name = n.fleet.Orgs[0].Name
			}
			continue
		}
		n.know(o, doc)
		doc = valid(t, func() resource.Fields { return n.near(doc) })
		if n.know(o, doc); doc["id"] != nil {
			n.respell(o, doc)
		}
		n.put(n.oneOf("orgs", "orgs/team", "new")+fmt.Sprintf("/acme%d.yaml", i), newStyler(n.maker).file(doc))
	}
}

// writeDefaults writes defaults for the directory of the new files, and for the directories above it.
func (n *newTree) writeDefaults(t testing.TB, documents []resource.Fields) {
	for dir := n.options.Dir; dir != "."; dir = path.Dir(dir) {
		if !n.once(4, "defaults") {
			continue
		}
		defaults := valid(t, func() resource.Fields {
			doc := n.defaults(documents[n.IntN(len(documents))])
			doc["name"] = "A"
			return doc
		})
		delete(defaults, "name")
		for _, o := range n.fleet.Orgs {
			if n.IntN(4) > 0 {
				n.know(o, defaults)
			}
		}
		n.put(dir+"/"+spec.DefaultsFile, newStyler(n.maker).file(defaults))
	}
}

// paths returns the PATHs of the tree with the new files that have organizations.
func (n *newTree) paths() (paths []string, hasTree bool) {
	for _, dir := range []string{"orgs", "new"} {
		isFull := func(name string) bool {
			return strings.HasPrefix(name, dir+"/") && path.Base(name) != spec.DefaultsFile
		}
		isTree := dir == "orgs" || strings.HasPrefix(n.options.Dir, dir)
		if isTree && slices.ContainsFunc(slices.Collect(maps.Keys(n.files)), isFull) {
			paths = append(paths, dir)
		}
	}
	return paths, len(paths) > 0
}

// checkNew checks the laws of new files.
func checkNew(t *testing.T, n *newTree) {
	t.Helper()
	before, was := n.texts(), map[string]string{}
	if paths, hasTree := n.paths(); hasTree {
		tree, err := n.env().Load(paths)
		if err != nil {
			t.Fatal(err)
		}
		if spec.Count(tree.Diagnostics, spec.Error) > 0 {
			n.found["refused"]++ // there is nothing to import into
			return
		}
		was = n.plans(t, tree)
	}
	report := n.run(t)
	if report == nil {
		return
	}
	n.checkFiles(t, report, before)
	if paths, hasTree := n.paths(); hasTree && !t.Failed() {
		n.checkPlans(t, report, n.load(t, paths...), was)
		if again := n.run(t); len(again.Files) > 0 || again.Schema != nil {
			t.Errorf("a second import writes %d files", len(again.Files))
		}
	}
	if t.Failed() {
		t.Fatalf("seed %d: %+v\n%s", n.seed, n.options, n.show())
	}
}

// show shows the files, and what the credentials of the fleet see.
func (w *world) show() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(w.files)) {
		if name != "organization.schema.json" {
			fmt.Fprintf(&b, "-- %s --\n%s\n", name, w.files[name].Data)
		}
	}
	return b.String() + asJSON(w.fleet.Orgs) + asJSON(w.fleet.Credentials)
}

// run imports, and writes the files. It returns nil if the tree cannot have new files, because defaults of several directories contradict
// each other.
func (n *newTree) run(t *testing.T) *adopt.Report {
	t.Helper()
	env, c := n.connect(t)
	report, err := importer.New(t.Context(), env, c, n.options)
	if wrong := (*importer.TreeError)(nil); errors.As(err, &wrong) {
		for _, d := range wrong.Tree.Diagnostics {
			if d.Severity == spec.Error && path.Base(d.File) != spec.DefaultsFile {
				t.Errorf("%s: %s", d.Place, d.Message)
			}
		}
		n.found["refused"]++
		return nil
	}
	if err != nil {
		t.Fatalf("seed %d: %v\n%+v\n%s", n.seed, err, n.options, n.show())
	}
	if err := importer.Write(env, report); err != nil {
		t.Fatal(err)
	}
	for _, o := range report.Orgs {
		n.found[string(o.Outcome)]++
		for _, l := range o.Left {
			n.found["left "+string(l.Reason)]++
		}
		if o.Err != nil {
			t.Errorf("%s: %v", o.Name, o.Err)
		}
	}
	return report
}

// checkFiles checks that the new files are valid and canonical, and that no other file has changed.
func (n *newTree) checkFiles(t *testing.T, r *adopt.Report, before map[string]string) {
	t.Helper()
	for name, text := range before {
		if string(n.files[name].Data) != text {
			t.Errorf("%s has changed", name)
		}
	}
	for _, f := range r.Files {
		if _, isOld := before[f.Path]; isOld || f.Was != nil {
			t.Errorf("%s is not new", f.Name)
		}
		if !isCanonical(t, n.files, f.Path) {
			t.Errorf("%s is not canonical", f.Name)
		}
	}
}

// plans returns the plan of each organization of a tree, by its key.
func (w *world) plans(t *testing.T, tree *reconcile.Tree) map[string]string {
	t.Helper()
	all := map[string]string{}
	_, surveyed := w.survey(t, tree)
	for i, o := range tree.Orgs {
		all[asJSON(o.OrgRef)] = asJSON([]any{surveyed[i].Planned.Steps, surveyed[i].Planned.Error != ""})
	}
	return all
}

// checkPlans checks that the new organizations have no steps and everything that is live, and that the others are planned as before.
func (n *newTree) checkPlans(t *testing.T, r *adopt.Report, tree *reconcile.Tree, was map[string]string) {
	t.Helper()
	_, surveyed := n.survey(t, tree)
	for i, o := range tree.Orgs {
		planned := surveyed[i].Planned
		if text, isOld := was[asJSON(o.OrgRef)]; isOld {
			if now := asJSON([]any{planned.Steps, planned.Error != ""}); now != text {
				t.Errorf("%s was planned\n%s\nand is now\n%s", o.Name, text, now)
			}
			continue
		}
		at := slices.IndexFunc(r.Orgs, func(one adopt.Org) bool { return one.ID == o.ID && one.Outcome == adopt.Written })
		if at < 0 {
			t.Errorf("the report does not have %s", o.Name)
			continue
		}
		planned.Steps = slices.DeleteFunc(planned.Steps, func(s plan.Step) bool { // what the report says was left
			return adopt.IsInherited(s) && slices.ContainsFunc(r.Orgs[at].Left, func(l adopt.Left) bool { return l.Reason == adopt.Invalid && l.Kind == s.Kind })
		})
		isPartial := slices.ContainsFunc(r.Orgs[at].Left, func(l adopt.Left) bool { return l.Reason == adopt.Unreadable })
		if len(planned.Steps) > 0 || planned.Error != "" && !isPartial {
			t.Errorf("%s: a plan has steps: %s %s", o.Name, asJSON(planned.Steps), planned.Error)
		}
		n.checkWhole(t, r.Orgs[at].Left, o, surveyed[i].State)
	}
}

// checkWhole checks that a new organization describes all that is live in its sections.
func (n *newTree) checkWhole(t *testing.T, left []adopt.Left, o *spec.Org, live resource.State) {
	t.Helper()
	sections := n.options.Sections
	if len(sections) == 0 {
		sections = adopt.DefaultSections()
	}
	for kind, objects := range live {
		k := resource.ByName(kind)
		isInvalid := slices.ContainsFunc(left, func(l adopt.Left) bool { return l.Reason == adopt.Invalid && l.Kind == kind })
		if isInvalid || !slices.Contains(sections, kind) {
			continue
		}
		for _, object := range objects {
			switch own := o.Want.Find(kind, object.Key); {
			case own == nil && k.PresenceOf(object).CanChange() && !isListed(o, object.Key):
				t.Errorf("%s lacks %s %s", o.Name, kind, object.Key)
			case own != nil:
				checkFields(t, k, o, *own, object)
			}
		}
	}
}

func isListed(o *spec.Org, key string) bool {
	return slices.ContainsFunc(lists(), func(k *resource.Kind) bool { return k.IsPeople() && o.Want.Find(k.Name, key) != nil })
}

func checkFields(t *testing.T, k *resource.Kind, o *spec.Org, own, live resource.Object) {
	t.Helper()
	for field, f := range schema.SectionOf(k.Name).Fields {
		if value := live.Fields[field]; !f.IsControl && !plain.Equal(value, nil) && own.Fields[field] == nil {
			t.Errorf("%s lacks %s of %s %s: %v", o.Name, field, k.Name, own.Key, value)
		}
	}
}

// newRow is an import of one organization.
type newRow struct {
	why, live string
	files     map[string]string
	dir       string
	want      string // the new file of the organization, without the first line; "" for none
	left      string
	setting   string // a live one that is 1
	isEmpty   bool   // the live organization has no people
	rejected  bool   // everybody but the owners rejected the invitation
	hidden    bool   // the credential does not see a project in which somebody has a role
}

// TestNew has the least cases of what once went wrong.
func TestNew(t *testing.T) {
	t.Parallel()
	for _, row := range []newRow{
		{why: "a directory that has only defaults does not hide the rest of the tree", live: "name: A\nid: 00000000000000000000000a\n", dir: "new",
			files: map[string]string{"orgs/a.yaml": "name: A\n", "new/_defaults.yaml": "settings: { genAIFeaturesEnabled: true }\n"}},
		{why: "an inherited value that is unset in Atlas, and cannot be null", live: "name: A\nid: 00000000000000000000000a\n", dir: "orgs",
			files: map[string]string{"orgs/_defaults.yaml": "settings: { maxServiceAccountSecretValidityInHours: 8 }\n"},
			want: `name: A
id: 00000000000000000000000a
settings:
  apiAccessListRequired: false
  genAIFeaturesEnabled: true
  multiFactorAuthRequired: false
  restrictEmployeeAccess: false
  streamsCrossGroupEnabled: false
members:
  - { username: owner@sandbox.example, roles: [ORG_OWNER] }
`, left: "invalid settings"},
		{why: "a live value that the schema does not allow", dir: "orgs",
			live:  "name: A\nid: 00000000000000000000000a\nsettings: { operationsContact: a@x.example }\nmembers: [{ username: a@x.example, roles: [ORG_OWNER] }]\n",
			files: map[string]string{"orgs/_defaults.yaml": flags}, setting: "maxServiceAccountSecretValidityInHours",
			want: "name: A\nid: 00000000000000000000000a\nsettings:\n  operationsContact: a@x.example\nmembers:\n  - { username: a@x.example, roles: [ORG_OWNER] }\n",
			left: "invalid settings"},
		{why: "members without an owner: the tree cannot list them in full", dir: "orgs", isEmpty: true,
			live: "name: A\nid: 00000000000000000000000a\n", files: map[string]string{"orgs/_defaults.yaml": flags},
			want: "name: A\nid: 00000000000000000000000a\n", left: "invalid members"},
		{why: "a project that the credential does not see: the tree cannot refer to it", dir: "orgs", hidden: true,
			live: "name: A\nid: 00000000000000000000000a\n", files: map[string]string{"orgs/_defaults.yaml": flags},
			want: "name: A\nid: 00000000000000000000000a\n", left: "invalid members"},
		{why: "members that the tree cannot have, and that the file would inherit", dir: "orgs", hidden: true,
			live:  "name: A\nid: 00000000000000000000000a\n",
			files: map[string]string{"orgs/_defaults.yaml": flags + "members: [{ username: a@x.example, roles: [ORG_OWNER] }]\n"},
			left: "there is no project \"00000000000000000000000b\"; without members, the new file would inherit those of the defaults; " +
				"choose a --dir without them"},
		{why: "defaults whose members have no owner, because each organization has its own members", dir: "orgs",
			live:  "name: A\nid: 00000000000000000000000a\nmembers: [{ username: a@x.example, roles: [ORG_OWNER] }]\n",
			files: map[string]string{"orgs/_defaults.yaml": flags + "members: [{ username: b@x.example, roles: [ORG_MEMBER] }]\n"},
			want:  "name: A\nid: 00000000000000000000000a\nmembers:\n  - { username: a@x.example, roles: [ORG_OWNER] }\n"},
		{why: "an inherited null that is unset in Atlas is not repeated", dir: "orgs", isEmpty: true,
			live:  "name: A\nid: 00000000000000000000000a\n",
			files: map[string]string{"orgs/_defaults.yaml": strings.Replace(flags, "}", ", customSessionTimeouts: null }", 1) + "members: []\nmanage: { members: additive }\n"},
			want:  "name: A\nid: 00000000000000000000000a\n"},
		{why: "who rejected the invitation is named, although the list is inherited as it is", dir: "orgs", rejected: true,
			live:  "name: A\nid: 00000000000000000000000a\nmembers: [{ username: a@x.example, roles: [ORG_OWNER] }]\ninvitations: [{ username: c@x.example, roles: [ORG_MEMBER] }]\n",
			files: map[string]string{"orgs/_defaults.yaml": flags + "members: [{ username: a@x.example, roles: [ORG_OWNER] }]\n"},
			want:  "name: A\nid: 00000000000000000000000a\n", left: "rejected members/c@x.example"},
		{why: "a directory that the tree skips", dir: "orgs/.new", live: "name: A\nid: 00000000000000000000000a\n",
			files: map[string]string{"orgs/b.yaml": "name: B\n"},
			left:  "the tree would not have the new file orgs/.new/a.yaml: names that start with a dot are skipped; choose another --dir"},
		{why: "a person is never in both members and inherited invitations", dir: "orgs",
			live:  "name: A\nid: 00000000000000000000000a\nsettings: {}\nmembers: [{ username: a@x.example, roles: [ORG_OWNER] }]\n",
			files: map[string]string{"orgs/_defaults.yaml": flags + "invitations: [{ username: a@x.example, roles: [ORG_OWNER] }]\n"},
			want:  "name: A\nid: 00000000000000000000000a\ninvitations: []\nmembers:\n  - { username: a@x.example, roles: [ORG_OWNER] }\n"},
		{why: "somebody whom inherited invitations leave alone is a member", dir: "orgs",
			live:  "name: A\nid: 00000000000000000000000a\ninvitations: [{ username: a@x.example, roles: [ORG_OWNER] }]\n",
			files: map[string]string{"orgs/_defaults.yaml": flags + "invitations: []\nmanage: { invitations: additive }\n"},
			want: "name: A\nid: 00000000000000000000000a\nmembers:\n  - { username: a@x.example, roles: [ORG_OWNER] }\n" +
				"  - { username: owner@sandbox.example, roles: [ORG_OWNER] }\n"},
	} {
		t.Run(row.why, func(t *testing.T) { row.check(t) })
	}
}

// flags are defaults with the settings of every organization that has no own ones.
const flags = "settings: { apiAccessListRequired: false, genAIFeaturesEnabled: true, multiFactorAuthRequired: false, restrictEmployeeAccess: false, streamsCrossGroupEnabled: false }\n"

func (row newRow) check(t *testing.T) {
	w := seeded(t, row.live, row.files)
	if row.setting != "" {
		w.fleet.Orgs[0].Settings[row.setting] = json.Number("1")
	}
	if row.hidden {
		w.fleet.Orgs[0].Users[0].GroupRoles = []sandbox.GroupRoles{{GroupID: "00000000000000000000000b", Roles: []string{"GROUP_OWNER"}}}
	}
	for _, u := range w.fleet.Orgs[0].Users {
		if row.rejected && !u.Owns() {
			u.Status = "INVITATION_REJECTED"
		}
	}
	if row.isEmpty {
		w.fleet.Orgs[0].Users = nil
	}
	env, c := w.connect(t)
	report, err := importer.New(t.Context(), env, c, importer.Options{Dir: row.dir, Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	got := ""
	for _, f := range report.Files {
		_, text, _ := strings.Cut(string(f.Is), "\n")
		got += text
	}
	if (report.Schema != nil) != (row.want != "") {
		t.Errorf("the schema %v is for new files only", report.Schema)
	}
	if diff := cmp.Diff(row.want, got); diff != "" || leftOf(report) != row.left {
		t.Errorf("left %q, want %q\n%s", leftOf(report), row.left, diff)
	}
}

// TestNewRefuses: a directory that is a file cannot have new files.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	w := seeded(t, "name: A\n", map[string]string{"file.yaml": "name: B\n"})
	env, c := w.connect(t)
	_, err := importer.New(t.Context(), env, c, importer.Options{Dir: "file.yaml", Parallel: 1})
	if want := "--dir file.yaml: it is a file; name a directory"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// leftOf names what was left, and errors.
func leftOf(r *adopt.Report) string {
	var all []string
	for _, o := range r.Orgs {
		for _, l := range o.Left {
			all = append(all, strings.TrimSuffix(fmt.Sprintf("%s %s/%s", l.Reason, l.Kind, l.Key), "/"))
		}
		if o.Err != nil {
			all = append(all, o.Err.Error())
		}
	}
	return strings.Join(all, ", ")
}

// TestRequests: an import sends no more requests than a plan of the tree that it writes, without ids.
func TestRequests(t *testing.T) {
	t.Parallel()
	const live = `name: %s
credentials: %[1]s
settings: { operationsContact: a@x.example }
members:
  - { username: a@x.example, roles: [ORG_OWNER], teams: [T], projects: { P: [GROUP_OWNER] } }
  - { username: b@x.example, roles: [ORG_MEMBER] }
invitations:
  - { username: c@x.example, roles: [ORG_MEMBER], teams: [U] }
`
	all := fmt.Sprintf(live, "A") + "---\n" + fmt.Sprintf(live, "B") + "---\n" + fmt.Sprintf(live, "C")
	for _, sections := range [][]string{nil, {"settings"}, {"members"}, {"settings", "invitations", "members"}} {
		w := seeded(t, all, nil)
		env, c := w.connect(t)
		report, err := importer.New(t.Context(), env, c, importer.Options{Dir: "orgs", Sections: sections, Parallel: 3})
		if err != nil || len(report.Files) != 3 {
			t.Fatalf("%v: %d files, %v", sections, len(report.Files), err)
		}
		imported := w.requests.Load()
		for _, f := range report.Files {
			w.put(f.Path, regexp.MustCompile(`(?m)^id: .*\n`).ReplaceAllString(string(f.Is), ""))
		}
		if run, _ := w.survey(t, w.load(t, "orgs")); run.HasErrors() || imported > w.requests.Load() {
			t.Errorf("%v: %d requests, but a plan needs %d; %v", sections, imported, w.requests.Load(), run.Errors)
		}
	}
}
