package importer_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"golang.org/x/text/unicode/norm"

	"atlas-gitops/internal/reconcile"
	"atlas-gitops/internal/reconcile/reconciletest"
	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/seed"
	"atlas-gitops/internal/spec"
	"atlas-gitops/internal/yamldata"
	"atlas-gitops/schema/schematest"
)

// world has a fleet and the files of a tree, all in memory.
type world struct {
	*maker
	fleet *sandbox.Fleet
	files fstest.MapFS
	seed  uint64

	requests atomic.Int64 // of the last connection
}

// counter counts requests.
type counter struct {
	http.RoundTripper
	n *atomic.Int64
}

func (c *counter) RoundTrip(r *http.Request) (*http.Response, error) {
	c.n.Add(1)
	return c.RoundTripper.RoundTrip(r)
}

// put adds a file.
func (w *world) put(name, text string) {
	w.files[name] = &fstest.MapFile{Data: []byte(text), Mode: 0o644}
}

// texts returns a copy of all files.
func (w *world) texts() map[string]string {
	all := map[string]string{}
	for name, file := range w.files {
		all[name] = string(file.Data)
	}
	return all
}

func (w *world) create(name string, is []byte) error {
	if w.files[name] != nil {
		return fs.ErrExist
	}
	w.put(name, string(is))
	return nil
}

func (w *world) replace(name string, was, is []byte) error {
	if w.files[name] == nil || !bytes.Equal(w.files[name].Data, was) {
		return errors.New("the file has changed")
	}
	w.put(name, string(is))
	return nil
}

// env returns the surroundings of a run, whose working directory is the root.
func (w *world) env() reconcile.Env {
	return reconcile.Env{
		Getenv: func(name string) string { return w.variables()[name] }, Environ: func() (all []string) {
			for name, value := range w.variables() {
				all = append(all, name+"="+value)
			}
			return all
		},
		Now: time.Now, Files: w.files, Dir: "/", Follow: func(name string) (string, error) { return name, nil },
		CreateShared: w.create, Replace: w.replace,
	}
}

// variables returns the variables with the credentials of the fleet.
func (w *world) variables() map[string]string {
	all := map[string]string{}
	for _, c := range w.fleet.Credentials {
		suffix := ""
		if c.Name != "" {
			suffix = "_" + c.Name
		}
		all["MONGODB_ATLAS_PUBLIC_API_KEY"+suffix], all["MONGODB_ATLAS_PRIVATE_API_KEY"+suffix] = c.PublicKey, c.PrivateKey
	}
	return all
}

// connect returns the surroundings, and a connection to a sandbox of its own, whose limits are fresh.
func (w *world) connect(t testing.TB) (reconcile.Env, *reconcile.Connection) {
	t.Helper()
	env := w.env()
	w.requests.Store(0)
	env.Transport = &counter{sandbox.New(w.fleet), &w.requests}
	c, err := env.Connect(t.Context(), reconcile.ConnectOptions{BaseURL: "http://127.0.0.1:1", Observer: reconciletest.Silent{}})
	if err != nil {
		t.Fatal(err)
	}
	return env, c
}

// load reads a tree without mistakes.
func (w *world) load(t testing.TB, paths ...string) *reconcile.Tree {
	t.Helper()
	tree, err := w.env().Load(paths)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range tree.Diagnostics {
		if d.Severity == spec.Error {
			t.Errorf("%s: %s", d.Place, d.Message)
		}
	}
	return tree
}

// survey plans a tree.
func (w *world) survey(t testing.TB, tree *reconcile.Tree) (*reconcile.Run, []reconcile.Surveyed) {
	t.Helper()
	_, c := w.connect(t)
	s, err := tree.Select(nil)
	if err != nil {
		t.Fatal(err)
	}
	run, surveyed, err := c.Survey(t.Context(), tree, s, reconcile.PlanOptions{Parallel: 4})
	if err != nil {
		t.Fatal(err)
	}
	return run, surveyed
}

