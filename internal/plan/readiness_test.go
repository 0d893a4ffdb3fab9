package plan_test

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"atlas-gitops/internal/plain"
	"atlas-gitops/internal/plan"
	"atlas-gitops/internal/resource"
)

func TestReadiness(t *testing.T) {
	roles := func(names ...any) resource.Fields { return resource.Fields{"roles": names} }
	live := func(f resource.Fields) *resource.Object { return &resource.Object{Key: "ada@acme.example", Fields: f} }
	of := func(status string) *resource.Object {
		return live(resource.Fields{"status": status, "roles": []any{"ORG_MEMBER"}})
	}
	again := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER"), ReinviteReason: plan.AfterExpiry}
	insist := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER"), ReinviteReason: plan.AfterRejection}
	cancel := plan.Step{Kind: "invitations", Op: plan.Delete, Before: resource.Fields{"status": "PENDING", "roles": []any{"ORG_MEMBER"}}}
	unknown := plan.Step{Kind: "invitations", Op: plan.Update, After: roles("ORG_OWNER")}
	accepted := live(resource.Fields{"status": "ACTIVE"})
	create := plan.Step{Kind: "invitations", Op: plan.Create, After: roles("ORG_MEMBER")}
	update := plan.Step{Kind: "invitations", Op: plan.Update, Before: roles("ORG_MEMBER"), After: roles("ORG_OWNER")}
	remove := plan.Step{Kind: "invitations", Op: plan.Delete, Before: roles("ORG_MEMBER")}
	for _, row := range []struct {
		reason string
		step   plan.Step
		live   *resource.Object
		want   plan.Readiness
	}{
		{"no such invitation", create, nil, plan.Ready},
		{"another process sent the same invitation", create, live(roles("ORG_MEMBER")), plan.Done},
		{"an invitation with a field that the step does not mention", create, live(resource.Fields{"roles": []any{"ORG_MEMBER"}, "teams": []any{"T"}}), plan.Done},
		{"an invitation with other roles", create, live(roles("ORG_OWNER")), plan.Conflict},
		{"the person is already a member", create, accepted, plan.Done},
		{"unchanged since the plan", update, live(roles("ORG_MEMBER")), plan.Ready},
		{"the change is already made", update, live(roles("ORG_OWNER")), plan.Done},
		{"the roles were replaced since the plan", update, live(roles("ORG_READ_ONLY")), plan.Conflict},
		{"a role was added since the plan", update, live(roles("ORG_MEMBER", "ORG_BILLING_ADMIN")), plan.Conflict},
		{"the invitation was removed", update, nil, plan.Conflict},
		{"the person accepted with the old roles", update, accepted, plan.Conflict},
		{"unchanged since the plan", remove, live(roles("ORG_MEMBER")), plan.Ready},
		{"the invitation is already removed", remove, nil, plan.Done},
		{"the person became an owner since the plan", remove, live(roles("ORG_OWNER")), plan.Conflict},
		{"the person accepted, and an accepted invitation cannot be cancelled", remove, accepted, plan.Conflict},
		{"the expired invitation still exists", again, of("INVITATION_EXPIRED"), plan.Ready},
		{"the expired invitation no longer exists", again, nil, plan.Ready},
		{"another process invited the person again", again, of("PENDING"), plan.Done},
		{"a person of a federated domain is active at once", create, of("ACTIVE"), plan.Done},
		{"an earlier invitation expired since the plan was made", create, of("INVITATION_EXPIRED"), plan.Ready},
		{"an invitation was rejected since the plan", create, of("INVITATION_REJECTED"), plan.Conflict},
		{"a newer invitation was rejected since the plan", again, of("INVITATION_REJECTED"), plan.Conflict},
		{"the plan already knew the rejection", insist, of("INVITATION_REJECTED"), plan.Ready},
		{"the person joined after the rejection", insist, of("ACTIVE"), plan.Done},
		{"the invitation to change expired", update, of("INVITATION_EXPIRED"), plan.Conflict},
		{"the invitation to cancel expired", remove, of("INVITATION_EXPIRED"), plan.Done},
		{"the invitation to cancel was rejected", remove, of("INVITATION_REJECTED"), plan.Done},
		{"the invitation is still pending", cancel, of("PENDING"), plan.Ready},
		{"the person accepted, and the plan only cancels an invitation", cancel, of("ACTIVE"), plan.Conflict},
		{"the values before were unknown", unknown, live(roles("ORG_MEMBER")), plan.Ready},
		{"the values before were unknown, and the change is made", unknown, live(roles("ORG_OWNER")), plan.Done},
	} {
		if got := row.step.Readiness(row.live); got != row.want {
			t.Errorf("%s %s: got %s, want %s", row.step.Op, row.reason, got, row.want)
		}
	}
}

