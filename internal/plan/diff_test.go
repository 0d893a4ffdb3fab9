package plan_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

// TestDiffOrdersKinds: what depends on another thing is made after it and removed before it.
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
	want := []string{"+ teams/new", "+ members/new", "- members/elder", "- members/old", "- teams/elder", "- teams/old"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// FuzzLaws makes two states of one organization out of a seed and holds the plan between them to its laws.
func FuzzLaws(f *testing.F) {
	for seed := range uint64(200) { // the fuzzer varies numbers only a little
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := generator{rand.New(rand.NewPCG(seed, 1))}
		live, want := g.state(true), g.state(false)
		steps := plan.Diff(resource.Kinds, live, want)

		after := carryOut(t, live, steps)
		if rest := plan.Diff(resource.Kinds, after, want); len(rest) > 0 {
			t.Errorf("still to do after all is done: %s", dump(rest))
		}
		checkOrder(t, steps)
		checkSpared(t, g, live, want)
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

// checkDrift: a step is drift if, and only if, the earlier tree would make the very same step now.
func checkDrift(t *testing.T, live, now, earlier resource.State) {
	t.Helper()
	text := func(s plan.Step) string {
		return fmt.Sprintf("%s %s %q %#v %#v %s %t", s.Op, s.Kind, s.Key, s.Before, s.After, s.Renews, s.IsLate())
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
			t.Errorf("drift is %v of %s\nwith what the earlier tree would do, %s", s.Drift, dump([]plan.Step{s}), dump(before))
		}
	}
}

// checkDigest: the digests of two plans are equal if, and only if, they would do the same.
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

// carryOut does the steps in memory, each of which has to be ready before and done after.
func carryOut(t *testing.T, live resource.State, steps []plan.Step) resource.State {
	t.Helper()
	after := resource.State{}
	for kind, objects := range live {
		after[kind] = slices.Clone(objects)
	}
	for _, s := range steps {
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

func do(state resource.State, s plan.Step) {
	switch s.Op {
	case plan.Create: // of an invitation that came to nothing there is nothing left
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

// overlay writes a field as Atlas would: maps and values as a whole, records part by part.
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

// checkSpared: whom anybody lists, and what an additive list does not, stays; whom nobody lists goes once, if a list is
// managed in full. What is counted as left alone is left alone.
func checkSpared(t *testing.T, g generator, live, listed resource.State) {
	t.Helper()
	live, want := maps.Clone(live), maps.Clone(listed)
	for _, kind := range []string{"invitations", "members"} {
		if g.IntN(4) == 0 { // it could not be read
			delete(want, kind)
			delete(live, kind)
		}
	}
	lists := plan.Lists{Want: listed, Additive: map[string]bool{"invitations": g.chance(), "members": g.chance()}}
	spared, notices := lists.Spare(live, want)
	steps := plan.Diff(resource.Kinds, live, spared)
	removed := map[string]int{}
	for _, s := range steps {
		if s.Op != plan.Delete {
			continue
		}
		removed[s.Key]++
		if lists.Additive[s.Kind] || listed.Find("invitations", s.Key) != nil || listed.Find("members", s.Key) != nil || removed[s.Key] > 1 {
			t.Errorf("%+v: %s is removed by %s", lists, s.Key, s.Kind)
		}
	}
	for _, s := range plan.Diff(resource.Kinds, live, want) {
		lost := s.Op == plan.Delete && !lists.Additive[s.Kind] && listed.Find("invitations", s.Key) == nil && listed.Find("members", s.Key) == nil
		if lost && removed[s.Key] == 0 {
			t.Errorf("%+v: nobody removes %s", lists, s.Key)
		}
	}
	for _, n := range notices {
		unlisted := 0
		for _, o := range live[n.Kind] {
			if resource.ByName(n.Kind).PresenceOf(o).CanChange() && removed[o.Key] == 0 && listed.Find("invitations", o.Key) == nil && listed.Find("members", o.Key) == nil {
				unlisted++
			}
		}
		if n.Count != unlisted || !lists.Additive[n.Kind] {
			t.Errorf("%+v: %+v, and there are %d", lists, n, unlisted)
		}
	}
}

// checkOrder: writes before deletes before what comes last; kinds forward, then back.
func checkOrder(t *testing.T, steps []plan.Step) {
	t.Helper()
	rank := func(s plan.Step) int {
		i := slices.Index(resource.Kinds, resource.ByName(s.Kind))
		switch {
		case s.Op == plan.Delete:
			return 100 - i
		case s.Op == plan.Update && s.After["roles"] != nil && resource.IsOwner(s.Before) && !resource.IsOwner(s.After):
			return 50 + i
		case s.After["apiAccessListRequired"] == true:
			return 200
		}
		return i
	}
	if !slices.IsSortedFunc(steps, func(a, b plan.Step) int { return rank(a) - rank(b) }) {
		t.Errorf("out of order: %s", dump(steps))
	}
}

// checkUntouched: what want does not mention is as it was.
func checkUntouched(t *testing.T, before, after, want resource.State) {
	t.Helper()
	for kind, objects := range before {
		for _, b := range objects {
			a, w, presence := after.Find(kind, b.Key), want.Find(kind, b.Key), resource.ByName(kind).PresenceOf(b)
			if _, managed := want[kind]; managed && w == nil && presence.CanChange() {
				continue // removed, or the one object that there is
			}
			if a == nil {
				t.Fatalf("%s %s is gone", kind, b.Key)
			}
			for field, value := range b.Fields {
				if w != nil && presence.IsGone() {
					continue // invited again
				}
				if w != nil {
					if _, written := w.Fields[field]; written {
						continue
					}
				}
				if !resource.Equal(value, a.Fields[field]) {
					t.Errorf("%s %s: %s was not written and changed from %v to %v", kind, b.Key, field, value, a.Fields[field])
				}
			}
		}
	}
}

func dump(steps []plan.Step) []byte {
	data, err := json.Marshal(steps)
	if err != nil {
		panic(err)
	}
	return data
}

// generator makes states that are small enough to collide often.
type generator struct{ *rand.Rand }

func (g generator) chance() bool { return g.IntN(2) == 0 }

func (g generator) pick(values ...any) any { return values[g.IntN(len(values))] }

func (g generator) set(values ...any) []any {
	g.Shuffle(len(values), func(i, j int) { values[i], values[j] = values[j], values[i] })
	return values[:g.IntN(len(values)+1)]
}

func (g generator) state(live bool) resource.State {
	s := resource.State{}
	if live || g.chance() {
		s["organization"] = []resource.Object{{Fields: g.some(live, resource.Fields{
			"name": g.pick("Acme", "acme", "Ac me"), "skipDefaultAlertsSettings": g.chance()})}}
	}
	if g.chance() {
		s["settings"] = []resource.Object{{Fields: g.some(live, g.settings())}}
	}
	if g.chance() {
		s["invitations"] = g.people(live)
	}
	if g.chance() {
		s["members"] = g.people(live)
		for i, o := range s["members"] {
			if live {
				s["members"][i].Fields = g.member(o.Fields)
			}
		}
	}
	return s
}

// member is somebody whom Atlas has, in whatever way.
func (g generator) member(f resource.Fields) resource.Fields {
	f = maps.Clone(f)
	if f == nil {
		f = resource.Fields{"roles": []any{"ORG_OWNER"}}
	}
	f["status"] = g.pick("ACTIVE", "ACTIVE", "PENDING", "INVITATION_EXPIRED", "INVITATION_REJECTED")
	return f
}

// some leaves fields out of what is wanted: those are unmanaged.
func (g generator) some(live bool, f resource.Fields) resource.Fields {
	for _, field := range slices.Sorted(maps.Keys(f)) {
		if !live && g.chance() {
			delete(f, field)
		}
	}
	return f
}

func (g generator) settings() resource.Fields {
	seconds := func() any { return g.pick(nil, json.Number("3600"), json.Number("3600.0"), json.Number("7200")) }
	return resource.Fields{
		"apiAccessListRequired":   g.chance(),
		"multiFactorAuthRequired": g.chance(),
		"securityContact":         g.pick(nil, "a@b.example", "A@b.example", "c@d.example"),
		"customSessionTimeouts": g.pick(nil, resource.Fields{}, resource.Fields{"absolute": seconds()},
			resource.Fields{"absolute": seconds(), "idle": seconds()}),
	}
}

func (g generator) people(live bool) []resource.Object {
	var all []resource.Object
	for i := range 4 {
		if g.chance() {
			continue
		}
		o := resource.Object{Key: fmt.Sprintf("p%d@acme.example", i), ID: fmt.Sprint(i), Fields: g.some(live, resource.Fields{
			"roles":    g.set("ORG_MEMBER", "ORG_OWNER", "ORG_READ_ONLY"),
			"teams":    g.set("Platform", "Security"),
			"projects": g.pick(nil, resource.Fields{}, resource.Fields{"A": g.set("GROUP_OWNER", "GROUP_READ_ONLY")}),
		})}
		if live && g.IntN(4) == 0 {
			o.Fields = resource.Fields{"status": "ACTIVE"}
		} else if live && g.IntN(4) == 0 {
			o.Fields = resource.Fields{"status": g.pick("INVITATION_EXPIRED", "INVITATION_REJECTED")}
		} else if !live && g.chance() {
			o.Fields["reinviteRejected"] = true
		}
		all = append(all, o)
	}
	return all
}

// shuffled returns an equal state in another order.
func (g generator) shuffled(s resource.State) resource.State {
	out := resource.State{}
	for kind, objects := range s {
		objects = slices.Clone(objects)
		g.Shuffle(len(objects), func(i, j int) { objects[i], objects[j] = objects[j], objects[i] })
		for i, o := range objects {
			o.Fields = maps.Clone(o.Fields)
			for field, value := range o.Fields {
				if list, ok := value.([]any); ok {
					list = slices.Clone(list)
					slices.Reverse(list)
					o.Fields[field] = list
				}
			}
			objects[i] = o
		}
		out[kind] = objects
	}
	return out
}