// seeded returns a world with the fleet that a document describes.
func seeded(t testing.TB, live string, files map[string]string) *world {
	t.Helper()
	w := &world{files: fstest.MapFS{}, fleet: &sandbox.Fleet{}}
	w.put("live.yaml", live)
	fleet, err := seed.Fleet(w.load(t, "live.yaml").Orgs, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.fleet, w.files = fleet, fstest.MapFS{}
	for name, text := range files {
		w.put(name, text)
	}
	return w
}

// maker makes random documents, fleets and texts. It counts what it made.
type maker struct {
	schematest.Generator
	found map[string]int
}

func newMaker(seed uint64) *maker { return &maker{schematest.New(seed), map[string]int{}} }

// once is true one time in n. It counts what.
func (m *maker) once(n int, what string) bool {
	yes := m.IntN(n) == 0
	if yes {
		m.found[what]++
	}
	return yes
}

func (m *maker) oneOf(texts ...string) string { return texts[m.IntN(len(texts))] }

func id(n int) string { return fmt.Sprintf("%024x", 0xfa0000+n) }

// The keys of people: the first ones can be invited.
func addresses() []string {
	return []string{"ada@acme.example", "bob@acme.example", "o'brien+1@acme.example", "zo\u00eb@acme.example", "1e3@acme.example", "eve@acme.example", "\U0001f600@acme.example"}
}

func usernames() []string { return []string{"j doe", "\u6f22\u5b57", "true", "a: b", "x\"y", "#1"} }

// names are names of teams and projects, and of organizations.
func (m *maker) names() []string {
	return []string{"A", "B: c", "#1", "true", "T\u00e9am", "12", "a, b", "~", "- d", "*x", "it's \"odd\" "}
}

func orgNames() []string {
	return []string{"Acme", "acme", "Acme.", "Acme Prod", "\u00c4cme", "\u6f22\u5b57", "con", "a: b", "- x", "1e3", "true", "& y", "@x", "x, 'y'"}
}

// object makes an object of a kind with the key.
func (m *maker) object(k *resource.Kind, key string) resource.Fields {
	o := m.Object(k.Name)
	if k.IsPeople() {
		o[k.Key] = key
	}
	for _, ref := range k.Refs {
		m.rename(o, ref)
	}
	return o
}

// rename replaces the references of an object by odd names.
func (m *maker) rename(o resource.Fields, ref resource.Ref) {
	names := m.names()
	m.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	switch refs := o[ref.Field].(type) {
	case []any:
		for i := range refs {
			refs[i] = names[i]
		}
	case resource.Fields:
		renamed := resource.Fields{}
		for _, key := range slices.Sorted(maps.Keys(refs)) {
			renamed[names[len(renamed)]] = refs[key]
		}
		o[ref.Field] = renamed
	}
}

// sections adds a random choice of sections. No person is in two lists.
func (m *maker) sections(doc resource.Fields, all bool) {
	people := addresses()
	m.Shuffle(len(people), func(i, j int) { people[i], people[j] = people[j], people[i] })
	for _, k := range resource.Kinds {
		switch {
		case k == resource.Organization || !all && m.IntN(4) == 0:
		case k.Key == "":
			doc[k.Name] = m.Object(k.Name)
		default:
			list := []any{}
			for range min(len(people), m.IntN(5)) {
				key := people[0]
				if k.IsPeople() {
					people = people[1:]
				}
				list = append(list, m.object(k, key))
			}
			if k == resource.Members && m.IntN(3) == 0 {
				list = append(list, m.object(k, m.oneOf(usernames()...)))
			}
			doc[k.Name] = list
		}
	}
}

// live makes documents of organizations that exist, and the fleet that they describe. Each has another credential.
func (w *world) live(t testing.TB) (documents []resource.Fields) {
	t.Helper()
	names := orgNames()
	w.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	tree := &world{files: fstest.MapFS{}, fleet: &sandbox.Fleet{}}
	for i := range 1 + w.IntN(4) {
		doc := valid(t, func() resource.Fields {
			doc := w.Object(resource.Organization.Name)
			doc["name"], doc["id"] = names[i], id(i)
			if i > 0 {
				doc["credentials"] = fmt.Sprintf("C%d", i)
			}
			w.sections(doc, true)
			doc["manage"] = resource.Fields{resource.Members.Name: "additive"}
			return doc
		})
		documents = append(documents, doc)
		tree.put(fmt.Sprintf("orgs/%d.yaml", i), asJSON(doc))
	}
	fleet, err := seed.Fleet(tree.load(t).Orgs, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.fleet = fleet
	return documents
}

// valid makes documents until one is valid.
func valid(t testing.TB, document func() resource.Fields) resource.Fields {
	t.Helper()
	for range 100 {
		doc, w := document(), &world{files: fstest.MapFS{}, fleet: &sandbox.Fleet{}}
		w.put("a.yaml", asJSON(doc))
		tree, err := w.env().Load([]string{"a.yaml"})
		if err != nil {
			t.Fatal(err)
		}
		if spec.Count(tree.Diagnostics, spec.Error) == 0 {
			return doc
		}
	}
	t.Fatal("no document is valid")
	return nil
}

func asJSON(v any) string {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err)
	}
	return string(text)
}