func TestReadinessOfMaps(t *testing.T) {
	step := plan.Step{Kind: "invitations", Op: plan.Update,
		Before: resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}}},
		After:  resource.Fields{"projects": resource.Fields{"B": []any{"GROUP_OWNER"}}}}
	both := resource.Fields{"projects": resource.Fields{"A": []any{"GROUP_OWNER"}, "C": []any{"GROUP_OWNER"}}}
	if got := step.Readiness(&resource.Object{Fields: both}); got != plan.Conflict {
		t.Errorf("a project was added since the plan, and the step would remove it: got %s, want a conflict", got)
	}
}

// TestReadinessFieldByField: a step that is partly done is Ready, and Rest has only the missing part. One value that is not in the
// plan makes a Conflict.
func TestReadinessFieldByField(t *testing.T) {
	addKind(t, &resource.Kind{Name: "fixtures", Key: "name"}) // has no Update
	for _, row := range []struct {
		reason, kind        string
		before, after, live string
		want                plan.Readiness
		rest                string // for a step that is Ready and not a deletion
	}{
		{"one field of two is written", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":1}`, plan.Ready, `{"b":2}`},
		{"one of two fields has a third value", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":3}`, plan.Conflict, ""},
		{"both fields are written", "settings", `{"a":1,"b":1}`, `{"a":2,"b":2}`, `{"a":2,"b":2,"c":9}`, plan.Done, ""},
		{"null equals absent, before and after", "settings", `{"a":null,"b":1}`, `{"a":2,"b":null}`, `{"b":null}`, plan.Ready, `{"a":2}`},

		{"a record: one part of two is written", "settings", `{"r":{"x":1,"y":1}}`, `{"r":{"x":2,"y":2}}`, `{"r":{"x":2,"y":1}}`, plan.Ready, `{"r":{"y":2}}`},
		{"a record: one of two parts has a third value", "settings", `{"r":{"x":1,"y":1}}`, `{"r":{"x":2,"y":2}}`, `{"r":{"x":2,"y":3}}`, plan.Conflict, ""},
		{"a record: a part that the step does not mention is left alone", "settings", `{"r":{"x":1}}`, `{"r":{"x":2}}`, `{"r":{"x":1,"y":3}}`, plan.Ready, `{"r":{"x":2}}`},
		{"a record: neither the part nor the record exists", "settings", `{"r":{"x":null}}`, `{"r":{"x":2}}`, `{}`, plan.Ready, `{"r":{"x":2}}`},
		{"a removed record: one part is already removed", "settings", `{"r":{"x":1,"y":1}}`, `{"r":null}`, `{"r":{"x":1}}`, plan.Ready, `{"r":null}`},
		{"a removed record: a part was added since the plan", "settings", `{"r":{"x":1}}`, `{"r":null}`, `{"r":{"x":1,"y":3}}`, plan.Conflict, ""},
		{"a text in place of a record that was absent", "settings", `{"r":{"x":null}}`, `{"r":{"x":2}}`, `{"r":"x"}`, plan.Conflict, ""},
		{"a text that becomes a record, but is absent", "settings", `{"r":"x"}`, `{"r":{"x":2}}`, `{}`, plan.Conflict, ""},
		{"a record that becomes a text, but is absent", "settings", `{"r":{"x":1}}`, `{"r":"x"}`, `{}`, plan.Conflict, ""},
		{"a record that was replaced by a text", "settings", `{"r":{"x":1}}`, `{"r":{"x":2}}`, `{"r":"x"}`, plan.Conflict, ""},

		{"a map: one entry is removed, the other not yet added", "members", `{"projects":{"A":["r"],"S":["r"]}}`, `{"projects":{"B":["r"],"S":["r"]}}`, `{"projects":{"S":["r"]}}`, plan.Ready, `{"projects":{"B":["r"],"S":["r"]}}`},
		{"a map: an entry has some of its new roles", "members", `{"projects":{}}`, `{"projects":{"A":["r","s"]}}`, `{"projects":{"A":["s"]}}`, plan.Ready, `{"projects":{"A":["r","s"]}}`},
		{"a map: an entry has a role that is not in the plan", "members", `{"projects":{"A":["r"]}}`, `{"projects":{"A":["s"]}}`, `{"projects":{"A":["r","t"]}}`, plan.Conflict, ""},
		{"a map: an entry that is not in the plan", "members", `{"projects":{"A":["r"]}}`, `{"projects":{"B":["r"]}}`, `{"projects":{"A":["r"],"C":["r"]}}`, plan.Conflict, ""},
		{"a map: an entry that should stay is missing", "members", `{"projects":{"A":["r"],"S":["r"]}}`, `{"projects":{"S":["r"]}}`, `{"projects":{"A":["r"]}}`, plan.Conflict, ""},
		{"a map: an entry without roles equals no entry", "members", `{"projects":{"A":["r"]}}`, `{"projects":{}}`, `{"projects":{"A":[]}}`, plan.Done, ""},

		{"a list: one item is added, the other not yet removed", "members", `{"roles":["a","s"]}`, `{"roles":["b","s"]}`, `{"roles":["s","b","a"]}`, plan.Ready, `{"roles":["b","s"]}`},
		{"a list: an item that should stay is missing", "members", `{"roles":["a","s"]}`, `{"roles":["b","s"]}`, `{"roles":["a"]}`, plan.Conflict, ""},
		{"a list: an item that is not in the plan", "members", `{"roles":["a"]}`, `{"roles":["b"]}`, `{"roles":["a","c"]}`, plan.Conflict, ""},
		{"a list that was replaced by a text", "members", `{"roles":["a"]}`, `{"roles":["b"]}`, `{"roles":"a"}`, plan.Conflict, ""},

		{"values before unknown: everything that differs is written", "settings", "", `{"a":2,"r":{"x":2,"y":2}}`, `{"a":9,"r":{"x":2}}`, plan.Ready, `{"a":2,"r":{"y":2}}`},
		{"values before unknown: nothing differs", "settings", "", `{"a":2}`, `{"a":2}`, plan.Done, ""},

		{"an interrupted creation: one field is written", "members", "", `{"roles":["a"],"teams":["T"]}`, `{"roles":["a"],"teams":[]}`, plan.Ready, `{"teams":["T"]}`},
		{"an interrupted creation: some roles are written", "members", "", `{"roles":["a","b"]}`, `{"roles":["b"]}`, plan.Ready, `{"roles":["a","b"]}`},
		{"a creation: another object with the same name", "members", "", `{"roles":["a"],"teams":["T"]}`, `{"roles":["c"]}`, plan.Conflict, ""},
		{"a creation: the object has a role too many", "members", "", `{"roles":["a"]}`, `{"roles":["a","c"]}`, plan.Conflict, ""},
		{"a creation: the object has a field that the step does not mention", "members", "", `{"roles":["a"]}`, `{"roles":["a"],"teams":["T"]}`, plan.Done, ""},
		{"an interrupted creation of a kind without Update", "fixtures", "", `{"a":1,"b":1}`, `{"a":1}`, plan.Conflict, ""},

		{"a removal: unchanged since the plan", "members", `{"status":"PENDING","roles":["a"]}`, "", `{"status":"PENDING","roles":["a"]}`, plan.Ready, ""},
		{"a removal: a part is already removed", "members", `{"roles":["a","b"],"projects":{"A":["r"],"B":["r"]}}`, "", `{"roles":["b"],"projects":{"B":["r"]}}`, plan.Ready, ""},
		{"a removal: the object is empty, but exists", "members", `{"roles":["a"]}`, "", `{}`, plan.Ready, ""},
		{"a removal: a role was added since the plan", "members", `{"roles":["a"]}`, "", `{"roles":["a","b"]}`, plan.Conflict, ""},
		{"a removal: a project was added since the plan", "members", `{"roles":["a"],"projects":{"A":["r"]}}`, "", `{"roles":["a"],"projects":{"A":["r"],"B":["r"]}}`, plan.Conflict, ""},
		{"a removal: the invited person accepted since the plan", "members", `{"status":"PENDING","roles":["a"]}`, "", `{"status":"ACTIVE","roles":["a"]}`, plan.Conflict, ""},
	} {
		step := plan.Step{Op: plan.Update, Kind: row.kind, Key: "k", Before: fieldsOf(t, row.before), After: fieldsOf(t, row.after)}
		switch {
		case row.after == "":
			step.Op = plan.Delete
		case row.before == "" && row.kind != "settings":
			step.Op = plan.Create
		}
		live := resource.Object{Key: "k", Fields: fieldsOf(t, row.live)}
		if got := step.Readiness(&live); got != row.want {
			t.Errorf("%s: got %s, want %s", row.reason, got, row.want)
		}
		if diff := cmp.Diff(fieldsOf(t, row.rest), step.Rest(live)); row.rest != "" && diff != "" {
			t.Errorf("%s: the rest (-want +got):\n%s", row.reason, diff)
		}
	}
}

// FuzzReadiness makes steps from a seed, and compares each with an object between before and after. Writing the rest must complete
// the step. One value that is neither before nor after must make a Conflict.
func FuzzReadiness(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		g := newGenerator(seed)
		live := g.state(true)
		for _, s := range plan.Diff(resource.Kinds, live, g.state(false)) {
			w := walk{g, resource.ByName(s.Kind), s}
			from := resource.Object{Key: s.Key, Fields: resource.Fields{}}
			if s.Op != plan.Create {
				from = *live.Find(s.Kind, s.Key)
			}
			w.check(t, from)
		}
	})
}

