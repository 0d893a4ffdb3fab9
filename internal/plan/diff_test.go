package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/natural"
	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
	"atlas-gitops/schema/schematest"
)

// TestDiffOrdersKinds: an object is created after the objects that it refers to, and removed before them. People are removed before
// anything is created.
func TestDiffOrdersKinds(t *testing.T) {
	kinds := []*resource.Kind{{Name: "teams", Key: "name"}, {Name: "members", Key: "username"}}
	old := []resource.Object{{Key: "old"}, {Key: "elder"}}
	steps := plan.Diff(kinds,
		resource.State{"members": old, "teams": old},
		resource.State{"members": {{Key: "new"}}, "teams": {{Key: "new"}}})
	var got []string
	for _, s := range steps {
		got = append(got, s.Line())
	}
	want := []string{"- members/elder", "- members/old", "+ teams/new", "+ members/new", "- teams/elder", "- teams/old"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzLaws makes two states of an organization from a seed, and checks the laws that every plan between two states must keep.
func FuzzLaws(f *testing.F) {
	for seed := range uint64(200) { // because the fuzzer varies numbers only a little
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		live, want := g.state(true), g.state(false)
		steps := plan.Diff(resource.Kinds, live, want)

		after := carryOut(t, live, steps)
		if rest := plan.Diff(resource.Kinds, after, want); len(rest) > 0 {
			t.Errorf("steps are left after all were carried out: %s", dump(rest))
		}
		checkOrder(t, live, steps)
		checkSplit(t, live, steps)
		checkHandsOff(t, g, live, want)
		checkUntouched(t, live, after, want)
		checkDrift(t, live, want, g.state(false))
		checkDigest(t, steps, plan.Diff(resource.Kinds, g.state(true), g.state(false)))
		again := plan.Diff(resource.Kinds, g.shuffled(live), g.shuffled(want))
		checkDigest(t, steps, again)
		if !bytes.Equal(dump(steps), dump(again)) {
			t.Errorf("the order of lists changes the plan:\n%s\n%s", dump(steps), dump(again))
		}
	})
}

// TestGeneratedStates: the generated states lead to every operation of every kind, to every phase, and to plans without steps.
func TestGeneratedStates(t *testing.T) {
	found := map[string]int{}
	for seed := range uint64(200) {
		g := newGenerator(seed)
		live := g.state(true)
		steps := plan.Diff(resource.Kinds, live, g.state(false))
		for _, s := range steps {
			found[s.Kind+" "+string(s.Op)]++
			found["renewals"] += len(s.ReinviteReason)
		}
		found["unchanged"] += 1 / (len(steps) + 1)
		countOrders(found, live, steps)
	}
	want := []string{"unchanged", "renewals", "several owners", "grants and demotions", "split", "waiting owners"}
	for _, k := range resource.Kinds {
		for _, op := range []plan.Op{plan.Create, plan.Update, plan.Delete} {
			if k.Can(string(op)) && (k.Key != "" || op == plan.Update) { // Diff does not create or delete organizations
				want = append(want, k.Name+" "+string(op))
			}
		}
	}
	for _, what := range want {
		if found[what] < 5 {
			t.Errorf("%s: %d times in %v", what, found[what], found)
		}
	}
}

// countOrders counts states and plans that make the order of steps difficult.
func countOrders(found map[string]int, live resource.State, steps []plan.Step) {
	turns, now := map[turn]bool{}, live
	for i, s := range steps {
		turns[turnOf(live, s)] = true
		found["waiting owners"] += one(i > 0 && takesLastOwner(now, s))
		now = copied(now)
		do(now, s)
	}
	found["several owners"] += one(activeOwners(live) > 1)
	found["grants and demotions"] += one(turns[grant] && turns[removal] && turns[addition])
	found["split"] += len(steps) - len(plan.Org{Steps: steps}.Objects())
}

// checkDrift checks that a step is drift if, and only if, the earlier tree would need the same step now.
func checkDrift(t *testing.T, live, now, earlier resource.State) {
	t.Helper()
	text := func(s plan.Step) string {
		return fmt.Sprintf("%s %s %q %#v %#v %s %t", s.Op, s.Kind, s.Key, s.Before, s.After, s.ReinviteReason, s.IsDeferred())
	}
	would := map[string]bool{}
	before := plan.Diff(resource.Kinds, live, earlier)
	for _, s := range before {
		would[text(s)] = true
	}
	org := plan.Org{Steps: plan.Diff(resource.Kinds, live, now)}
	org.MarkDrift(before)
	for _, s := range org.Steps {
		if s.Drift != would[text(s)] {
			t.Errorf("got drift %v for %s\nthe steps of the earlier tree are %s", s.Drift, dump([]plan.Step{s}), dump(before))
		}
	}
}

// checkDigest checks that the digests of two plans are equal if, and only if, the plans would do the same.
func checkDigest(t *testing.T, a, b []plan.Step) {
	t.Helper()
	done := func(steps []plan.Step) string {
		var text strings.Builder
		for _, s := range steps {
			fmt.Fprintf(&text, "%s %s %q %#v %#v\n", s.Op, s.Kind, s.Key, s.Before, s.After) // maps are printed sorted
		}
		return text.String()
	}
	digest := func(steps []plan.Step) string {
		return plan.New([]plan.Org{{Name: "Acme", ID: id, Steps: steps}}).Digest
	}
	if (done(a) == done(b)) != (digest(a) == digest(b)) {
		t.Errorf("digests %s and %s of\n%s\n%s", digest(a), digest(b), done(a), done(b))
	}
}

// carryOut carries out the steps in memory. Each step must be Ready before, with exactly the values of its Before, and Done after.
func carryOut(t *testing.T, live resource.State, steps []plan.Step) resource.State {
	t.Helper()
	after := copied(live)
	for _, s := range steps {
		checkBefore(t, s, after.Find(s.Kind, s.Key))
		if got := s.Readiness(after.Find(s.Kind, s.Key)); got != plan.Ready {
			t.Fatalf("step is %s before it is done: %s", got, dump([]plan.Step{s}))
		}
		do(after, s)
		if got := s.Readiness(after.Find(s.Kind, s.Key)); got != plan.Done {
			t.Fatalf("step is %s after it is done: %s", got, dump([]plan.Step{s}))
		}
	}
	return after
}

// checkBefore checks that each value before a step is the live one. Of a record, that is each part.
func checkBefore(t *testing.T, s plan.Step, live *resource.Object) {
	t.Helper()
	for field, before := range s.Before {
		have := live.Fields[field]
		if parts, record := before.(resource.Fields); record && !resource.ByName(s.Kind).IsMap(field) {
			whole, _ := have.(resource.Fields)
			have = resource.Fields{}
			for part := range parts {
				have.(resource.Fields)[part] = whole[part]
			}
		}
		if !plain.Equal(have, before) {
			t.Errorf("%s is %v, not %v, when it is the turn of %s", field, have, before, dump([]plan.Step{s}))
		}
	}
}

// copied returns a state that [do] can change without changing the original.
func copied(state resource.State) resource.State {
	out := resource.State{}
	for kind, objects := range state {
		out[kind] = slices.Clone(objects)
	}
	return out
}

func do(state resource.State, s plan.Step) {
	switch s.Op {
	case plan.Create: // replaces an expired or rejected invitation
		state[s.Kind] = slices.DeleteFunc(state[s.Kind], func(o resource.Object) bool { return o.Key == s.Key })
		state[s.Kind] = append(state[s.Kind], resource.Object{Key: s.Key, Fields: s.After})
	case plan.Delete:
		state[s.Kind] = slices.DeleteFunc(state[s.Kind], func(o resource.Object) bool { return o.Key == s.Key })
	case plan.Update:
		o := state.Find(s.Kind, s.Key)
		fields := maps.Clone(o.Fields)
		for field, value := range s.After {
			fields[field] = overlay(resource.ByName(s.Kind), field, fields[field], value)
		}
		o.Fields = fields
	}
}

// overlay changes a field as Atlas would: it replaces maps and values, and merges the parts of records.
func overlay(k *resource.Kind, field string, have, value any) any {
	parts, record := value.(resource.Fields)
	if !record || k.IsMap(field) {
		return value
	}
	whole, _ := have.(resource.Fields)
	whole = maps.Clone(whole)
	if whole == nil {
		whole = resource.Fields{}
	}
	maps.Copy(whole, parts)
	return whole
}

// checkHandsOff checks that listed objects stay, that additive lists remove nothing, and that an object that no list contains is
// removed once if its list is managed in full. A person counts as listed if any list of people contains them. Objects that a notice
// counts as left alone must stay.
func checkHandsOff(t *testing.T, g generator, live, listed resource.State) {
	t.Helper()
	live, want, additive := maps.Clone(live), maps.Clone(listed), map[string]bool{}
	for _, k := range resource.Kinds {
		if g.IntN(4) == 0 { // the section could not be read
			delete(want, k.Name)
			delete(live, k.Name)
		}
		additive[k.Name] = k.Key != "" && g.Chance()
	}
	lists := plan.Lists{Want: listed, Additive: additive, Verbose: g.Chance()}
	kept, notices := lists.HandsOff(live, want)
	removed := map[string]int{}
	for _, s := range deletions(live, kept) {
		removed[thing(s.Kind, s.Key)]++
		if additive[s.Kind] || isListed(listed, s.Kind, s.Key) || removed[thing(s.Kind, s.Key)] > 1 {
			t.Errorf("%+v: %s is removed by %s", lists, s.Key, s.Kind)
		}
	}
	for _, s := range deletions(live, want) {
		if lost := !additive[s.Kind] && !isListed(listed, s.Kind, s.Key); lost && removed[thing(s.Kind, s.Key)] == 0 {
			t.Errorf("%+v: no step removes %s", lists, s.Key)
		}
	}
	checkLeftAlone(t, lists, live, notices, removed)
}

// deletions returns the removals between two states.
func deletions(live, want resource.State) []plan.Step {
	return slices.DeleteFunc(plan.Diff(resource.Kinds, live, want), func(s plan.Step) bool { return s.Op != plan.Delete })
}

func checkLeftAlone(t *testing.T, lists plan.Lists, live resource.State, notices []plan.Notice, removed map[string]int) {
	t.Helper()
	for _, n := range notices {
		var unlisted []string
		for _, o := range live[n.Kind] {
			if resource.ByName(n.Kind).PresenceOf(o).CanChange() && removed[thing(n.Kind, o.Key)] == 0 && !isListed(lists.Want, n.Kind, o.Key) {
				unlisted = append(unlisted, o.Key)
			}
		}
		slices.SortFunc(unlisted, natural.Compare)
		var named []string
		if lists.Verbose {
			named = unlisted
		}
		if n.Count != len(unlisted) || !slices.Equal(n.Keys, named) || !lists.Additive[n.Kind] {
			t.Errorf("%+v: got %+v, want %q", lists, n, unlisted)
		}
	}
}

// thing returns a name for an object. A person has the same name in every list.
func thing(kind, key string) string {
	if resource.ByName(kind).IsPeople() {
		return key
	}
	return kind + "/" + key
}

func isListed(listed resource.State, kind, key string) bool {
	for _, k := range resource.Kinds {
		if (k.Name == kind || k.IsPeople() && resource.ByName(kind).IsPeople()) && listed.Find(k.Name, key) != nil {
			return true
		}
	}
	return false
}

// checkUntouched checks that no step changed anything that want does not mention.
func checkUntouched(t *testing.T, before, after, want resource.State) {
	t.Helper()
	for kind, objects := range before {
		for _, b := range objects {
			a, w, presence := after.Find(kind, b.Key), want.Find(kind, b.Key), resource.ByName(kind).PresenceOf(b)
			if _, managed := want[kind]; managed && w == nil && presence.CanChange() {
				continue // it was removed
			}
			if a == nil {
				t.Fatalf("%s %s was removed", kind, b.Key)
			}
			if w != nil && presence.IsGone() {
				continue // invited again
			}
			for field, value := range b.Fields {
				if !isWritten(w, field) && !plain.Equal(value, a.Fields[field]) {
					t.Errorf("%s %s: %s is not in the tree, but changed from %v to %v", kind, b.Key, field, value, a.Fields[field])
				}
			}
		}
	}
}

func isWritten(want *resource.Object, field string) bool {
	if want == nil {
		return false
	}
	_, written := want.Fields[field]
	return written
}

func dump(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// generator makes small states, so that the keys of two states often collide.
type generator struct{ schematest.Generator }

func newGenerator(seed uint64) generator { return generator{schematest.New(seed)} }

// statuses are the values of status for a person, most often active. A pending invitation of the kind invitations has none.
var statuses = []any{nil, "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "ACTIVE", "PENDING", "PENDING", "INVITATION_EXPIRED", "INVITATION_REJECTED"}

// state makes objects of every kind from its schema: live objects, or the objects of a tree.
func (g generator) state(live bool) resource.State {
	s := resource.State{}
	for _, k := range resource.Kinds {
		switch {
		case g.IntN(3) == 0 && (k != resource.Organization || !live):
		case k.Key == "":
			s[k.Name] = []resource.Object{g.object(k, live)}
		default:
			s[k.Name] = g.list(k, live)
		}
	}
	return s
}

// list makes objects with different keys: more people than other things, because their order matters most.
func (g generator) list(k *resource.Kind, live bool) (all []resource.Object) {
	for range g.IntN(5) * (1 + 2*one(k.IsPeople())) {
		o := g.object(k, live)
		if k.IsPeople() {
			o.Key = fmt.Sprintf("%d%s", g.IntN(2), o.Key)
		}
		if (resource.State{k.Name: all}).Find(k.Name, o.Key) == nil {
			all = append(all, o)
		}
	}
	return all
}

func (g generator) object(k *resource.Kind, live bool) resource.Object {
	if !live {
		fields := g.Object(k.Name)
		key, _ := fields[k.Key].(string)
		delete(fields, k.Key)
		return resource.Object{Key: key, Fields: fields}
	}
	fields := g.Live(k.Name)
	key, _ := fields[k.Key].(string)
	delete(fields, k.Key)
	if k.Presence != nil {
		if fields["status"] = statuses[g.IntN(len(statuses))]; k.PresenceOf(resource.Object{Fields: fields}).IsGone() {
			fields = resource.Fields{"status": fields["status"]} // Atlas shows no other fields
		}
	}
	return resource.Object{Key: key, ID: fmt.Sprintf("%024x", g.IntN(100)), Fields: fields}
}

// shuffled returns an equal state with its lists in another order.
func (g generator) shuffled(s resource.State) resource.State {
	out := resource.State{}
	for kind, objects := range s {
		objects = slices.Clone(objects)
		g.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		for i, o := range objects {
			objects[i].Fields, _ = g.reordered(o.Fields).(resource.Fields)
		}
		out[kind] = objects
	}
	return out
}

// reordered returns a value with the lists in it in another order.
func (g generator) reordered(v any) any {
	switch v := v.(type) {
	case []any:
		v = slices.Clone(v)
		g.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		return v
	case resource.Fields:
		out := resource.Fields{}
		for key, part := range v {
			out[key] = g.reordered(part)
		}
		return out
	}
	return v
}