// disturb changes the fleet so that it has what a tree cannot describe.
func (w *world) disturb() {
	for _, o := range w.fleet.Orgs {
		w.disturbPeople(o)
		w.disturbNames(o)
		w.disturbSettings(o)
	}
}

func (w *world) disturbPeople(o *sandbox.Org) {
	owner := slices.IndexFunc(o.Users, (*sandbox.User).Owns)
	for i, u := range slices.Clone(o.Users) {
		if i == owner {
			continue
		}
		switch w.IntN(8) {
		case 0, 1, 2:
			w.unsettle(o, u)
		case 3:
			if w.once(2, "invited again") {
				again := *u
				o.Users = append(o.Users, &again)
				w.unsettleAs(o, &again, 0)
			}
		case 4:
			u.OrgRoles = append(slices.Clone(u.OrgRoles), "ORG_FUTURE")
			w.found["unknown role"]++
		case 5:
			u.Username = norm.NFD.String(u.Username)
		}
	}
	if w.once(6, "invitation to a project") {
		u := sandbox.NewInvitee("project@acme.example", []string{"GROUP_OWNER"}, o.ID, "", time.Now())
		o.Users = append(o.Users, u)
	}
}

// unsettle makes a person pending, expired or rejected.
func (w *world) unsettle(o *sandbox.Org, u *sandbox.User) { w.unsettleAs(o, u, w.IntN(3)) }

func (w *world) unsettleAs(o *sandbox.Org, u *sandbox.User, as int) {
	invited := sandbox.NewInvitee(u.Username, u.OrgRoles, o.ID, "", time.Now())
	u.ID, u.Status, u.Invitation = invited.ID, invited.Status, invited.Invitation
	switch as {
	case 0:
		u.Status = "INVITATION_EXPIRED"
		u.Invitation.ExpiresAt = u.Invitation.CreatedAt
	case 1:
		u.Status = "INVITATION_REJECTED"
	}
	w.found[u.Status]++
}

// disturbNames gives teams and projects equal names.
func (w *world) disturbNames(o *sandbox.Org) {
	if len(o.Teams) > 0 && w.once(4, "teams of equal names") {
		o.Teams = append(o.Teams, &sandbox.Team{ID: sandbox.MadeUpID("team twin", o.ID), Name: o.Teams[0].Name})
	}
	if len(o.Projects) > 0 && w.once(4, "projects of equal names") {
		o.Projects = append(o.Projects, &sandbox.Project{ID: sandbox.MadeUpID("project twin", o.ID), Name: o.Projects[0].Name})
	}
	if w.IntN(4) == 0 {
		o.Name = norm.NFD.String(o.Name)
		for _, team := range o.Teams {
			team.Name = norm.NFD.String(team.Name)
		}
	}
}

func (w *world) disturbSettings(o *sandbox.Org) {
	if o.Settings == nil {
		o.Settings = resource.Fields{}
	}
	if w.once(5, "unknown setting") {
		o.Settings["futureSetting"] = true
	}
	if w.once(5, "setting that is null") {
		o.Settings["operationsContact"], o.Settings["customSessionTimeouts"] = nil, nil
	}
	if w.once(10, "invalid live value") {
		o.Settings["maxServiceAccountSecretValidityInHours"] = json.Number("1")
	}
	if w.once(5, "setting that is empty") {
		o.Settings["securityContact"] = ""
	}
	if w.once(5, "part that is null") {
		o.Settings["customSessionTimeouts"] = resource.Fields{"idleSessionTimeoutInSeconds": nil, "absoluteSessionTimeoutInSeconds": json.Number("7200")}
	}
}

// lend adds credentials: several for one organization, and some that may not read everything.
func (w *world) lend() {
	for i, o := range slices.Clone(w.fleet.Orgs) {
		if w.once(4, "two credentials") {
			w.fleet.AddCredential(fmt.Sprintf("B%d", i), o.ID)
			w.fleet.AddCredential(fmt.Sprintf("Z%d", i), o.ID)
		}
	}
	for _, c := range w.fleet.Credentials {
		if w.once(8, "reader") {
			c.Roles = []string{"ORG_READ_ONLY"}
		}
	}
}

// sampleOf returns some of the texts, perhaps none.
func (m *maker) sampleOf(texts []string) (some []string) {
	for _, text := range texts {
		if m.Chance() {
			some = append(some, text)
		}
	}
	return some
}