// walk moves an object through a step.
type walk struct {
	generator
	kind *resource.Kind
	step plan.Step
}

func (w walk) check(t *testing.T, from resource.Object) {
	t.Helper()
	between, fields := from, w.fields()
	between.Fields = maps.Clone(from.Fields)
	for _, field := range fields {
		between.Fields[field] = w.between(w.kind.IsMap(field), w.step.Before[field], w.step.After[field], from.Fields[field])
	}
	got := w.step.Readiness(&between)
	isDone := w.step.Op != plan.Delete && w.kind.Covers(between.Fields, w.step.After)
	if isDone != (got == plan.Done) || got == plan.Conflict {
		t.Errorf("%s, partly done, with %v: got %s", dump([]plan.Step{w.step}), between.Fields, got)
	}
	if len(fields) > 0 {
		spoiled := between
		spoiled.Fields = maps.Clone(between.Fields)
		field := fields[w.IntN(len(fields))]
		spoiled.Fields[field] = w.spoil(w.kind.IsMap(field), w.step.Before[field], w.step.After[field], between.Fields[field])
		if got := w.step.Readiness(&spoiled); got != plan.Conflict {
			t.Errorf("%s, with a value that is not in the plan, %v: got %s", dump([]plan.Step{w.step}), spoiled.Fields, got)
		}
	}
	if w.step.Op == plan.Delete {
		return
	}
	for field, value := range w.step.Rest(between) {
		between.Fields[field] = overlay(w.kind, field, between.Fields[field], value)
	}
	if got := w.step.Readiness(&between); got != plan.Done {
		t.Errorf("%s, after the rest was written, with %v: got %s", dump([]plan.Step{w.step}), between.Fields, got)
	}
}

