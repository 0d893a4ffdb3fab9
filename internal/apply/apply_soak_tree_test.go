package apply_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"atlas-gitops/internal/resource"
	"atlas-gitops/internal/sandbox"
	"atlas-gitops/internal/seed"
	"atlas-gitops/internal/spec"
	"atlas-gitops/schema/schematest"
)

// gardener makes random trees, and edits them. It knows no kind: all objects come from the schema.
type gardener struct{ schematest.Generator }

func (g *gardener) oneOf(texts ...string) string { return texts[g.IntN(len(texts))] }

// soakPeople are the keys of people. Those of partner.example join without an invitation, where that domain is federated.
func soakPeople() (all []string) {
	for i := range 14 {
		all = append(all, fmt.Sprintf("p%d@acme.example", i))
	}
	return append(all, "q1@partner.example", "q2@partner.example")
}

// newSoak makes a random tree, and a sandbox that is as the tree says.
func newSoak(t *testing.T, n uint64, found *tally) *soak {
	s := &soak{T: t, gardener: &gardener{schematest.New(n)}, seed: n, found: found}
	for i := range 1 + s.IntN(3) {
		s.docs = append(s.docs, resource.Fields{"name": fmt.Sprintf("Acme %d", i), "id": fmt.Sprintf("%024x", 0xfa0000+i), "credentials": fmt.Sprintf("C%d", i)})
	}
	s.docs = s.edited(s.docs, 20)
	fleet, err := seed.Fleet(load(t, s.docs).Orgs, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	s.know(fleet.Orgs)
	for _, o := range fleet.Orgs {
		if s.Chance() {
			o.FederatedDomains = []string{"partner.example"}
		}
	}
	s.server = sandbox.New(fleet)
	return s
}

// know adds everything to the organizations that generated objects may refer to.
func (s *soak) know(orgs []*sandbox.Org) {
	for n := range uint64(30) {
		for _, k := range resource.Kinds {
			object := resource.Object{Fields: schematest.New(n).Object(k.Name)}
			for _, ref := range k.Refs {
				for _, name := range ref.Names(object) {
					for _, o := range orgs {
						s.knowOne(o, ref, name)
					}
				}
			}
		}
	}
}

func (s *soak) knowOne(o *sandbox.Org, ref resource.Ref, name string) {
	id := sandbox.MadeUpID(ref.Noun, o.ID, name) // as package seed makes it
	switch {
	case ref.Kind != "":
	case ref.Path == "teams":
		if !slices.ContainsFunc(o.Teams, func(t *sandbox.Team) bool { return t.ID == id }) {
			o.Teams = append(o.Teams, &sandbox.Team{ID: id, Name: name})
		}
	case ref.Path == "groups":
		if !slices.ContainsFunc(o.Projects, func(p *sandbox.Project) bool { return p.ID == id }) {
			o.Projects = append(o.Projects, &sandbox.Project{ID: id, Name: name})
		}
	default:
		s.Fatalf("nothing has the %s that %s needs", ref.Noun, name)
	}
}

// edited returns a copy of a tree with up to n random edits that are valid.
func (g *gardener) edited(docs []resource.Fields, n int) []resource.Fields {
	docs = slices.Clone(docs)
	for range n {
		i := g.IntN(len(docs))
		doc := copied(docs[i])
		if g.edit(doc); isValid([]byte(asJSON(doc))) {
			docs[i] = doc
		}
	}
	return docs
}

func copied(doc resource.Fields) (out resource.Fields) {
	if err := json.Unmarshal([]byte(asJSON(doc)), &out); err != nil {
		panic(err)
	}
	return out
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// edit changes a document in a random way.
func (g *gardener) edit(doc resource.Fields) {
	switch k := resource.Kinds[g.IntN(len(resource.Kinds))]; {
	case k == resource.Organization:
		maps.Copy(doc, g.someFields(g.Object(k.Name)))
	case k.Key == "":
		g.editRecord(doc, k)
	default:
		g.editList(doc, k)
	}
}

// someFields returns a few fields of an object.
func (g *gardener) someFields(of resource.Fields) resource.Fields {
	some := resource.Fields{}
	for _, field := range slices.Sorted(maps.Keys(of)) {
		if g.IntN(3) == 0 {
			some[field] = of[field]
		}
	}
	return some
}

// editRecord changes the only object of a kind, or stops managing it or a field.
func (g *gardener) editRecord(doc resource.Fields, k *resource.Kind) {
	section, _ := doc[k.Name].(resource.Fields)
	if section == nil {
		section = resource.Fields{}
	}
	switch g.IntN(8) {
	case 0:
		delete(doc, k.Name)
		return
	case 1:
		for field := range g.someFields(section) {
			delete(section, field)
		}
	case 2:
		section = g.Object(k.Name)
	default:
		maps.Copy(section, g.someFields(g.Object(k.Name)))
	}
	doc[k.Name] = section
}

// editList changes a list of objects, or how it is managed.
func (g *gardener) editList(doc resource.Fields, k *resource.Kind) {
	list, isManaged := doc[k.Name].([]any)
	if !isManaged {
		doc[k.Name] = g.list(doc, k)
		return
	}
	switch edit := g.IntN(12); {
	case edit == 0:
		delete(doc, k.Name)
	case edit == 1:
		g.manage(doc, k)
	case edit == 2:
		delete(doc, k.Name)
		doc[k.Name] = g.list(doc, k)
	case edit < 6 || len(list) == 0:
		doc[k.Name] = g.added(doc, k, list, 1+g.IntN(3))
	case edit < 8:
		g.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		doc[k.Name] = list[min(len(list), 1+g.IntN(3)):]
	case edit == 8 && k.IsPeople():
		g.handOver(list)
	default:
		for range 1 + g.IntN(3) {
			g.change(list[g.IntN(len(list))].(resource.Fields), k)
		}
	}
}

// manage makes a list additive, or not.
func (g *gardener) manage(doc resource.Fields, k *resource.Kind) {
	manage, _ := doc["manage"].(resource.Fields)
	if manage == nil {
		manage = resource.Fields{}
	}
	manage[k.Name] = g.oneOf("additive", "full")
	doc["manage"] = manage
}

// change gives an object other values.
func (g *gardener) change(o resource.Fields, k *resource.Kind) {
	key, other := o[k.Key], g.Object(k.Name)
	maps.Copy(o, g.someFields(other))
	o[k.Key] = key
}

// handOver gives the roles of one person to another.
func (g *gardener) handOver(people []any) {
	a, b := people[g.IntN(len(people))].(resource.Fields), people[g.IntN(len(people))].(resource.Fields)
	a["roles"], b["roles"] = b["roles"], a["roles"]
}

// list makes a list of objects.
func (g *gardener) list(doc resource.Fields, k *resource.Kind) []any {
	return g.added(doc, k, []any{}, g.IntN(12))
}

// added returns a list with up to n more objects. No key is there twice, and no person is in two lists.
func (g *gardener) added(doc resource.Fields, k *resource.Kind, list []any, n int) []any {
	for range n {
		o := g.Object(k.Name)
		if k.IsPeople() {
			people := soakPeople()
			o[k.Key] = people[g.IntN(len(people))]
		}
		if !slices.ContainsFunc(list, func(other any) bool { return other.(resource.Fields)[k.Key] == o[k.Key] }) && !(k.IsPeople() && isListed(doc, fmt.Sprint(o[k.Key]))) {
			list = append(list, o)
		}
	}
	return list
}

// isListed reports whether a document has a person already.
func isListed(doc resource.Fields, key string) bool {
	for _, k := range resource.Kinds {
		list, _ := doc[k.Name].([]any)
		if k.IsPeople() && slices.ContainsFunc(list, func(o any) bool { return o.(resource.Fields)[k.Key] == key }) {
			return true
		}
	}
	return false
}

// load reads documents as a tree.
func load(t *testing.T, docs []resource.Fields) *spec.Tree {
	t.Helper()
	files := fstest.MapFS{}
	for i, doc := range docs {
		files[fmt.Sprintf("orgs/%d.yaml", i)] = &fstest.MapFile{Data: []byte(asJSON(doc))}
	}
	tree, err := spec.Load(files, []string{"orgs"})
	if err != nil || spec.Count(tree.Diagnostics, spec.Error) > 0 {
		t.Fatalf("%v %v", tree, err)
	}
	return tree
}

// desired returns what documents describe. It keeps the last answer, because reading them takes long.
func (s *soak) desired(docs []resource.Fields) []resource.Desired {
	if text := asJSON(docs); text != s.wanted.text {
		s.wanted.text, s.wanted.all = text, nil
		for _, o := range load(s.T, docs).Orgs {
			s.wanted.all = append(s.wanted.all, o.Desired)
		}
	}
	return s.wanted.all
}

// giveUp takes out of the tree what Atlas does not accept.
func (s *soak) giveUp(o leftover) {
	for i, doc := range s.docs {
		if doc["id"] != o.org {
			continue
		}
		doc = copied(doc)
		if record, isRecord := doc[o.Step.Kind].(resource.Fields); isRecord {
			for field := range o.Step.After {
				delete(record, field)
			}
		} else {
			delete(doc, o.Step.Kind)
		}
		s.docs[i] = doc
	}
}

// control sends a request to a control path of the sandbox. ok is false if the sandbox refuses it.
func (s *soak) control(method, path string, body any) (response *http.Response, ok bool) {
	s.Helper()
	r, err := http.NewRequestWithContext(s.Context(), method, "https://atlas.example/_sandbox/"+path, strings.NewReader(asJSON(body)))
	if err == nil {
		response, err = s.server.RoundTrip(r)
	}
	if err != nil {
		panic(err) // the sandbox is in this process
	}
	return response, response.StatusCode/100 == 2
}

func (s *soak) clearFaults() { s.control("DELETE", "faults", nil) }

// answers lets a person answer an invitation, or lets it expire. It returns false if it is not pending any more.
func (s *soak) answers(does, org, username string) bool {
	_, ok := s.control("POST", does, map[string]string{"org": org, "username": username})
	return ok
}

// fleet returns a copy of what the sandbox has.
func (s *soak) fleet() *sandbox.Fleet {
	fleet := new(sandbox.Fleet)
	decoder := json.NewDecoder(strings.NewReader(s.fleetText()))
	decoder.UseNumber()
	if err := decoder.Decode(fleet); err != nil {
		panic(err)
	}
	return fleet
}

func (s *soak) fleetText() string {
	response, _ := s.control("GET", "fleet", nil)
	text, _ := io.ReadAll(response.Body) // from memory
	return string(text)
}