// kinds returns the names of all sections, and of those that are lists.
func lists() (all []*resource.Kind) {
	return slices.DeleteFunc(slices.Clone(resource.Kinds), func(k *resource.Kind) bool { return k.Key == "" })
}

// defaults makes defaults that agree with a document in part.
func (m *maker) defaults(near resource.Fields) resource.Fields {
	doc, free := resource.Fields{}, m.freeAddresses(near)
	for _, k := range resource.Kinds {
		section, isThere := near[k.Name]
		switch {
		case k == resource.Organization || !isThere || m.IntN(3) == 0:
		case k.Key == "":
			doc[k.Name] = m.nearObject(k, section.(resource.Fields))
		case m.once(3, "list in defaults"):
			doc[k.Name] = m.owned(k, m.nearList(k, section.([]any), free))
		}
	}
	if value, isThere := near["skipDefaultAlertsSettings"]; isThere && m.Chance() {
		doc["skipDefaultAlertsSettings"] = value
	}
	if manage := m.manage(); m.Chance() {
		doc["manage"] = manage
	}
	return doc
}

// owned adds an owner to a list of members: without one, it is a mistake.
func (m *maker) owned(k *resource.Kind, list []any) []any {
	if k == resource.Members {
		list = append(list, resource.Fields{"username": "owner@acme.example", "roles": []any{"ORG_OWNER"}})
	}
	return list
}

func (m *maker) manage() resource.Fields {
	manage := resource.Fields{}
	for _, k := range lists() {
		if m.IntN(3) == 0 {
			manage[k.Name] = m.oneOf("full", "additive", "additive")
		}
	}
	return manage
}

// nearObject returns an object with some fields of another one, and some others.
func (m *maker) nearObject(k *resource.Kind, other resource.Fields) resource.Fields {
	o := m.object(k, fmt.Sprint(other[k.Key]))
	for _, field := range slices.Sorted(maps.Keys(other)) {
		if _, isThere := o[field]; isThere && m.IntN(5) > 1 {
			o[field] = copied(other[field])
		}
	}
	return o
}

// freeAddresses returns the addresses that no list of a document has.
func (m *maker) freeAddresses(doc resource.Fields) *[]string {
	free := addresses()
	for _, k := range lists() {
		section, _ := doc[k.Name].([]any)
		for _, item := range section {
			free = slices.DeleteFunc(free, func(key string) bool { return key == item.(resource.Fields)[k.Key] })
		}
	}
	m.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	return &free
}

// nearList returns a list with some objects of another one, and some others, whose keys are free.
func (m *maker) nearList(k *resource.Kind, other []any, free *[]string) []any {
	list := []any{}
	for _, o := range other {
		fields := o.(resource.Fields)
		switch m.IntN(6) {
		case 0:
		case 1, 2:
			list = append(list, copied(fields))
		default:
			list = append(list, m.nearObject(k, fields))
		}
	}
	if len(*free) > 0 && k.IsPeople() && m.IntN(3) > 0 {
		list = append(list, m.object(k, (*free)[0]))
		*free = (*free)[1:]
	}
	m.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	return list
}

// copied returns a deep copy of plain JSON.
func copied(value any) any {
	switch value := value.(type) {
	case resource.Fields:
		out := resource.Fields{}
		for key, part := range value {
			out[key] = copied(part)
		}
		return out
	case []any:
		out := make([]any, len(value))
		for i, part := range value {
			out[i] = copied(part)
		}
		return out
	}
	return value
}

// near returns a document about the same organization as another one.
func (m *maker) near(other resource.Fields) resource.Fields {
	doc, free := resource.Fields{"name": other["name"]}, m.freeAddresses(other)
	for _, key := range []string{"id", "credentials"} {
		if value, isThere := other[key]; isThere {
			doc[key] = value
		}
	}
	m.nearSections(doc, other, free)
	if m.Chance() {
		doc["skipDefaultAlertsSettings"] = m.Chance()
	}
	if m.Chance() {
		delete(doc, "id")
	} else if m.once(4, "rename") {
		doc["name"] = "Renamed"
	}
	if manage := m.manage(); m.Chance() {
		doc["manage"] = manage
	}
	if list, isThere := doc[resource.Members.Name].([]any); isThere && m.Chance() {
		doc[resource.Members.Name] = m.owned(resource.Members, list)
	}
	return doc
}