// fields returns the names of the fields that the step is about, sorted.
func (w walk) fields() []string {
	all := maps.Clone(w.step.Before)
	if all == nil {
		all = resource.Fields{}
	}
	maps.Copy(all, w.step.After)
	return slices.Sorted(maps.Keys(all))
}

// between returns a value between before and after. live is the value before, including parts that the step does not mention.
func (w walk) between(isMap bool, before, after, live any) any {
	_, wasObject := before.(resource.Fields)
	_, becomesObject := after.(resource.Fields)
	from, wasList := before.([]any)
	to, becomesList := after.([]any)
	switch {
	case wasObject || becomesObject:
		return w.betweenObjects(isMap || !becomesObject, before, after, live)
	case wasList || becomesList:
		var out []any
		for _, item := range slices.Concat(from, to) {
			if isIn(from, item) && isIn(to, item) || w.Chance() {
				out = append(out, item)
			}
		}
		return out
	case w.Chance():
		return before
	}
	return after
}

// betweenObjects returns an object with each part between before and after. all includes the parts that are only in before.
func (w walk) betweenObjects(all bool, before, after, live any) resource.Fields {
	b, _ := before.(resource.Fields)
	a, _ := after.(resource.Fields)
	l, _ := live.(resource.Fields)
	out, keys := resource.Fields{}, resource.Fields{}
	maps.Copy(out, l)
	maps.Copy(keys, a)
	if all {
		maps.Copy(keys, b)
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		out[key] = w.between(false, b[key], a[key], b[key])
	}
	return out
}

// spoil returns a value that contains something that is neither in before nor in after.
func (w walk) spoil(isMap bool, before, after, value any) any {
	const foreign = "FOREIGN"
	b, wasObject := before.(resource.Fields)
	a, becomesObject := after.(resource.Fields)
	_, wasList := before.([]any)
	_, becomesList := after.([]any)
	switch {
	case wasObject || becomesObject:
		out := maps.Clone(value.(resource.Fields))
		keys := slices.Sorted(maps.Keys(a))
		if isMap || len(keys) == 0 {
			out[foreign] = []any{foreign} // an entry that the plan does not know
			return out
		}
		key := keys[w.IntN(len(keys))]
		out[key] = w.spoil(false, b[key], a[key], out[key])
		return out
	case wasList || becomesList:
		list, _ := value.([]any)
		return append(slices.Clone(list), foreign)
	}
	return foreign
}

func isIn(list []any, item any) bool {
	return slices.ContainsFunc(list, func(other any) bool { return plain.Equal(item, other) })
}

// addKind adds a kind until the test ends.
func addKind(t *testing.T, k *resource.Kind) {
	t.Helper()
	kinds := resource.Kinds
	t.Cleanup(func() { resource.Kinds = kinds })
	resource.Kinds = append(slices.Clip(kinds), k)
}

func fieldsOf(t *testing.T, text string) (fields resource.Fields) {
	t.Helper()
	if text != "" {
		parse(t, text, &fields)
	}
	return fields
}