// nearSections adds most of the sections of another document.
func (m *maker) nearSections(doc, other resource.Fields, free *[]string) {
	for _, k := range resource.Kinds {
		section, isThere := other[k.Name]
		if k == resource.Organization || !isThere || m.IntN(5) == 0 {
			continue
		}
		if m.found[k.Name]++; k.Key == "" {
			doc[k.Name] = m.nearObject(k, section.(resource.Fields))
		} else {
			doc[k.Name] = m.nearList(k, section.([]any), free)
		}
	}
}

// know adds the teams and projects to the organization that a document refers to.
func (w *world) know(o *sandbox.Org, doc resource.Fields) {
	for _, k := range lists() {
		section, _ := doc[k.Name].([]any)
		for _, item := range section {
			for _, ref := range k.Refs {
				for _, name := range ref.Names(resource.Object{Fields: item.(resource.Fields)}) {
					w.knowOne(o, ref.Path, name)
				}
			}
		}
	}
}

func (w *world) knowOne(o *sandbox.Org, path, name string) {
	switch name = norm.NFC.String(name); {
	case path == "teams" && !slices.ContainsFunc(o.Teams, func(t *sandbox.Team) bool { return t.Name == name || t.ID == name }):
		o.Teams = append(o.Teams, &sandbox.Team{ID: sandbox.MadeUpID("team", o.ID, name), Name: name})
	case path == "groups" && !slices.ContainsFunc(o.Projects, func(p *sandbox.Project) bool { return p.Name == name || p.ID == name }):
		o.Projects = append(o.Projects, &sandbox.Project{ID: sandbox.MadeUpID("project", o.ID, name), Name: name})
	}
}

// respell writes the words of a document in other forms: keys of people in other cases, names that are not normalized, ids of teams and
// projects instead of names.
func (w *world) respell(o *sandbox.Org, doc resource.Fields) {
	for _, k := range lists() {
		section, _ := doc[k.Name].([]any)
		for _, item := range section {
			fields := item.(resource.Fields)
			if key, isText := fields[k.Key].(string); isText {
				fields[k.Key] = w.spelling(key, k.IsPeople())
			}
			for _, ref := range k.Refs {
				w.respellRefs(o, fields, ref)
			}
		}
	}
	if name, isText := doc["name"].(string); isText && w.once(4, "NFD") {
		doc["name"] = w.spelling(name, false)
	}
}

func (w *world) spelling(text string, foldsCase bool) string {
	if foldsCase && text[0] < 0x80 && w.once(5, "other case") {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	if w.once(5, "NFD") {
		text = norm.NFD.String(text)
	}
	return text
}

func (w *world) respellRefs(o *sandbox.Org, fields resource.Fields, ref resource.Ref) {
	word := func(name string) string {
		if ids := idsOf(o, ref.Path, name); len(ids) > 1 || len(ids) == 1 && w.once(4, "id instead of a name") {
			return ids[0]
		}
		return w.spelling(name, false)
	}
	switch refs := fields[ref.Field].(type) {
	case []any:
		for i, name := range refs {
			refs[i] = word(name.(string))
		}
	case resource.Fields:
		renamed := resource.Fields{}
		for _, name := range slices.Sorted(maps.Keys(refs)) {
			renamed[word(name)] = refs[name]
		}
		fields[ref.Field] = renamed
	}
}

// idsOf returns the ids of the teams or projects with a name.
func idsOf(o *sandbox.Org, path, name string) (ids []string) {
	for _, team := range o.Teams {
		if path == "teams" && norm.NFC.String(team.Name) == name {
			ids = append(ids, team.ID)
		}
	}
	for _, project := range o.Projects {
		if path == "groups" && norm.NFC.String(project.Name) == name {
			ids = append(ids, project.ID)
		}
	}
	return ids
}

// isCanonical reports whether a file is as fmt writes it.
func isCanonical(t testing.TB, files fs.FS, name string) bool {
	t.Helper()
	all, _, err := spec.FormatTree(files, []string{name})
	if err != nil || len(all) != 1 {
		t.Fatalf("%s cannot be formatted: %v", name, err)
	}
	return bytes.Equal(all[0].Was, all[0].Is)
}

// styler writes the files of a tree in random styles: with comments, brackets, anchors, aliases and merge keys. It remembers what each
// comment is about.
type styler struct {
	*maker
	isCalm   bool           // no anchors, no odd spaces
	anchors  map[string]any // of the current document, by name
	next     string         // the anchor of the next value; "" for a random one
	names    int            // of anchors so far
	kind     *resource.Kind // of the list that is being written
	document int            // index
	notes    []note
	chunks   []chunk
	isFlush  bool // the last value was a list that is not indented, so a comment below would be ambiguous
	isHeader bool // the next row is the first one of a document: comments above it are about the file
}

// note is a comment, and the places that it may be about. It may go only if all of these are gone.
type note struct {
	text     string
	document int
	about    [][]any // paths to keys and items; an item is in [itemKey]
	isOwn    bool    // it goes with the item or key: it is in it, or at the end of its line
}

// itemKey identifies an item of a list by its key, or by its value.
type itemKey string

// chunk is the text of a document, or of a person in it, which stays if the organization, or the person, has no steps.
type chunk struct {
	text     string
	document int
	kind     string // "" for the document
	key      string
}

func newStyler(m *maker) *styler { return &styler{maker: m} }

// file writes the documents.
func (s *styler) file(documents ...resource.Fields) string {
	s.isCalm = s.once(4, "calm")
	var b strings.Builder
	for i, doc := range documents {
		if s.document = i; i > 0 {
			b.WriteString(s.separator())
		}
		text := s.rootText(doc)
		s.chunks = append(s.chunks, chunk{text: text, document: i})
		b.WriteString(text)
	}
	return b.String()
}

// dress changes the line ends and the mark of a file.
func (s *styler) dress(text string) string {
	if s.once(6, "no line end") {
		text = strings.TrimRight(text, "\n")
	}
	if s.once(5, "CRLF") {
		text = strings.ReplaceAll(text, "\n", "\r\n")
		for i, c := range s.chunks {
			s.chunks[i].text = strings.ReplaceAll(c.text, "\n", "\r\n")
		}
	}
	if s.once(8, "BOM") {
		text = "\ufeff" + text
	}
	return text
}

// rootText writes a document. Some of its values are written first, below a key that has no meaning, so that aliases can use them.
func (s *styler) rootText(doc resource.Fields) string {
	s.anchors, s.isFlush, s.isHeader = map[string]any{}, false, true
	text := ""
	if !s.isCalm && s.once(3, "pieces") {
		for _, value := range s.valuesOf(doc) {
			if s.IntN(3) == 0 {
				s.next = s.newName()
				text += "  -" + s.value(value, []any{"x-pieces", itemKey(s.next)}, 2, true)
			}
		}
		if text != "" {
			text = "x-pieces:\n" + text
			s.isHeader = false
		}
	}
	return text + s.rows(doc, nil, 0, false)
}

// valuesOf returns the collections in a value.
func (s *styler) valuesOf(value any) (all []any) {
	switch value := value.(type) {
	case resource.Fields:
		for _, key := range slices.Sorted(maps.Keys(value)) {
			all = append(all, value[key])
			all = append(all, s.valuesOf(value[key])...)
		}
	case []any:
		for _, item := range value {
			all = append(all, item)
			all = append(all, s.valuesOf(item)...)
		}
	}
	return slices.DeleteFunc(all, func(v any) bool { return v == nil || partsOf(v) == 0 })
}

func (s *styler) newName() string {
	s.names++
	return fmt.Sprintf("a%d", s.names)
}

// separator writes what may be between two documents.
func (s *styler) separator() string {
	blank := s.oneOf("", "\n")
	switch s.IntN(4) {
	case 0:
		return blank + "---" + s.end(nil)
	case 1:
		return blank + "---\n# " + s.note(false, nil) + "\n---\n"
	case 2:
		return blank + "...\n---\n"
	}
	return blank + "---\n"
}

// note makes the text of a comment about a place.
func (s *styler) note(isOwn bool, path []any) string {
	n := note{text: fmt.Sprintf("c%03d!", len(s.notes)), document: s.document, isOwn: isOwn}
	if path != nil {
		n.about = [][]any{slices.Clone(path)}
	}
	s.notes = append(s.notes, n)
	return n.text
}

// end writes the end of a line.
func (s *styler) end(path []any) string {
	if s.IntN(6) == 0 {
		return s.oneOf(" ", "  ") + "# " + s.note(true, path) + "\n"
	}
	return "\n"
}

func spaces(n int) string { return strings.Repeat(" ", n) }

// gap writes what may be above a row. open is the number of the comment that is a heading of the rows above, or -1.
func (s *styler) gap(path []any, indent int, inList bool, open *int) string {
	parent := path[:len(path)-1]
	if s.isFlush || s.IntN(3) > 0 {
		if s.isFlush = false; *open >= 0 && inList {
			s.notes[*open].about = append(s.notes[*open].about, slices.Clone(path))
		}
		s.isHeader = false
		return ""
	}
	*open = -1
	isHeader := s.isHeader
	s.isHeader = false
	comment := func(path []any) string { return spaces(indent) + "# " + s.note(false, path) + "\n" }
	switch s.IntN(6) {
	case 0:
		return "\n"
	case 1:
		return comment(parent) + "\n"
	case 2:
		return "\n" + comment(parent) + "\n" + s.above(path, indent, isHeader, open)
	case 3:
		return "\n" + s.above(path, indent, isHeader, open)
	}
	return s.above(path, indent, isHeader, open)
}

// above writes a comment directly above a row.
func (s *styler) above(path []any, indent int, isHeader bool, open *int) string {
	if isHeader {
		path = nil
	}
	text := spaces(indent) + "# " + s.note(false, path) + "\n"
	if *open = len(s.notes) - 1; isHeader {
		*open = -1
	}
	return text
}

// rows writes the entries of an object, or the items of a list. The first one may start on a line that the caller has begun.
func (s *styler) rows(value any, path []any, indent int, isOnLine bool) string {
	text, open := "", -1
	before := func(path []any, inList bool) {
		if isOnLine {
			isOnLine = false
			return
		}
		text += s.gap(path, indent, inList, &open) + spaces(indent)
	}
	if list, isList := value.([]any); isList {
		k := s.kind
		if len(path) == 1 {
			k = resource.ByName(path[0].(string))
		}
		for _, item := range list {
			at := with(path, keyOf(k, item))
			before(at, true)
			one := "-" + s.value(item, at, indent, true)
			if len(path) == 1 {
				key, _ := item.(resource.Fields)[k.Key].(string)
				s.chunks = append(s.chunks, chunk{one, s.document, k.Name, resource.NormalizeEmail(key)})
			}
			text += one
		}
		return text
	}
	fields := value.(resource.Fields)
	keys := slices.Sorted(maps.Keys(fields))
	s.Shuffle(len(keys), func(i, j int) { keys[i], keys[j] = keys[j], keys[i] })
	if name, rest := s.merged(fields, keys); name != "" {
		before(with(path, "<<"), false)
		text += "<<: " + s.oneOf("*"+name, "*"+name, "[*"+name+"]") + s.end(path)
		keys = rest
	}
	for _, key := range keys {
		at := with(path, key)
		before(at, false)
		switch word := s.scalar(key, false); {
		case !s.isCalm && s.once(60, "explicit key"):
			text += "? " + word + "\n" + spaces(indent) + ":" + s.value(fields[key], at, indent, false)
		default:
			text += word + ":" + s.value(fields[key], at, indent, false)
		}
	}
	return text
}

func with(path []any, step any) []any { return append(slices.Clone(path), step) }

// keyOf returns what identifies an item of a list.
func keyOf(k *resource.Kind, item any) itemKey {
	if fields, isObject := item.(resource.Fields); isObject && k != nil {
		key, _ := fields[k.Key].(string)
		return itemKey(resource.NormalizeEmail(key))
	}
	return itemKey(fmt.Sprintf("%q", item))
}

// merged returns an anchor whose entries are in an object, and the keys that are still to be written.
func (s *styler) merged(fields resource.Fields, keys []string) (name string, rest []string) {
	for _, name := range slices.Sorted(maps.Keys(s.anchors)) {
		piece, isObject := s.anchors[name].(resource.Fields)
		if !isObject || len(piece) == 0 {
			continue
		}
		rest, equal := slices.Clone(keys), 0
		for key, value := range piece {
			own, isThere := fields[key]
			if !isThere {
				equal = -100
			} else if reflect.DeepEqual(own, value) {
				rest = slices.DeleteFunc(rest, func(k string) bool { return k == key })
				equal++
			}
		}
		if equal > 0 && s.once(2, "merge key") {
			return name, rest
		}
	}
	return "", nil
}

// value writes the value after a dash, or after the colon of a key with this indentation.
func (s *styler) value(value any, path []any, indent int, isItem bool) string {
	if name := s.aliasOf(value); name != "" {
		return " *" + name + s.end(path)
	}
	name := s.anchor()
	if name == "" {
		return s.anchored("", value, path, indent, isItem)
	}
	text := s.anchored("&"+name+" ", value, path, indent, isItem)
	s.anchors[name] = value // not before: the value cannot refer to itself
	return text
}

// anchored writes a value after an anchor, or after "".
func (s *styler) anchored(anchor string, value any, path []any, indent int, isItem bool) string {
	switch parts := partsOf(value); {
	case parts < 0 && value == nil && anchor == "" && s.once(3, "empty value"):
		return s.end(path)
	case parts < 0:
		return s.oneOf(" ", " ", " ", "  ") + anchor + s.scalar(value, false) + s.end(path)
	case parts == 0 || s.isFlow(value):
		return " " + anchor + s.flow(value, path, indent+2, true) + s.end(path)
	case isItem && anchor == "" && s.IntN(4) > 0:
		return " " + s.rows(value, path, indent+2, true)
	}
	if anchor != "" {
		anchor = " " + anchor
	}
	return anchor + s.end(path) + s.block(value, path, indent, isItem)
}

// anchor returns the name of the anchor for the next value, or "".
func (s *styler) anchor() string {
	name := s.next
	if s.next = ""; name == "" && !s.isCalm && s.once(25, "anchor") {
		name = s.newName()
	}
	return name
}

// block writes a collection on lines of its own.
func (s *styler) block(value any, path []any, indent int, isItem bool) string {
	within := indent + 2
	if _, isList := value.([]any); isList && !isItem && s.once(5, "list that is not indented") {
		within = indent
	}
	text := s.rows(value, path, within, false)
	if within > indent && !s.isFlush && s.once(12, "comment at the end") {
		text += spaces(within) + "# " + s.note(true, path) + "\n"
	}
	s.isFlush = s.isFlush || within == indent
	return text
}

// aliasOf returns the name of an anchor with this value, or "".
func (s *styler) aliasOf(value any) string {
	if s.next != "" || len(s.anchors) == 0 {
		return ""
	}
	for _, name := range slices.Sorted(maps.Keys(s.anchors)) {
		if reflect.DeepEqual(s.anchors[name], value) && s.once(2, "alias") {
			return name
		}
	}
	return ""
}

// partsOf returns the number of parts of a collection, or -1.
func partsOf(value any) int {
	switch value := value.(type) {
	case []any:
		return len(value)
	case resource.Fields:
		return len(value)
	}
	return -1
}

// isFlow reports whether to write a collection in brackets: lists of texts most often.
func (s *styler) isFlow(value any) bool {
	list, isList := value.([]any)
	if isList && partsOf(list[0]) < 0 {
		return s.IntN(4) > 0
	}
	return s.once(5, "brackets")
}

// flow writes a collection in brackets, or a scalar. Comments in it are about the row that has the brackets.
func (s *styler) flow(value any, path []any, indent int, isOuter bool) string {
	if partsOf(value) < 0 {
		return s.scalar(value, true)
	}
	var parts []string
	brackets := "[]"
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			parts = append(parts, s.flow(item, path, indent, false))
		}
	case resource.Fields:
		brackets = "{}"
		for _, key := range slices.Sorted(maps.Keys(value)) {
			parts = append(parts, s.scalar(key, true)+": "+s.flow(value[key], path, indent, false))
		}
	}
	switch {
	case len(parts) == 0:
		return brackets
	case isOuter && !s.isCalm && s.once(8, "brackets over several lines"):
		return brackets[:1] + s.flowLines(parts, path, indent) + brackets[1:]
	case !s.isCalm && s.once(12, "brackets with line ends"):
		return brackets[:1] + strings.Join(parts, ",\n"+spaces(indent)) + brackets[1:]
	}
	space := s.oneOf("", " ")
	return brackets[:1] + space + strings.Join(parts, s.oneOf(", ", ",  ")) + space + brackets[1:]
}

// flowLines writes each part on a line of its own, some with comments.
func (s *styler) flowLines(parts []string, path []any, indent int) string {
	text := ""
	for i, part := range parts {
		if i > 0 {
			text += ","
		}
		text += s.flowEnd(path) + spaces(indent) + part
	}
	return text + s.oneOf("", ",") + s.flowEnd(path) + spaces(indent)
}

// flowEnd is end inside of brackets.
func (s *styler) flowEnd(path []any) string {
	if s.IntN(3) == 0 {
		s.found["comment in brackets"]++
		return " # " + s.note(true, path) + "\n"
	}
	return "\n"
}

// scalar writes a text, with quotes if it needs them, or another value.
func (s *styler) scalar(value any, inFlow bool) string {
	text, isText := value.(string)
	switch {
	case value == nil:
		return s.oneOf("null", "~")
	case !isText:
		return strings.TrimSpace(asJSON(value))
	case s.once(10, "quotes"), !yamldata.IsPlain(text), inFlow && strings.ContainsAny(text, ",[]{}:?"):
		if s.IntN(3) == 0 && !strings.ContainsAny(text, "\n\t\u202f") {
			return "'" + strings.ReplaceAll(text, "'", "''") + "'"
		}
		return yamldata.Quote(text)
	}
	return text
}
